// What may go into a store, and how jobs are named.
import { internal } from "../base/errors.ts";
import { type Json, type NewJob, RECORD_BYTES } from "./store.ts";

const KIND = /^[a-z][a-z0-9-]*$/;
const NAME = /^[A-Za-z0-9_-]+$/;

/** `<kind>.<name>`. */
export function jobId({ kind, name }: Pick<NewJob, "kind" | "name">): string {
  if (!KIND.test(kind) || !NAME.test(name)) throw internal(`${kind}.${name} is no name of a job`);
  return `${kind}.${name}`;
}

export function kindOf(id: string): string {
  return id.split(".", 1)[0]!;
}

/** @throws Error (internal) for data in place of a record that says where they lie. */
export function recordText(what: string, value: Json): string {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > RECORD_BYTES) throw internal(`${what} has ${bytes} bytes; a store of jobs takes ${RECORD_BYTES}`);
  return text;
}

/** Longer from try to try, so that what was away for a moment is back: 1, 2, 4, ... times `firstMs`, at most 64. */
export function pauseMs(tried: number, firstMs: number): number {
  return firstMs * 2 ** Math.min(Math.max(tried - 1, 0), 6);
}

/** Why a job is set aside whose workers all vanished. */
export function vanished(tried: number): string {
  return `taken up ${tried} times, and each worker fell silent before the job was done`;
}
