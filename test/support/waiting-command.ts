// A program for tests of the process: one command waits for a signal, one prints more than a pipe holds, one fails
// where nobody looks.
import { z } from "zod";
import { CancelledError } from "../../src/base/errors.ts";
import { defineCommand } from "../../src/cli/command.ts";
import { runProcess } from "../../src/cli/process.ts";

const wait = defineCommand({
  path: ["wait"],
  summary: "waits for a signal",
  description: "Waits for a signal.",
  examples: ["isrf wait"],
  arguments: [],
  options: z.object({ stubborn: z.boolean().default(false).describe("ignore the first signal") }),
  run: ({ options: { stubborn } }, { report, signal }) =>
    new Promise((_, reject) => {
      const timer = setTimeout(() => reject(new Error("no signal came")), 30_000);
      signal.addEventListener("abort", () => {
        if (stubborn) return;
        clearTimeout(timer);
        reject(new CancelledError("stopped at step 3; --resume continues"));
      });
      report({ kind: "notice", message: "waiting" });
    }),
});

const flood = defineCommand({
  path: ["flood"],
  summary: "prints a lot",
  description: "Prints a lot.",
  examples: ["isrf flood"],
  arguments: [],
  options: z.object({}),
  run: async () => ({ json: null, text: "line\n".repeat(200_000) }),
});

const stray = defineCommand({
  path: ["stray"],
  summary: "fails unheard",
  description: "Fails unheard.",
  examples: ["isrf stray"],
  arguments: [],
  options: z.object({}),
  run: () => new Promise(() => setTimeout(() => void Promise.reject(new Error("from nowhere")), 1)),
});

await runProcess([wait, flood, stray]);
