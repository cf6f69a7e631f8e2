// The outside world as the shell sees it, so that tests can hand in their own.

export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Characters per line of a terminal. */
  readonly columns?: number | undefined;
}

import type { Ask } from "./ask-doubts.ts";

export interface ShellIo {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Present where a person sits at a terminal. */
  readonly ask?: Ask | undefined;
}
