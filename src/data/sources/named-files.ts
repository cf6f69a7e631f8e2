// The files that a person names: patterns where they are asked for, pipes into a file of their own, and nothing twice.
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { UsageError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import type { Scratch } from "../../base/scratch.ts";
import { S3Files } from "../../objects/index.ts";
import { elsewhereKind, isElsewhere, shownAddress } from "./elsewhere/address.ts";
import { download } from "./elsewhere/download.ts";
import { matchingObjects, objectAddress, objectPath } from "./elsewhere/s3.ts";
import { inNameOrder, isMatch, isPattern } from "./name-pattern.ts";

export interface NamedFile {
  /** Where it can be read, also more than once. */
  readonly path: string;
  /** As the user wrote it. */
  readonly name: string;
  /** Of an object that is read by somebody else: its path is its address. */
  readonly sha256?: string | undefined;
}

export interface NamedFileOptions {
  /** Names are patterns: `*`, `?` and `[a-z]` in any part of the path. */
  readonly glob?: boolean | undefined;
  readonly scratch: Scratch;
  /** Folder of DuckDB's extensions. */
  readonly extensions?: string | undefined;
  /** Objects of S3 stay where they are: their paths are their addresses. */
  readonly isLate?: boolean | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

const STDIN = new Set(["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]);

/** Several readings may share a process's standard input only once. */
export class FileNames {
  readonly #options: NamedFileOptions;
  readonly #seen = new Map<string, string>();

  constructor(options: NamedFileOptions) {
    this.#options = options;
  }

  /** @throws UsageError for what is no file, and for one that is named twice. */
  async open(words: string | readonly string[] | undefined, flag: string): Promise<NamedFile[]> {
    const given = words === undefined ? [] : typeof words === "string" ? [words] : words;
    const files: NamedFile[] = [];
    const objects = new S3Files({ signal: this.#options.signal });
    try {
      for (const word of given) {
        for (const name of await this.#expand(word, flag, objects)) {
          files.push(await this.#openOne(name, flag, objects));
        }
      }
      return files;
    } finally {
      await objects.close();
    }
  }

  async #expand(word: string, flag: string, objects: S3Files): Promise<string[]> {
    if (this.#options.glob !== true || !isPattern(word)) return [word];
    const isObject = isElsewhere(word) && elsewhereKind(word) === "s3";
    const names = isObject ? await matchingObjects(objects, word) : await matching(word);
    if (names.length > 0) return names;
    throw new UsageError(`${flag} ${word}: no file has such a name (--glob). Check the pattern.`);
  }

  async #openOne(name: string, flag: string, objects: S3Files): Promise<NamedFile> {
    if (STDIN.has(name)) {
      this.#once("the standard input", name, flag);
      if (process.stdin.isTTY)
        throw new UsageError(`${flag} ${name}: standard input is a terminal. Pipe a file into it.`);
      return this.#spool(name, "stdin", { fd: 0, autoClose: false });
    }
    if (isElsewhere(name)) return this.#openElsewhere(name, flag, objects);
    const found = await stat(name, { bigint: true }).catch(() => undefined);
    if (found === undefined) {
      const hint = isPattern(name) ? " If it is a pattern, add --glob." : "";
      throw new UsageError(`${name}: no such file. Check the path.${hint}`);
    }
    if (found.isDirectory()) throw isFolder(name, flag);
    if (!found.isFile()) return this.#spool(name, basename(name));
    // A flat table may be the catalogue as well.
    this.#once(`${flag} ${found.dev} ${found.ino}`, name, flag);
    return { path: name, name };
  }

  /** Files are fetched; tables of servers are asked for when they are opened. */
  async #openElsewhere(address: string, flag: string, objects: S3Files): Promise<NamedFile> {
    const kind = elsewhereKind(address);
    if (kind === "sqlite") return this.#openOne(address.replace(/^sqlite:(\/\/)?/i, ""), flag, objects);
    const name = shownAddress(address);
    if (kind === "s3") {
      this.#once(`${flag} ${name}`, name, flag);
      if (this.#options.isLate) return { path: objectAddress(address), name };
      return { path: await objectPath(objects, address, this.#options), name };
    }
    return { path: kind === "https" ? await download(address, this.#options) : address, name };
  }

  #once(what: string, name: string, flag: string): void {
    const before = this.#seen.get(what);
    this.#seen.set(what, `${flag} ${name}`);
    if (before === undefined) return;
    throw new UsageError(`${flag} ${name}: that is the same file as ${before}. Name each file once.`);
  }

  async #spool(name: string, file: string, from: { fd?: number; autoClose?: boolean } = {}): Promise<NamedFile> {
    const { scratch, signal } = this.#options;
    const path = await scratch.path(file);
    await pipeline(createReadStream(from.fd === undefined ? name : "", { ...from, signal }), createWriteStream(path));
    return { path, name };
  }
}

function isFolder(name: string, flag: string): UsageError {
  const p5 = flag === "--interactions" ? " (a P5 folder: --dir)" : "";
  return new UsageError(
    `${flag} ${name}: that is a folder${p5}. Name the files in it, or ${flag} '${join(name, "*")}' --glob.`,
  );
}

/** Files whose paths match, in the order of their names, numbers by size. */
export async function matching(pattern: string): Promise<string[]> {
  const isAbsolute = pattern.startsWith("/");
  let paths = [isAbsolute ? "/" : ""];
  for (const part of pattern.split("/").filter((each) => each !== "")) {
    const next: string[] = [];
    for (const path of paths) {
      if (!isPattern(part)) next.push(join(path, part));
      else {
        const names = (await readdir(path || ".").catch(() => [])).filter((name) => isMatch(part, name));
        for (const name of names) next.push(join(path, name));
      }
    }
    paths = next;
  }
  const isFile = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (found) => !found.isDirectory(),
        () => false,
      ),
    ),
  );
  return inNameOrder(paths.filter((_, k) => isFile[k]));
}
