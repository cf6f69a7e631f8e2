// A file that a command writes, which may be an object of S3: it is written here first, whole, and then put.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { OperationError, UsageError } from "../base/errors.ts";
import { exists, sha256 } from "../base/files.ts";
import { ownFolder } from "../base/own-folder.ts";
import { type Report, silent } from "../base/progress.ts";
import { namingPlace } from "../base/system-errors.ts";
import { openObjects } from "./open.ts";
import { S3Files, s3Key } from "./s3-files.ts";
import type { ObjectStore } from "./store.ts";

export interface WrittenOptions {
  /** Replace what is there. */
  readonly overwrite: boolean;
  /** Endings of further files that `work` may write beside: `.ids.json`. */
  readonly beside?: readonly string[] | undefined;
  readonly report?: Report | undefined;
}

/** Whether a command that writes `out` puts an object. */
export function isObject(out: string): boolean {
  return /^s3:\/\//i.test(out);
}

/**
 * Do `work`, which writes the file at the path that it is given: `out` itself, or, for `s3://bucket/key`, a place of
 * this machine that is the same for the same `out`, so that work which goes on after a kill does so here, too.
 * @throws UsageError before the work where there is such an object and it is not to be replaced; OperationError where
 *   the service refuses
 */
export async function writtenTo<T>(
  out: string,
  { overwrite, beside = [], report = silent }: WrittenOptions,
  work: (path: string) => Promise<T>,
): Promise<T> {
  if (!isObject(out)) return work(out);
  const { bucket, folder, name } = placeOf(out);
  const objects = await openObjects(`s3://${bucket}/${folder}`);
  try {
    const endings = [...beside, ""];
    if (!overwrite) await refuseTaken(endings.map((ending) => `${out}${ending}`));
    const scratch = join(await ownFolder("isrf-out"), sha256(out).slice(0, 16));
    await namingPlace(scratch, () => mkdir(scratch, { recursive: true }));
    const path = join(scratch, name);
    // Whole files of a command whose upload failed: what they answer is not known any more.
    for (const ending of endings) await rm(`${path}${ending}`, { force: true });
    const result = await work(path);
    report({ kind: "stage", stage: "upload", detail: out });
    for (const ending of endings) if (await exists(`${path}${ending}`)) await put(objects, name, path, ending);
    await rm(scratch, { recursive: true, force: true });
    return result;
  } finally {
    objects.close();
  }
}

async function put(objects: ObjectStore, name: string, path: string, ending: string): Promise<void> {
  const file = `${path}${ending}`;
  await objects.put(`${name}${ending}`, { file }).catch((cause: Error) => {
    throw new OperationError(
      `${cause.message} The whole file is kept in ${file}, until the same command comes again.`,
      {
        cause,
      },
    );
  });
}

async function refuseTaken(addresses: readonly string[]): Promise<void> {
  const files = new S3Files();
  try {
    for (const address of addresses) {
      if ((await files.find(address)) === undefined) continue;
      throw new UsageError(`${address} exists already. Choose another --out or add --overwrite to replace it.`);
    }
  } finally {
    await files.close();
  }
}

function placeOf(out: string): { readonly bucket: string; readonly folder: string; readonly name: string } {
  const { name: bucket, key } = s3Key(out);
  const end = key.lastIndexOf("/");
  const [folder, name] = [key.slice(0, end + 1), key.slice(end + 1)];
  if (/^[A-Za-z0-9_=-][A-Za-z0-9._=-]*$/.test(name)) return { bucket, folder, name };
  const expected = 'a name of letters, digits and "._-=" after the last slash: s3://BUCKET/answers.parquet';
  throw new UsageError(`--out ${out}: expected ${expected}.`);
}
