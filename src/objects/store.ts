// The port to where objects lie: bytes under names, whole or absent, with a checksum that is kept and verified. What
// workers on several machines share goes through here; queues carry names of objects alone.
import { InputError, OperationError, UsageError } from "../base/errors.ts";

/** What to keep: bytes, or the bytes of a file. */
export type Content = Uint8Array | { readonly file: string };

/** `{ name: "folders/8c1f.json", bytes: 312, sha256: "8c1f..." }` */
export interface ObjectFacts {
  readonly name: string;
  readonly bytes: number;
  /** Of the content as it was put. */
  readonly sha256: string;
}

export type ListedObject = Pick<ObjectFacts, "name" | "bytes">;

export interface ListOptions {
  /** Only names that come after this one. */
  readonly after?: string | undefined;
}

/**
 * Names are relative, with "/" between parts of letters, digits and `. _ - =`; no part begins with a dot, and no name
 * is the folder of another one. A name holds nothing, or one whole content that somebody put: whoever is killed when.
 *
 * Every method throws OperationError where the store cannot be reached or refuses, after trying again for a while, and
 * UsageError for a name that is none.
 */
export interface ObjectStore {
  /** As `openObjects` takes it; without secrets. */
  readonly address: string;
  /** Keep a content, in the place of what the name held. Of two writers at once one has the last word. */
  put(name: string, content: Content): Promise<ObjectFacts>;
  /** Keep a content unless the name holds one already: false then, whatever that is. */
  putOnce(name: string, content: Content): Promise<boolean>;
  /** @throws MissingObjectError; DamagedObjectError for bytes that are not what was put. */
  get(name: string): Promise<Uint8Array>;
  /** Into a file, which is whole or not there. @throws as `get`. */
  fetch(name: string, path: string): Promise<ObjectFacts>;
  /** Undefined where the name holds nothing. The content itself is not looked at. */
  facts(name: string): Promise<ObjectFacts | undefined>;
  /** What lies in a folder ("answers/", or "" for everything) and in those within, in order of names. */
  list(folder: string, options?: ListOptions): AsyncIterable<ListedObject>;
  /** What is not there is no error. */
  remove(name: string): Promise<void>;
  /** Let go of connections. */
  close(): void;
}

/** A name that holds nothing. */
export class MissingObjectError extends OperationError {
  override readonly name: string = "MissingObjectError";

  constructor(address: string, name: string) {
    super(`${placeOf(address, name)}: no such object. Whoever was to put it has not done so, or somebody removed it.`);
  }
}

/** Bytes that are not what was put. */
export class DamagedObjectError extends InputError {
  override readonly name: string = "DamagedObjectError";

  constructor(address: string, name: string, facts: { readonly found: string; readonly expected: string }) {
    super({ ...facts, where: placeOf(address, name), todo: "Remove it, and have it put again." });
  }
}

/** The object as a person would name it: `s3://bucket/shop/answers/0a1b.jsonl`. */
export function placeOf(address: string, name: string): string {
  return `${address.replace(/\/$/, "")}/${name}`;
}

/** The first characters of a hash, as messages show it. */
export function shortHash(sha256: string): string {
  return sha256.slice(0, 12);
}

const NAME = /^[A-Za-z0-9_=-][A-Za-z0-9._=-]*(\/[A-Za-z0-9_=-][A-Za-z0-9._=-]*)*$/;
/** In bytes: what every file system and object store takes. */
const LONGEST_NAME = 400;

/** @throws UsageError for a name that no store takes. */
export function checkName(name: string): void {
  if (NAME.test(name) && name.length <= LONGEST_NAME) return;
  throw new UsageError(
    `object name ${JSON.stringify(name)}: expected parts of letters, digits and "._-=" with "/" between them, none beginning with a dot, ${LONGEST_NAME} characters at most.`,
  );
}

/** @throws UsageError for a folder that is none: it is empty, or ends in a slash. */
export function checkFolder(folder: string): void {
  if (folder === "") return;
  checkName(folder.replace(/\/$/, ""));
  if (!folder.endsWith("/"))
    throw new UsageError(`object folder ${JSON.stringify(folder)}: expected a name that ends in "/".`);
}
