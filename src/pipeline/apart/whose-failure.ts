// Whose failure an error of a training is. What the training did itself (it diverged, say) is a result, and is kept;
// what holds for every other one, or passes (a full disk), is not: the same command goes on once it is mended.
import { CancelledError, InputError, OperationError, ProcessNotStartedError, UsageError } from "../../base/errors.ts";
import { InUseError } from "../../base/lock.ts";
import { systemCodeIn, systemErrorText, systemReason } from "../../base/system-errors.ts";
import { DeviceError } from "../../engine/index.ts";

/**
 * Who meets it: the caller that stopped the training, all trainings, those on this device, those on this machine (its
 * system refused a file or a process), or this one alone.
 */
export type Scope = "stopped" | "all" | "device" | "machine" | "one";

/** What the system refused to a training in another process, in words that say where. */
export class RefusedElsewhereError extends OperationError {}

export function scopeOf(error: unknown): Scope {
  if (error instanceof CancelledError) return "stopped";
  if (error instanceof DeviceError) return "device";
  if ([InputError, InUseError, UsageError].some((kind) => error instanceof kind)) return "all";
  if ([RefusedElsewhereError, ProcessNotStartedError].some((kind) => error instanceof kind)) return "machine";
  if (causesOf(error).some(isSystems)) return "machine";
  return "one";
}

/** The message of `error`, with what the system refused named as people know it. */
export function wordsOf(error: unknown): string {
  return systemErrorText(error) ?? (error instanceof Error ? error.message : String(error));
}

/** An error of this training alone. @throws any other, and what is no error. */
export function failureOf(error: unknown): Error {
  if (scopeOf(error) !== "one" || !(error instanceof Error)) throw error;
  return error;
}

/** The error and what it came from, the latest first. */
function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let each = error; each instanceof Error && !causes.includes(each); each = each.cause) causes.push(each);
  return causes;
}

/** Libraries that write files themselves pass the system's words on. */
function isSystems(error: Error): boolean {
  return systemReason(error) !== undefined || systemCodeIn(error.message) !== undefined;
}
