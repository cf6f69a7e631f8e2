// Terms of a text for the LSA encoder.
import { isStopWord, wordsOf } from "../data/index.ts";

/**
 * Lower-case words without stop words and single letters, plurals folded; with `bigrams`, neighbouring pairs "a b" as
 * well.
 */
export function tokenise(text: string, bigrams = false): string[] {
  const words = wordsOf(text)
    .filter((word) => word.length > 1 && !isStopWord(word))
    .map(singular);
  if (!bigrams) return words;
  return [...words, ...words.slice(1).map((word, i) => `${words[i]} ${word}`)];
}

/** Light folding of English plurals: berries -> berry, brushes -> brush, oils -> oil; glass, bonus and basis stay. */
export function singular(word: string): string {
  if (word.length < 4 || !word.endsWith("s") || /(ss|us|is)$/.test(word)) return word;
  if (word.endsWith("ies")) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  if (/(ch|sh|ss|x|z)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}
