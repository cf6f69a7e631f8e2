// Objects as files of a folder, on a local disk or one that machines share. An object is an ordinary file under its
// name, so that other programs read it; beside all of them, `.sums/NAME.SHA256` is an empty file that says which
// content the name was given. It is there before the content is: a content that has none was changed by somebody else.
// Nothing here needs a lock: contents come by rename, or by a link that fails where the name is taken.
import { createHash, randomBytes } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { OperationError } from "../base/errors.ts";
import { sha256, sha256File } from "../base/files.ts";
import { namingPlace, reasonOf } from "../base/system-errors.ts";
import {
  type Content,
  checkFolder,
  checkName,
  DamagedObjectError,
  type ListedObject,
  type ListOptions,
  MissingObjectError,
  type ObjectFacts,
  type ObjectStore,
  placeOf,
  shortHash,
} from "./store.ts";

const SUMS = ".sums";
const PARTIAL = ".partial";
/** What lies in `.partial` for longer was left there by a writer that was killed. */
const LEFT_MS = 24 * 3_600_000;
const SUM = /\.([0-9a-f]{64})$/;

/** @throws OperationError when the folder cannot be made. */
export async function openFileStore(directory: string): Promise<ObjectStore> {
  const partial = join(directory, PARTIAL);
  await namingPlace(directory, () => mkdir(partial, { recursive: true }));
  await removeLeft(partial);
  return new FileStore(directory);
}

class FileStore implements ObjectStore {
  readonly address: string;

  constructor(private readonly directory: string) {
    this.address = directory;
  }

  async put(name: string, content: Content): Promise<ObjectFacts> {
    return this.keep(name, content, (partial, path) => rename(partial, path));
  }

  async putOnce(name: string, content: Content): Promise<boolean> {
    checkName(name);
    if ((await this.facts(name)) !== undefined) return false;
    let isFirst = true;
    await this.keep(name, content, async (partial, path) => {
      isFirst = await placeOnce(partial, path);
      await rm(partial, { force: true });
    });
    return isFirst;
  }

  async get(name: string): Promise<Uint8Array> {
    const bytes = await this.looking(name, () => readFile(this.pathOf(name)));
    await this.check(name, sha256(bytes));
    return bytes;
  }

