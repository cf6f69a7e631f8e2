// How bytes become characters: the names of encodings, and decoding as a stream into UTF-8.
import { didYouMean, UsageError } from "../../base/errors.ts";

/** Names that TextDecoder knows, and `windows-1252`, which we decode ourselves. */
export type Encoding = string;

/** What messages list; others that the platform knows are taken as well. */
export const COMMON_ENCODINGS: readonly Encoding[] = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1252",
  "macintosh",
  "windows-1250",
  "windows-1251",
  "koi8-r",
  "shift_jis",
  "euc-jp",
  "gb18030",
  "big5",
  "euc-kr",
];

const ALIASES: Readonly<Record<string, Encoding>> = {
  "latin-1": "windows-1252",
  latin1: "windows-1252",
  "iso-8859-1": "windows-1252",
  iso88591: "windows-1252",
  cp1252: "windows-1252",
  ansi: "windows-1252",
  macroman: "macintosh",
  "mac-roman": "macintosh",
  mac: "macintosh",
  cp1250: "windows-1250",
  cp1251: "windows-1251",
  cp932: "shift_jis",
  gbk: "gb18030",
  gb2312: "gb18030",
  utf8: "utf-8",
  "utf-8-sig": "utf-8",
  "utf8-bom": "utf-8",
  utf16: "utf-16",
  "utf-16-le": "utf-16le",
  "utf-16-be": "utf-16be",
  ascii: "utf-8",
};

/**
 * The encoding that a user means; `utf-16` stays open until the file's byte order mark is seen.
 * @throws UsageError for a name that nobody knows.
 */
export function encodingNamed(word: string, flag: string): Encoding {
  const plain = word.trim().toLowerCase().replaceAll("_", "-");
  const known = ALIASES[plain] ?? ALIASES[plain.replaceAll("-", "")] ?? plain.replace("shift-jis", "shift_jis");
  if (known === "utf-16") return known;
  try {
    return new TextDecoder(known).encoding;
  } catch {
    const names = COMMON_ENCODINGS.join(", ");
    throw new UsageError(
      `${flag} ${word}: no such encoding is known. Known are ${names} and others.${didYouMean(plain, COMMON_ENCODINGS)}`,
    );
  }
}

/** A decoder of a stream: the text of each piece of bytes, and what is left at the end. */
export interface StreamDecoder {
  readonly decode: (bytes: Buffer) => string;
  readonly end: () => string;
}

/** Characters that are not of the encoding become U+FFFD; `isFatal` refuses them with a TypeError. */
export function decoderOf(encoding: Encoding, isFatal = false): StreamDecoder {
  if (encoding === "windows-1252") return { decode: decodeWindows1252, end: () => "" };
  const decoder = new TextDecoder(encoding, { fatal: isFatal });
  return { decode: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

/** 0x80 to 0x9f. Some versions of Node take windows-1252 for latin-1, which has control characters there. */
const WINDOWS_1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

function decodeWindows1252(bytes: Buffer): string {
  return bytes.toString("latin1").replace(/[\u0080-\u009f]/g, (char) => WINDOWS_1252[char.charCodeAt(0) - 0x80]!);
}
