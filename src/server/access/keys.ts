// API keys: who may do what. Only hashes are held, comparisons take the same time whatever differs, and nothing here
// ever prints a key.
import { createHash, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { InputError } from "../../base/errors.ts";
import { ROLES, type Role } from "../contract/index.ts";

interface Key {
  readonly role: Role;
  readonly hash: Buffer;
}

/** Shorter ones could be guessed. */
const LEAST_LENGTH = 16;
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

  /** Take the keys of `other` from now on. */
  replace(other: ApiKeys): void {
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
 * may stand as `sha256:HEX`. @throws InputError that names the line, never the key.
 */
export async function readKeys(file: string | undefined, words: string | undefined): Promise<ApiKeys> {
  const keys = file === undefined ? [] : linesOf(await readFile(file, "utf8")).map((line) => keyOf(file, line, /\s+/));
  const named = (words ?? "").split(",").map((text, at) => ({ text: text.trim(), line: at + 1 }));
  const given = named.filter(({ text }) => text !== "");
  return new ApiKeys([...keys, ...given.map((entry) => keyOf("ISRF_API_KEYS", entry, /:(.*)/s))]);
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