  async fetch(name: string, path: string): Promise<ObjectFacts> {
    const partial = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.partial`);
    await namingPlace(path, () => mkdir(dirname(path), { recursive: true }));
    try {
      await this.looking(name, () => copyFile(this.pathOf(name), partial, constants.COPYFILE_FICLONE), path);
      const facts = { name, bytes: (await stat(partial)).size, sha256: await sha256File(partial) };
      await this.check(name, facts.sha256);
      await namingPlace(path, () => rename(partial, path));
      return facts;
    } finally {
      await rm(partial, { force: true });
    }
  }

  async facts(name: string): Promise<ObjectFacts | undefined> {
    checkName(name);
    const path = this.pathOf(name);
    const found = await namingPlace(path, () => stat(path).catch(absent));
    if (found === undefined || !found.isFile()) return undefined;
    const sums = await this.sumsOf(name);
    // A name that was given several contents does not say which of them it holds.
    const hash = sums.length === 1 ? sums[0]! : await namingPlace(path, () => sha256File(path));
    return { name, bytes: found.size, sha256: hash };
  }

  async *list(folder: string, { after = "" }: ListOptions = {}): AsyncIterable<ListedObject> {
    checkFolder(folder);
    for await (const name of this.namesIn(folder, after)) {
      const found = await stat(this.pathOf(name)).catch(absent);
      if (found !== undefined) yield { name, bytes: found.size };
    }
  }

  async remove(name: string): Promise<void> {
    checkName(name);
    await namingPlace(this.pathOf(name), async () => {
      await rm(this.pathOf(name), { force: true });
      for (const hash of await this.sumsOf(name)) await rm(this.sumPath(name, hash), { force: true });
    });
  }

  close(): void {}

  private async keep(
    name: string,
    content: Content,
    place: (partial: string, path: string) => Promise<void>,
  ): Promise<ObjectFacts> {
    checkName(name);
    const path = this.pathOf(name);
    const partial = join(this.directory, PARTIAL, randomBytes(12).toString("hex"));
    try {
      const facts = await write(partial, content);
      await this.noteSum(name, facts.sha256);
      await mkdir(dirname(path), { recursive: true });
      await place(partial, path);
      return { name, ...facts };
    } catch (cause) {
      await rm(partial, { force: true });
      if (cause instanceof OperationError) throw cause;
      const where = placeOf(this.address, name);
      throw new OperationError(`${where}: could not be written (${reasonOf(cause)}); nothing was changed there.`, {
        cause,
      });
    }
  }

  private async noteSum(name: string, hash: string): Promise<void> {
    const path = this.sumPath(name, hash);
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, "a");
    await file.sync().finally(() => file.close());
  }

  /** The contents that a name was given. */
  private async sumsOf(name: string): Promise<readonly string[]> {
    const path = join(this.directory, SUMS, name);
    const start = `${basename(path)}.`;
    const entries = await readdir(dirname(path)).catch(() => []);
    return entries
      .filter((entry) => entry.startsWith(start) && entry.length === start.length + 64)
      .flatMap((entry) => SUM.exec(entry)?.[1] ?? []);
  }

  private async check(name: string, hash: string): Promise<void> {
    const path = this.sumPath(name, hash);
    if ((await namingPlace(path, () => stat(path).catch(absent))) !== undefined) return;
    const sums = (await this.sumsOf(name)).map(shortHash);
    throw new DamagedObjectError(this.address, name, {
      found: `content with SHA-256 ${shortHash(hash)}`,
      expected: sums.length === 0 ? "a file that a store has written" : `what was put (${sums.join(" or ")})`,
    });
  }

  /** What `read` gives. @throws MissingObjectError where the name holds nothing; else said of `where`. */
  private async looking<T>(name: string, read: () => Promise<T>, where = this.pathOf(name)): Promise<T> {
    checkName(name);
    return namingPlace(where, () =>
      read().catch(async (error: NodeJS.ErrnoException) => {
        const isMissing = error.code === "ENOENT" || error.code === "ENOTDIR" || error.code === "EISDIR";
        if (isMissing && (await this.facts(name)) === undefined) throw new MissingObjectError(this.address, name);
        throw error;
      }),
    );
  }

  /** In order of whole names, in which "a-b" comes before "a/b". */
  private async *namesIn(folder: string, after: string): AsyncIterable<string> {
    const path = join(this.directory, folder);
    const entries = await namingPlace(path, () => readdir(path, { withFileTypes: true }).catch(absent));
    const names = (entries ?? [])
      .filter((entry) => !entry.name.startsWith("."))
      .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? "/" : ""}`);
    for (const name of names.sort()) {
      if (!name.endsWith("/")) {
        if (name > after) yield name;
      } else if (name > after || after.startsWith(name)) yield* this.namesIn(name, after);
    }
  }

  private pathOf(name: string): string {
    return join(this.directory, name);
  }

  private sumPath(name: string, hash: string): string {
    return join(this.directory, SUMS, `${name}.${hash}`);
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}

/** Disks that know no second names: SMB, exFAT. */
const WITHOUT_LINKS: ReadonlySet<unknown> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/**
 * False where the name is taken. On a disk without links, of two writers at one moment the last one wins, as with
 * services that know no conditions: a copy would be half there for a while.
 */
async function placeOnce(partial: string, path: string): Promise<boolean> {
  try {
    await link(partial, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (!WITHOUT_LINKS.has(code)) throw error;
    const isTaken = (await stat(path).catch(absent)) !== undefined;
    if (!isTaken) await rename(partial, path);
    return !isTaken;
  }
}

/** On disk when it returns. */
async function write(path: string, content: Content): Promise<Pick<ObjectFacts, "bytes" | "sha256">> {
  const hash = createHash("sha256");
  let bytes = 0;
  const file = await open(path, "wx");
  try {
    for await (const piece of piecesOf(content)) {
      hash.update(piece);
      bytes += piece.length;
      await file.writeFile(piece);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}

function piecesOf(content: Content): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (content instanceof Uint8Array) return [content];
  return createReadStream(content.file, { highWaterMark: 1 << 20 });
}

async function removeLeft(partial: string): Promise<void> {
  for (const name of await readdir(partial).catch(() => [])) {
    const path = join(partial, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > LEFT_MS) await rm(path, { force: true }).catch(() => {});
  }
}
