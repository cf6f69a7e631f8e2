// The folder of a first run: ours to write in when nobody else's files are there, and gone again when the data were
// refused.
import { mkdir, readdir, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { ChainPaths } from "../chain/index.ts";

/** The record of the stages, which marks the folder. */
export const FIRST_RUN = { file: "stages.json", kind: "isrf run" } as const;

export interface FirstRunPaths extends ChainPaths {
  readonly ledger: string;
  readonly lock: string;
}

export function pathsIn(out: string): FirstRunPaths {
  return {
    dataset: join(out, "dataset"),
    run: join(out, "run"),
    report: join(out, "report.html"),
    ledger: join(out, FIRST_RUN.file),
    lock: join(out, ".lock"),
  };
}

/**
 * Make the folder where it is missing. @returns How to leave nothing behind, for one that was empty or missing.
 * @throws UsageError when files lie there that no such run wrote.
 */
export async function claimDirectory(out: string): Promise<() => Promise<void>> {
  const isThere = await exists(out);
  if (isThere && !(await stat(out)).isDirectory()) throw new UsageError(`${out} is a file; name another --out.`);
  if (await exists(pathsIn(out).ledger)) return async () => {};
  // Of a run that was killed in its first moment.
  const isOurs = (name: string): boolean => name === ".lock" || name.startsWith(FIRST_RUN.file);
  if (isThere && !(await readdir(out)).every(isOurs)) {
    throw new UsageError(`${out} has files that no isrf run wrote; name another --out.`);
  }
  await mkdir(out, { recursive: true });
  return async () => {
    await rm(pathsIn(out).ledger, { force: true });
    if (!isThere) await rmdir(out).catch(() => undefined);
  };
}
