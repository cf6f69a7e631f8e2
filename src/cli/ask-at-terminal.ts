// Questions to whoever sits at a terminal.
import { createInterface } from "node:readline";
import { CancelledError } from "../base/errors.ts";
import type { Ask } from "./ask-doubts.ts";

/** Where a person types, and where they read. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** One question, one line; undefined when the input ends instead. It throws CancelledError at Ctrl+C. */
export function askAt(terminal: Terminal): Ask {
  return (question) =>
    new Promise((resolve, reject) => {
      const lines = createInterface(terminal);
      // Before it is closed, which else counts as the end of the input.
      lines.once("SIGINT", () => {
        terminal.output.write("\n");
        reject(new CancelledError("Stopped at the question; nothing was written."));
        lines.close();
      });
      lines.once("close", () => resolve(undefined));
      lines.question(question, (typed) => {
        resolve(typed);
        lines.close();
      });
    });
}
