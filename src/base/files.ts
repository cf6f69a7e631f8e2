// Atomic files: a reader sees the old content or the new, never half of it, whatever is killed when.
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError, OperationError } from "./errors.ts";
import { addBytes } from "./hash-of-bytes.ts";
import { isDenied, namingPlace, reasonOf } from "./system-errors.ts";

/** No such thing, or a path that nothing can have. */
const ABSENT: ReadonlySet<unknown> = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"]);

/**
 * @throws OperationError where the system cannot look, or does not let us: what cannot be read is not absent, and a
 *   network disk that fails for a moment must not make anybody begin anew.
 */
export async function exists(path: string): Promise<boolean> {
  return namingPlace(path, () =>
    access(path).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (ABSENT.has(error.code)) return false;
        throw error;
      },
    ),
  );
}

/**
 * Write a file by way of a temporary neighbour, flushed and renamed.
 * @param content Whole, or in pieces.
 * @throws OperationError when the disk refuses.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array | Iterable<string>): Promise<void> {
  await namingPlace(path, () => mkdir(dirname(path), { recursive: true }));
  const temporary = `${path}.${randomBytes(4).toString("hex")}.partial`;
  try {
    const file = await open(temporary, "w");
    try {
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new OperationError(`${path}: could not be written (${reasonOf(cause)}); nothing was changed there.`, {
      cause,
    });
  }
}

/** All of `bytes`, from `at` on: one call may write a part, as where a disk fills. */
export async function writeAllAt(file: Pick<FileHandle, "write">, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}

export async function writeJsonAtomic(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** @throws InputError when the file is absent or not JSON. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new InputError({ where: path, found: whyUnread(cause), expected: "a JSON file" }, { cause });
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError({ where: path, found: (cause as Error).message, expected: "valid JSON" }, { cause });
  }
}

function whyUnread(cause: unknown): string {
  // Of a string beyond 2^29 characters, in which Node reads a text.
  if (cause instanceof RangeError) return "more than 512 MiB, too long for one text";
  return isDenied(cause) ? "a file that may not be read" : "no readable file";
}

/** Whatever is in it, also what a process adds that is about to end. */
export async function removeDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/**
 * Build a directory under a temporary name and move it into place when `fill` succeeds.
 * An existing directory at `path` is replaced only then; on failure nothing is left behind.
 */
export async function writeDirectoryAtomic(path: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  await namingPlace(path, () => replaceDirectory(path, fill));
}

async function replaceDirectory(path: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const suffix = randomBytes(4).toString("hex");
  const temporary = join(dirname(path), `.${basename(path)}.${suffix}.partial`);
  const replaced = join(dirname(path), `.${basename(path)}.${suffix}.replaced`);
  await mkdir(temporary);
  try {
    await fill(temporary);
    const isReplaced = await exists(path);
    if (isReplaced) await rename(path, replaced);
    await rename(temporary, path).catch(async (error: unknown) => {
      if (isReplaced) await rename(replaced, path);
      throw error;
    });
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  await rm(replaced, { recursive: true, force: true });
}

export async function sha256File(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

export function sha256(content: string | ArrayBufferView): string {
  const hash = createHash("sha256");
  return (typeof content === "string" ? hash.update(content) : addBytes(hash, content)).digest("hex");
}
