// A JSON file that vouches for itself: `"sealed": true` stands first and the SHA-256 of the text last, so that no
// single damage can make it look like a file of an older version, which has neither and opens unchecked.

import { readFile } from "node:fs/promises";
import { DamageError } from "./checksums.ts";
import { internal } from "./errors.ts";
import { readJson, sha256, writeFileAtomic } from "./files.ts";

const BLANK = "0".repeat(64);
const START = '{\n  "sealed": true,\n';
const END = /"checksum": "([0-9a-f]{64})"\n}\n$/;

export async function writeSealedJson(path: string, value: object): Promise<void> {
  const text = `${JSON.stringify({ sealed: true, ...value, checksum: BLANK }, null, 2)}\n`;
  if (!text.startsWith(START)) throw internal(`a record whose first key is a number (${path})`);
  await writeFileAtomic(path, text.replace(END, `"checksum": "${sha256(text)}"\n}\n`));
}

/**
 * The value as it was given. `isSealed` is false for what an older version wrote.
 * @throws DamageError when it is not what was written, InputError when it is absent or no JSON.
 */
export async function readSealedJson(
  path: string,
  todo: string,
): Promise<{ readonly value: unknown; readonly isSealed: boolean }> {
  const text = await readFile(path, "utf8").catch(() => "");
  const stored = END.exec(text)?.[1];
  if (!text.startsWith(START) && stored === undefined) return { value: await readJson(path), isSealed: false };
  const found = sha256(text.replace(END, `"checksum": "${BLANK}"\n}\n`));
  if (!text.startsWith(START) || found !== stored) {
    const expected = stored === undefined ? "a checksum at its end" : `what was written (${stored.slice(0, 12)})`;
    throw new DamageError({ where: path, found: `changed content (SHA-256 ${found.slice(0, 12)})`, expected, todo });
  }
  const { sealed: _sealed, checksum: _checksum, ...value } = JSON.parse(text) as Record<string, unknown>;
  return { value, isSealed: true };
}
