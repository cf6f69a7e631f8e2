// Token counts without a tokenizer: good enough to cut texts and to guess before anything was measured. Rule: a token
// is about six letters of a word, three digits, one sign, or one ideograph, as in the byte-pair vocabularies of current
// models.

const PIECE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|\p{L}+|\p{N}+|[^\s\p{L}\p{N}]/gu;
const LETTERS_PER_TOKEN = 6;
const DIGITS_PER_TOKEN = 3;

/** A guess at how many tokens a language model sees. */
export function estimateTokens(text: string): number {
  return tokensUpTo(text, Number.POSITIVE_INFINITY).tokens;
}

/** The text, or its first words up to `limit` estimated tokens and " ...". */
export function cutToTokens(text: string, limit: number): string {
  const { at } = tokensUpTo(text, limit);
  return at === undefined ? text : `${cutAtWord(text, at).trimEnd()} ...`;
}

const LONGEST_WORD = 40;
/** Scripts that put no spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/**
 * At most `length` characters of the text, back to the last space among them. Where no spaces part the words, the space
 * before may be far: such texts end at `length`, or before the sign that it would cut in two.
 */
export function cutAtWord(text: string, length: number): string {
  const head = text.slice(0, length);
  const space = head.lastIndexOf(" ");
  const word = head.slice(space + 1);
  if (space > 0 && word.length <= LONGEST_WORD && !UNSPACED.test(word)) return head.slice(0, space);
  let end = head.length;
  while (end > 0 && isWithinSign(text.charAt(end))) end--;
  return head.slice(0, end);
}

/** The second half of a pair, or an accent or vowel over the letter before. */
function isWithinSign(unit: string): boolean {
  return /[\uDC00-\uDFFF]/.test(unit) || /\p{M}/u.test(unit);
}

interface Counted {
  readonly tokens: number;
  /** Where the piece begins that goes beyond the limit. */
  readonly at: number | undefined;
}

/** Catalogues and prompts are mostly ASCII, and every prompt of a journal is counted again to look its answer up. */
function tokensUpTo(text: string, limit: number): Counted {
  return asciiTokens(text, limit) ?? anyTokens(text, limit);
}

function anyTokens(text: string, limit: number): Counted {
  let tokens = 0;
  for (const match of text.matchAll(PIECE)) {
    tokens += tokensOfPiece(match[0]);
    if (tokens > limit) return { tokens, at: match.index };
  }
  return { tokens, at: undefined };
}

function tokensOfPiece(piece: string): number {
  if (/^\p{N}/u.test(piece)) return Math.ceil(piece.length / DIGITS_PER_TOKEN);
  return /^\p{L}/u.test(piece) ? Math.ceil(piece.length / LETTERS_PER_TOKEN) : 1;
}

const [OTHER, SPACE, LETTER, DIGIT] = [0, 1, 2, 3];
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const sign = String.fromCharCode(code);
  if (/\s/.test(sign)) return SPACE;
  return /[a-z]/i.test(sign) ? LETTER : /\d/.test(sign) ? DIGIT : OTHER;
});

/** The same for texts of ASCII alone; undefined for others, as far as they are read. */
function asciiTokens(text: string, limit: number): Counted | undefined {
  let tokens = 0;
  for (let at = 0; at < text.length; ) {
    const kind = KINDS[text.charCodeAt(at)];
    if (kind === undefined) return undefined;
    let end = at + 1;
    if (kind === LETTER || kind === DIGIT) {
      while (end < text.length && KINDS[text.charCodeAt(end)] === kind) end++;
      // What follows may be a letter beyond ASCII, which would be of the same piece.
      if (text.charCodeAt(end) > 127) return undefined;
    }
    if (kind === LETTER) tokens += Math.ceil((end - at) / LETTERS_PER_TOKEN);
    else if (kind === DIGIT) tokens += Math.ceil((end - at) / DIGITS_PER_TOKEN);
    else if (kind === OTHER) tokens++;
    if (tokens > limit) return { tokens, at };
    at = end;
  }
  return { tokens, at: undefined };
}
