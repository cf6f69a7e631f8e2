// Terms of a text for the LSA encoder.
import { hasUnspacedSigns, isStopWord, termsIn, wordsOf } from "../data/index.ts";

/**
 * Lower-case words without stop words and single letters, plurals folded; pairs of signs where a script puts no spaces
 * between words; with `bigrams`, neighbouring pairs "a b" as well.
 */
export function tokenise(text: string, bigrams = false): string[] {
  const words = wordsOf(text)
    .flatMap(termsIn)
    .filter((word) => (word.length > 1 || hasUnspacedSigns(word)) && !isStopWord(word))
    .map(singular);
  if (!bigrams) return words;
  return [...words, ...words.slice(1).map((word, i) => `${words[i]} ${word}`)];
}

/**
 * What a manifest says of how words were told apart: something only where texts have signs of a script without spaces.
 * Older versions took a run of them for one word and said nothing.
 */
export function wordRule(...sides: readonly (readonly string[])[]): { readonly unspacedText?: "pairs" } {
  return sides.some((texts) => texts.some(hasUnspacedSigns)) ? { unspacedText: "pairs" } : {};
}

/** Light folding of English plurals: berries -> berry, brushes -> brush, oils -> oil; glass, bonus and basis stay. */
export function singular(word: string): string {
  if (word.length < 4 || !word.endsWith("s") || /(ss|us|is)$/.test(word)) return word;
  if (word.endsWith("ies")) return word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1);
  if (/(ch|sh|ss|x|z)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}
