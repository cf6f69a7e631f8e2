// What is written is vouched for, and checked before it is used: a flipped bit must not become a recommendation.
//
// Folders that are written once (datasets, embeddings, checkpoints) hold `checksums.json`: size and SHA-256 of every
// file beside it. What an older version wrote has none, and opens unchecked.
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "./errors.ts";
import { exists, sha256File, writeDirectoryAtomic, writeJsonAtomic } from "./files.ts";

export const CHECKSUMS = "checksums.json";

const sum = z.strictObject({ bytes: z.int(), sha256: z.string() });
const checksumsSchema = z.strictObject({
  format: z.literal(1),
  kind: z.literal("checksums"),
  files: z.record(z.string(), sum),
});

/** Size and SHA-256 of a file. */
export type Checksum = z.infer<typeof sum>;

/** The shape of a `Checksum` inside other records. */
export const checksumSchema = sum;

/** A file that is not what was written. */
export class DamageError extends InputError {}

export async function checksumOf(path: string): Promise<Checksum> {
  return { bytes: (await stat(path)).size, sha256: await sha256File(path) };
}

/** Of the file that `pieces` will make. */
export function checksumOfText(pieces: Iterable<string>): Checksum {
  const hash = createHash("sha256");
  let bytes = 0;
  for (const piece of pieces) {
    hash.update(piece);
    bytes += Buffer.byteLength(piece);
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** @throws DamageError when the file is gone or another. @param todo What the user should do then. */
export async function checkFile(path: string, expected: Checksum, todo: string): Promise<void> {
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
  if (bytes === undefined)
    throw new DamageError({ where: path, found: "no readable file", expected: `${expected.bytes} bytes`, todo });
  if (bytes !== expected.bytes)
    throw new DamageError({ where: path, found: `${bytes} bytes`, expected: `${expected.bytes}, as written`, todo });
  const sha256 = await sha256File(path);
  if (sha256 === expected.sha256) return;
  throw new DamageError({
    where: path,
    found: `changed content (SHA-256 ${sha256.slice(0, 12)})`,
    expected: `what was written (${expected.sha256.slice(0, 12)})`,
    todo,
  });
}

/** `writeDirectoryAtomic`, with checksums of all that `fill` puts there (folders inside are not part of it). */
export async function writeSealedDirectory(path: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  await writeDirectoryAtomic(path, async (temporary) => {
    await fill(temporary);
    const files: Record<string, Checksum> = {};
    for (const entry of (await readdir(temporary, { withFileTypes: true })).filter((each) => each.isFile()))
      files[entry.name] = await checksumOf(join(temporary, entry.name));
    await writeJsonAtomic(join(temporary, CHECKSUMS), { format: 1, kind: "checksums", files });
  });
}

/** What every file of a folder was when it was written; undefined where an older version wrote it. */
export async function writtenChecksums(
  directory: string,
  todo: string,
): Promise<Readonly<Record<string, Checksum>> | undefined> {
  const where = join(directory, CHECKSUMS);
  return (await exists(where)) ? filesOf(where, await readFile(where, "utf8"), todo) : undefined;
}

/**
 * Check every file of a folder. False when it holds no checksums: an older version wrote it.
 * @throws DamageError that names the file, and what to do.
 */
export async function checkDirectory(directory: string, todo: string): Promise<boolean> {
  const where = join(directory, CHECKSUMS);
  if (!(await exists(where))) return false;
  const text = await readFile(where, "utf8");
  try {
    for (const [name, expected] of Object.entries(filesOf(where, text, todo)))
      await checkFile(join(directory, name), expected, todo);
    return true;
  } catch (error) {
    // Replaced as a whole while it was read: the new one has checksums of its own.
    const now = await readFile(where, "utf8").catch(() => text);
    if (now !== text) return checkDirectory(directory, todo);
    throw error;
  }
}

function filesOf(where: string, text: string, todo: string): Readonly<Record<string, Checksum>> {
  const damaged = (found: string) =>
    new DamageError({ where, found, expected: "checksums as they were written", todo });
  try {
    const parsed = checksumsSchema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data.files;
    throw damaged(z.prettifyError(parsed.error).split("\n")[0]!);
  } catch (cause) {
    throw cause instanceof InputError ? cause : damaged((cause as Error).message);
  }
}
