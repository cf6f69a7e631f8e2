// The records of a JSON file as JSON texts, whatever form the file has: what DuckDB cannot read by itself is written
// out again, one object a line.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { InputError } from "../../../base/errors.ts";
import { readText } from "../text-lines.ts";
import { LooseJsonError, looseToJson } from "./loose-json.ts";
import { type JsonRecord, outlineOf, type RecordPath, scanRecords } from "./record-scanner.ts";

export interface RecordForm {
  /** Where the records stand. */
  readonly path: RecordPath;
  readonly isArray: boolean;
}

/**
 * Where the records of a file stand.
 * @throws InputError where they cannot be told from what is around them
 */
export async function recordForm(
  path: string,
  name: string,
  records: readonly string[] = [],
  signal?: AbortSignal,
): Promise<RecordForm> {
  const outline = await outlineOf(readText(path, signal), name);
  const { values, isListed, arrays, innerObjects } = outline;
  if (isListed || values !== 1) return { path: [], isArray: isListed };
  const [array, ...others] = arrays.filter(({ path }) => records.includes(path.join(".")));
  if (array !== undefined && others.length === 0) return { path: array.path, isArray: true };
  if (arrays.length === 1) return { path: arrays[0]!.path, isArray: true };
  if (arrays.length > 1) throw severalArrays(name, arrays);
  if (innerObjects.length > 1) throw objectOfObjects(name, innerObjects);
  return { path: [], isArray: false };
}

/** A record's text, and how it differs from what stands in the file. */
interface RecordText {
  readonly text: string;
  /** It was no JSON, but Python or the like. */
  readonly isLoose?: boolean | undefined;
  /** It had half a sign, as texts have that were cut by their length: no text file can hold one. */
  readonly isHalved?: boolean | undefined;
}

/** @throws InputError for a record that is no object, with its line */
export async function* jsonRecords(
  path: string,
  name: string,
  records: RecordPath,
  signal?: AbortSignal,
): AsyncGenerator<JsonRecord & RecordText> {
  for await (const record of scanRecords(readText(path, signal), name, records)) {
    yield { ...recordJson(record, name), line: record.line };
  }
}

/**
 * Write the records to `to`, one a line.
 * @returns how many of them are no JSON as it should be
 */
export async function writeJsonLines(
  to: string,
  records: AsyncIterable<RecordText>,
  signal?: AbortSignal,
): Promise<{ readonly loose: number; readonly halved: number }> {
  let [loose, halved] = [0, 0];
  async function* lines() {
    let chunk: string[] = [];
    let length = 0;
    for await (const { text, isLoose, isHalved } of records) {
      if (isLoose) loose++;
      if (isHalved) halved++;
      chunk.push(text, "\n");
      length += text.length;
      if (length < CHUNK_CHARACTERS) continue;
      yield chunk.join("");
      chunk = [];
      length = 0;
    }
    yield chunk.join("");
  }
  await pipeline(Readable.from(lines()), createWriteStream(to), { signal });
  return { loose, halved };
}

const CHUNK_CHARACTERS = 1 << 20;

function recordJson({ line, text }: JsonRecord, where: string): RecordText {
  const bad = (found: string, todo: string, cause?: unknown) =>
    new InputError({ where, line, found, expected: "one JSON object a record", todo }, { cause });
  let value: unknown;
  let json = text;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    try {
      json = looseToJson(text);
      value = JSON.parse(json);
    } catch (error) {
      const at = error instanceof LooseJsonError ? error : (cause as Error);
      const place = line + text.slice(0, error instanceof LooseJsonError ? error.at : 0).split("\n").length - 1;
      const todo = "Mend the line; if it is the last one, the file was cut short.";
      const found = `malformed JSON (${at.message})`;
      throw new InputError({ where, line: place, found, expected: "one JSON object a record", todo }, { cause });
    }
  }
  if (Array.isArray(value)) {
    throw bad("an array", 'Write objects with named fields (pandas: `to_json(orient="records", lines=True)`).');
  }
  if (typeof value !== "object" || value === null) throw bad(`the value ${text.slice(0, 40)}`, "Write objects.");
  const whole = withoutHalves(json);
  const isHalved = whole !== json;
  return { text: whole.includes("\n") ? whole.replace(/\r?\n/g, " ") : whole, isLoose: json !== text, isHalved };
}

/** Of a pair of escapes that make one sign, the first without the second or the second alone. */
const HALVES = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|.)/gs;

function withoutHalves(json: string): string {
  if (!/\\u[dD][89a-fA-F]/.test(json)) return json;
  return json.replace(HALVES, (sign, half) => (half === undefined ? sign : "\\ufffd"));
}

function severalArrays(where: string, arrays: readonly { path: RecordPath; objects: number }[]): InputError {
  const listed = arrays.map(({ path, objects }) => `"${path.join(".")}" (${objects})`).join(", ");
  const flags = arrays.map(({ path }) => `--records ${path.join(".")}`).join(" or ");
  return new InputError({
    where,
    found: `one JSON object with several arrays of objects: ${listed}`,
    expected: "one array of records",
    todo: `Say which one holds the records: ${flags}.`,
  });
}

function objectOfObjects(where: string, keys: readonly string[]): InputError {
  return new InputError({
    where,
    found: `one JSON object whose members are objects (${keys
      .slice(0, 3)
      .map((key) => `"${key}"`)
      .join(", ")}, ...)`,
    expected: "one object a record, in lines or in an array",
    todo: 'Write it that way (pandas: `to_json(orient="records", lines=True)`).',
  });
}
