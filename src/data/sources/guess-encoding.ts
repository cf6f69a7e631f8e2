// Which encoding a text has that is not UTF-8: by how natural its words look in each that may be.
import { decoderOf, type Encoding } from "./encodings.ts";

/** The likeliest first: of two that read a text equally well, the earlier is taken. */
const ONE_BYTE: readonly Encoding[] = [
  "windows-1252",
  "macintosh",
  "windows-1250",
  "windows-1251",
  "koi8-r",
  "windows-1253",
];
const MANY_BYTES: readonly Encoding[] = ["shift_jis", "euc-jp", "gb18030", "big5", "euc-kr"];

/** So natural a text must look to be taken without asking. */
const CLEAR = 0.95;

export interface EncodingGuess {
  /** Undefined when several look alike. */
  readonly encoding?: Encoding | undefined;
  /** Encodings that may be, the most natural first. */
  readonly candidates: readonly Encoding[];
}

/** @param sample lines that hold bytes above 0x7f */
export function guessEncoding(sample: Buffer): EncodingGuess {
  const ranked = ONE_BYTE.map((encoding) => ({ encoding, score: naturalness(textIn(encoding, sample) ?? "") }));
  const clear = ranked.find(({ score }) => score >= CLEAR);
  if (clear !== undefined) return { encoding: clear.encoding, candidates: [clear.encoding] };
  const valid = MANY_BYTES.map((encoding) => ({ encoding, text: textIn(encoding, sample) })).flatMap(
    ({ encoding, text }) => (text === undefined ? [] : [{ encoding, score: naturalness(text) }]),
  );
  const candidates = [...valid, ...ranked].filter(({ score }) => score > 0.5).sort((a, b) => b.score - a.score);
  const many = valid.filter(({ score }) => score >= CLEAR);
  const only = many.length === 1 ? many[0]!.encoding : undefined;
  return { encoding: only, candidates: candidates.map(({ encoding }) => encoding) };
}

/** Undefined when the bytes are not of that encoding. */
export function textIn(encoding: Encoding, bytes: Buffer): string | undefined {
  try {
    const decoder = decoderOf(encoding, true);
    return decoder.decode(bytes) + decoder.end();
  } catch {
    return undefined;
  }
}

const WORD = /[\p{L}\p{M}]+/gu;
const ODD = /[^\p{ASCII}\p{L}\p{M}]/gu;
/** Signs that shops' texts hold; `between` letters only a few. */
const USUAL_SIGN = /[«»“”„‘’‚‹›–—…•€£¥¢©®™°§·½¼¾²³¹¡¿×÷±´¨\u00a0№、。・ー「」『』（）！？：；，～\u3000]/u;
const SIGN_IN_WORD = /[’‘·´\u00a0–—×・ー、。「」『』（）！？：；，]/u;

/** Share of words and signs beyond ASCII that look as people write them, from 0 to 1. */
function naturalness(text: string): number {
  let natural = 0;
  let all = 0;
  for (const [word] of text.matchAll(WORD)) {
    if (!/\P{ASCII}/u.test(word)) continue;
    all++;
    if (isNaturalWord(word)) natural++;
  }
  for (const { 0: sign, index } of text.matchAll(ODD)) {
    all++;
    const isInside = isLetter(text[index - 1]) && isLetter(text[index + sign.length]);
    if (USUAL_SIGN.test(sign) && (!isInside || SIGN_IN_WORD.test(sign))) natural++;
  }
  return all === 0 ? 0 : natural / all;
}

function isLetter(char: string | undefined): boolean {
  return char !== undefined && /\p{L}/u.test(char);
}

function isNaturalWord(word: string): boolean {
  if (/^[\p{sc=Latin}\p{M}ªº]+$/u.test(word)) {
    const foreign = word.replace(/\p{ASCII}/gu, "").length;
    const isOdd = /\p{Ll}(?=\P{ASCII})\p{Lu}|(?=\P{ASCII})\p{Ll}\p{Lu}/u.test(word);
    return !isOdd && (word.length < 4 || foreign <= 0.6 * word.length);
  }
  if (/^[\p{sc=Cyrillic}\p{M}]+$/u.test(word) || /^[\p{sc=Greek}\p{M}]+$/u.test(word))
    return !/\p{Ll}\p{Lu}/u.test(word);
  // Half-width katakana is what other encodings look like in Shift JIS.
  return (
    /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}ーA-Za-z\p{M}]+$/u.test(word) &&
    !/[\uff61-\uff9f]/.test(word)
  );
}
