// Token counts without a tokenizer: good enough to cut texts and to guess before anything was measured. Rule: a token
// is about six letters of a word, three digits, one sign, or one ideograph, as in the byte-pair vocabularies of current
// models.

const PIECE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|\p{L}+|\p{N}+|[^\s\p{L}\p{N}]/gu;
const LETTERS_PER_TOKEN = 6;
const DIGITS_PER_TOKEN = 3;

/** A guess at how many tokens a language model sees. */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(PIECE)) tokens += tokensOfPiece(piece);
  return tokens;
}

/** The text, or its first words up to `limit` estimated tokens and " ...". */
export function cutToTokens(text: string, limit: number): string {
  let tokens = 0;
  for (const match of text.matchAll(PIECE)) {
    tokens += tokensOfPiece(match[0]);
    if (tokens > limit) return `${text.slice(0, wordStart(text, match.index)).trimEnd()} ...`;
  }
  return text;
}

function tokensOfPiece(piece: string): number {
  if (/^\p{N}/u.test(piece)) return Math.ceil(piece.length / DIGITS_PER_TOKEN);
  return /^\p{L}/u.test(piece) ? Math.ceil(piece.length / LETTERS_PER_TOKEN) : 1;
}

/** Back to the space before `at`, unless that would leave nothing. */
function wordStart(text: string, at: number): number {
  const space = text.lastIndexOf(" ", at);
  return space > 0 ? space : at;
}
