// API keys: who may do what. Only hashes are held, comparisons take the same time whatever differs, and nothing here
// ever prints a key.
import { createHash, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { InputError, UsageError } from "../../base/errors.ts";
import { isDenied } from "../../base/system-errors.ts";
import { ROLES, type Role } from "../contract/index.ts";

interface Key {
  readonly role: Role;
  readonly hash: Buffer;
}

/** Shorter ones could be guessed. */
const LEAST_LENGTH = 16;
const WORDS = "ISRF_API_KEYS";
const HASHED = /^sha256:([0-9a-f]{64})$/i;

export class ApiKeys {
  private keys: readonly Key[];

  constructor(keys: readonly Key[]) {
    this.keys = keys;
  }

  /** Without any, everybody may do everything. */
  get isOpen(): boolean {
    return this.keys.length === 0;
  }

  get count(): number {
    return this.keys.length;
  }

  /** Take the keys of `other` from now on. @throws UsageError where that would let everybody in who was kept out. */
  replace(other: ApiKeys): void {
    if (other.isOpen && !this.isOpen)
      throw new UsageError("There are no API keys any more. To do without keys, stop the server and start it without.");
    this.keys = other.keys;
  }

  /** What the holder of `presented` may do; undefined for a key that is none. Looks at every key, found or not. */
  roleOf(presented: string): Role | undefined {
    const hash = digest(presented);
    let role: Role | undefined;
    for (const key of this.keys) if (timingSafeEqual(key.hash, hash)) role = key.role;
    return role;
  }
}

export function mayDo(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/**
 * Keys of `file`, one a line as `ROLE KEY`, and of `words` (the environment), as `ROLE:KEY` with commas between. A key
 * may stand as `sha256:HEX`. @throws InputError that names the line, never the key; and for a file or words without
 * any, or that cannot be read: whoever names keys wants a door that closes.
 */
export async function readKeys(file: string | undefined, words: string | undefined): Promise<ApiKeys> {
  const keys = file === undefined ? [] : linesOf(await textIn(file)).map((line) => keyOf(file, line, /\s+/));
  if (file !== undefined && keys.length === 0) throw noKeys(file);
  const named = (words ?? "").split(",").map((text, at) => ({ text: text.trim(), line: at + 1 }));
  const given = named.filter(({ text }) => text !== "");
  if (named.length > 1 && given.length === 0) throw noKeys(WORDS);
  return new ApiKeys([...keys, ...given.map((entry) => keyOf(WORDS, entry, /:(.*)/s))]);
}

function textIn(file: string): Promise<string> {
  return readFile(file, "utf8").catch((cause: unknown) => {
    const found = isDenied(cause) ? "a file that may not be read" : "no readable file";
    throw new InputError({ where: file, found, expected: "API keys, a line `ROLE KEY` each" }, { cause });
  });
}

function noKeys(where: string): InputError {
  const expected = where === WORDS ? "`ROLE:KEY,...`" : "a line `ROLE KEY` or more";
  const todo = `Add a key, or serve without ${where === WORDS ? "it" : "--keys"}.`;
  return new InputError({ where, found: "no API key", expected, todo });
}

interface Line {
  readonly text: string;
  readonly line: number;
}

function linesOf(text: string): Line[] {
  const lines = text
    .split(/\r?\n/)
    .map((whole, at) => ({ text: whole.replace(/(^|\s)#.*$/, "").trim(), line: at + 1 }));
  return lines.filter((entry) => entry.text !== "");
}

function keyOf(where: string, { text, line }: Line, between: RegExp): Key {
  const [role, key = ""] = text.split(between);
  const expected = `\`ROLE KEY\`, ROLE one of ${ROLES.join(", ")}`;
  const known = ROLES.find((name) => name === role);
  if (known === undefined) throw new InputError({ where, line, found: "no known role", expected });
  const hashed = HASHED.exec(key);
  if (hashed !== null) return { role: known, hash: Buffer.from(hashed[1]!, "hex") };
  if (/^sha256:/i.test(key)) {
    const found = `sha256: with ${key.length - "sha256:".length} characters behind it`;
    const todo = "Make it with: printf %s KEY | sha256sum";
    throw new InputError({ where, line, found, expected: "64 hexadecimal digits behind sha256:", todo });
  }
  if (key.length < LEAST_LENGTH) {
    const found = `a key of ${key.length} characters`;
    const todo = "Make one with: openssl rand -hex 24";
    throw new InputError({ where, line, found, expected: `at least ${LEAST_LENGTH} characters`, todo });
  }
  return { role: known, hash: digest(key) };
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
