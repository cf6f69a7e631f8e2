// A file of text: which encoding its bytes have, decided from all of them, and its text as a stream of UTF-8.
import { isUtf8 } from "node:buffer";
import { Doubt } from "../../base/doubt.ts";
import { InputError } from "../../base/errors.ts";
import { decoderOf, type Encoding } from "./encodings.ts";
import { type FileBytes, readBytes } from "./file-bytes.ts";
import { guessEncoding, textIn } from "./guess-encoding.ts";
import { endlessLine, MAX_LINE_BYTES } from "./line-limit.ts";

export interface TextFile extends FileBytes {
  readonly encoding: Encoding;
  /** Whether other programs can read the file as UTF-8 as it lies there. */
  readonly isPlain: boolean;
  /** One sentence each. */
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

export interface EncodingOptions {
  /** As the user named it; by default recognised. */
  readonly encoding?: Encoding | undefined;
  /** What a text that is not UTF-8 has; by default recognised. */
  readonly legacyEncoding?: Encoding | undefined;
  /** The option that names it, for messages: `--encoding latin1`. */
  readonly flag?: ((encoding: string) => string) | undefined;
  /** The same as that option takes it: `items=latin1`. */
  readonly spoken?: ((encoding: string) => string) | undefined;
  /** Whether a line may be of any length: a JSON array can stand on one. */
  readonly longLines?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Look at all bytes of a file. @throws InputError for what is no whole text, Doubt where its encoding is not clear. */
export async function openText(file: FileBytes, options: EncodingOptions = {}): Promise<TextFile> {
  const seen = await survey(file, options);
  const told = await decide(file, seen, options);
  const isPlain = told.encoding === "utf-8" && seen.isUtf8 && !seen.isPadded;
  return { ...file, ...told, isPlain };
}

/** The text in UTF-8, without a byte order mark. */
export async function* readUtf8(
  file: Pick<TextFile, "encoding" | "isPlain"> & FileBytes,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  let isFirst = true;
  if (file.encoding === "utf-8" && file.isPlain) {
    for await (const chunk of readBytes(file, signal)) {
      const bytes: Buffer = isFirst && chunk.subarray(0, 3).equals(UTF8_MARK) ? chunk.subarray(3) : chunk;
      isFirst = false;
      if (bytes.length > 0) yield bytes;
    }
    return;
  }
  const { decode, end } = decoderOf(file.encoding);
  for await (const chunk of readBytes(file, signal)) {
    const text = decode(chunk);
    if (text !== "") yield Buffer.from(text);
  }
  const rest = end();
  if (rest !== "") yield Buffer.from(rest);
}

const LF = 10;
const CR = 13;
const UTF8_MARK = Buffer.from("\uFEFF");

interface ByteSurvey {
  readonly head: Buffer;
  readonly size: number;
  /** Zero bytes at even and at odd places. */
  readonly zeros: readonly [number, number];
  readonly firstZero: number;
  readonly isUtf8: boolean;
  /** UTF-8 but for a last character that is cut. */
  readonly endsInside: boolean;
  /** Zeros follow the compressed data. */
  readonly isPadded: boolean;
}

async function survey(file: FileBytes, { longLines, signal }: EncodingOptions): Promise<ByteSurvey> {
  const zeros: [number, number] = [0, 0];
  let head = Buffer.alloc(0);
  let size = 0;
  let firstZero = -1;
  let isValid = true;
  let carried = Buffer.alloc(0);
  let lineBytes = 0;
  const bytesOfFile = readBytes(file, signal);
  let next = await bytesOfFile.next();
  for (; next.done !== true; next = await bytesOfFile.next()) {
    const chunk = next.value;
    if (head.length < 4) head = Buffer.concat([head, chunk.subarray(0, 4)]);
    if (firstZero === -1 && chunk.includes(0)) firstZero = size + chunk.indexOf(0);
    for (let at = chunk.indexOf(0); at !== -1; at = chunk.indexOf(0, at + 1)) zeros[(size + at) & 1]!++;
    size += chunk.length;
    const lastEnd = Math.max(chunk.lastIndexOf(LF), chunk.lastIndexOf(CR));
    lineBytes = lastEnd === -1 ? lineBytes + chunk.length : chunk.length - lastEnd;
    if (lineBytes > MAX_LINE_BYTES && longLines !== true)
      throw endlessLine(file.name, await lineAt(file, size - lineBytes, signal));
    if (!isValid) continue;
    const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
    const whole = wholeCharacters(bytes);
    isValid = isUtf8(bytes.subarray(0, whole));
    carried = Buffer.from(bytes.subarray(whole));
  }
  const isWhole = isValid && carried.length === 0;
  return {
    head,
    size,
    zeros,
    firstZero,
    isUtf8: isWhole,
    endsInside: isValid && carried.length > 0,
    isPadded: next.value,
  };
}

/** How many bytes end with a whole character of UTF-8. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

type Told = Pick<TextFile, "encoding" | "notes" | "warnings">;

async function decide(file: FileBytes, seen: ByteSurvey, options: EncodingOptions): Promise<Told> {
  const { flag = (name: string) => `--encoding ${name}`, spoken = (name: string) => name, signal } = options;
  const marked = markedEncoding(seen.head) ?? unmarkedUtf16(seen);
  if (marked?.startsWith("utf-16") && seen.size % 2 === 1) throw cutShort(file.name, "half a character at its end");
  const named = options.encoding === "utf-16" ? (marked ?? "utf-16le") : options.encoding;
  if (named !== undefined && marked !== undefined && named !== marked) {
    const found = `the mark of ${marked} at its beginning`;
    throw new InputError({
      where: file.name,
      found,
      expected: named,
      todo: `Leave ${flag(named)} away or correct it.`,
    });
  }
  const encoding = named ?? marked;
  if (!encoding?.startsWith("utf-16") && seen.zeros[0] + seen.zeros[1] > 0)
    throw await zeroBytes(file, seen.firstZero, signal);
  if (encoding !== undefined && encoding !== "utf-8") {
    return { encoding, notes: [`Its text is ${encoding}.`], warnings: [] };
  }
  if (seen.isUtf8) return { encoding: "utf-8", notes: [], warnings: [] };
  const { legacyEncoding } = options;
  if (encoding === undefined && legacyEncoding !== undefined) {
    return { encoding: legacyEncoding, notes: [`Its text is ${legacyEncoding}.`], warnings: [] };
  }
  if (seen.endsInside) throw cutShort(file.name, "half a character at its end");
  const { line, sample, good, bad } = await strangeBytes(file, signal);
  if (encoding === "utf-8") {
    const message = `${file.name}: ${bad} places are not utf-8, the first in line ${line}; they were read as "\uFFFD".`;
    return { encoding, notes: [], warnings: [message] };
  }
  // Legacy text looks like UTF-8 by chance now and then, not often.
  if (good > 0.02 * (good + bad)) {
    throw new InputError({
      where: file.name,
      line,
      found: `text that is not utf-8, among ${good} characters that are`,
      expected: "one encoding in the whole file",
      todo: `Mend the line (${bad} such places in all), or name the encoding of the whole file: ${flag("windows-1252")}, or ${flag("utf-8")} to read such places as "\uFFFD".`,
    });
  }
  return guessed(file.name, line, sample, { flag, spoken });
}

function guessed(
  name: string,
  line: number,
  sample: Buffer,
  { flag, spoken }: Readonly<Record<"flag" | "spoken", (encoding: string) => string>>,
): Told {
  const { encoding, candidates } = guessEncoding(sample);
  const shown = (each: Encoding) => `"${strangePart(textIn(each, sample) ?? "")}"`;
  if (encoding !== undefined) {
    const message = `${name}: its text is not utf-8; it was read as ${encoding}, line ${line} as ${shown(encoding)}. If that is wrong, name its encoding with ${flag("NAME")}.`;
    return { encoding, notes: [`Its text was taken for ${encoding}.`], warnings: [message] };
  }
  const likely = candidates.length > 0 ? candidates.slice(0, 4) : ["windows-1252", "macintosh", "windows-1251"];
  throw new Doubt(
    { where: name, line, found: "text that is not utf-8", expected: "an encoding that can be told" },
    likely.map((each) => ({
      words: `it reads ${shown(each)}`,
      flag: flag(each),
      options: { encoding: [spoken(each)] },
    })),
  );
}

/** A few words around the first character beyond ASCII. */
function strangePart(text: string): string {
  const at = text.search(/\P{ASCII}/u);
  const line = text.slice(text.lastIndexOf("\n", at) + 1).split(/[\r\n]/)[0]!;
  const from = Math.max(0, at - (text.lastIndexOf("\n", at) + 1) - 20);
  return line.slice(from, from + 50).trim();
}

function markedEncoding(head: Buffer): Encoding | undefined {
  if (head.subarray(0, 3).equals(UTF8_MARK)) return "utf-8";
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : undefined;
}

/** ASCII in UTF-16 is every second byte a zero; line ends and digits are, in any language. */
function unmarkedUtf16({ zeros: [even, odd], size }: ByteSurvey): Encoding | undefined {
  const [few, many] = even < odd ? [even, odd] : [odd, even];
  if (many < 0.02 * size || few > 0.01 * many) return undefined;
  return odd > even ? "utf-16le" : "utf-16be";
}

function cutShort(where: string, found: string): InputError {
  const todo = "The file was cut short: fetch or export it again.";
  return new InputError({ where, found, expected: "a whole file", todo });
}

async function zeroBytes(file: FileBytes, first: number, signal: AbortSignal | undefined): Promise<InputError> {
  const line = await lineAt(file, first, signal);
  const todo = "The copy or the program that wrote it may have failed: export the file again, or remove these bytes.";
  return new InputError({ where: file.name, line, found: "zero bytes (NUL)", expected: "plain text", todo });
}

/** The line of the byte at `offset`. */
async function lineAt(file: FileBytes, offset: number, signal: AbortSignal | undefined): Promise<number> {
  let line = 1;
  let seen = 0;
  for await (const chunk of readBytes(file, signal)) {
    for (let at = chunk.indexOf(LF); at !== -1 && seen + at < offset; at = chunk.indexOf(LF, at + 1)) line++;
    seen += chunk.length;
    if (seen >= offset) break;
  }
  return line;
}

const SAMPLE_BYTES = 1 << 19;

interface Strangeness {
  /** The first line that is not UTF-8. */
  readonly line: number;
  /** Lines with bytes above 0x7f, as many as fit. */
  readonly sample: Buffer;
  /** Characters beyond ASCII that are UTF-8, and lines that hold others. */
  readonly good: number;
  readonly bad: number;
}

async function strangeBytes(file: FileBytes, signal: AbortSignal | undefined): Promise<Strangeness> {
  const seen = { line: 0, good: 0, bad: 0 };
  const sample: Buffer[] = [];
  let sampled = 0;
  let number = 0;
  let begun = Buffer.alloc(0);
  const look = (text: Buffer) => {
    number++;
    if (!isAscii(text)) {
      if (isUtf8(text)) seen.good += text.toString().replace(/\p{ASCII}/gu, "").length;
      else {
        seen.bad++;
        seen.line ||= number;
      }
      if (sampled < SAMPLE_BYTES && (seen.line > 0 || sampled < SAMPLE_BYTES / 2))
        sampled += sample.push(text) && text.length;
    }
  };
  for await (const chunk of readBytes(file, signal)) {
    const bytes = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, from)) {
      look(bytes.subarray(from, end + 1));
      from = end + 1;
    }
    begun = Buffer.from(bytes.subarray(from));
  }
  look(begun);
  return { ...seen, sample: Buffer.concat(sample) };
}

function isAscii(bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! > 0x7f) return false;
  return true;
}
