// The table of commands, in the order in which help lists them. Adding a command: write its file, add it here.
import type { Command } from "../command.ts";

export const commands: readonly Command[] = [];
