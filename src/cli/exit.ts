// The one place where errors become exit codes and sentences.
import { z } from "zod";
import { CancelledError, InputError, UsageError } from "../base/errors.ts";
import { systemErrorText, systemReason } from "../base/system-errors.ts";

/**
 * 0 done; 1 the work failed; 2 the user can mend it (usage, input); 130 and 143: stopped by SIGINT or SIGTERM; 141: the
 * reader of stdout went away before the result (as SIGPIPE ends other programs).
 */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130, unread: 141, terminated: 143 } as const;

/** Exit code for an error that reached the shell. */
export function exitCode(thrown: unknown): number {
  const error = firstError(thrown);
  if (error instanceof UsageError || error instanceof InputError || error instanceof z.ZodError) return EXIT.usage;
  return isCancellation(error) ? EXIT.interrupted : EXIT.failed;
}

export function isCancellation(thrown: unknown): boolean {
  const error = firstError(thrown);
  return error instanceof CancelledError || (error instanceof Error && error.name === "AbortError");
}

/** What a user reads about work that was stopped. */
export function cancellationText(thrown: unknown): string {
  const error = firstError(thrown);
  return error instanceof CancelledError ? error.message : "stopped on request";
}

/** What a user reads; stack traces only on request (`ISRF_DEBUG=1`). */
export function errorText(thrown: unknown, options: { readonly debug: boolean }): string {
  const error = firstError(thrown);
  if (!(error instanceof Error)) return `failed with ${String(error)}`;
  if (options.debug) return withStack(error);
  const message = messageOf(error);
  const cause = error.cause instanceof Error ? (systemReason(error.cause) ?? messageOf(error.cause)) : "";
  return cause === "" || message.includes(cause) ? message : `${message}\n  because: ${cause}`;
}

function messageOf(error: Error): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return systemErrorText(error) ?? (error.message || error.name);
}

/** What went wrong first, where giving back what was held failed as well. */
function firstError(error: unknown): unknown {
  const isSuppressed = error instanceof Error && error.name === "SuppressedError" && "suppressed" in error;
  return isSuppressed ? firstError(error.suppressed) : error;
}

function withStack(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by ${withStack(error.cause)}` : stack;
}
