// The one place where errors become exit codes and sentences.
import { z } from "zod";
import { CancelledError, InputError, UsageError } from "../base/errors.ts";

/** 0 done; 1 the work failed; 2 the user can mend it (usage, input); 130 and 143: stopped by SIGINT or SIGTERM. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const;

/** Exit code for an error that reached the shell. */
export function exitCode(error: unknown): number {
  if (error instanceof UsageError || error instanceof InputError || error instanceof z.ZodError) return EXIT.usage;
  return isCancellation(error) ? EXIT.interrupted : EXIT.failed;
}

export function isCancellation(error: unknown): boolean {
  return error instanceof CancelledError || (error instanceof Error && error.name === "AbortError");
}

/** What a user reads; stack traces only on request (`ISRF_DEBUG=1`). */
export function errorText(error: unknown, options: { readonly debug: boolean }): string {
  if (!(error instanceof Error)) return `failed with ${String(error)}`;
  if (options.debug) return withStack(error);
  const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message || error.name;
  const cause = error.cause instanceof Error ? error.cause.message : "";
  return cause === "" || message.includes(cause) ? message : `${message}\n  because: ${cause}`;
}

function withStack(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by ${withStack(error.cause)}` : stack;
}
