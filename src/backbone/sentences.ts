// Sentences in the words of a tokenizer. T5's knows every spelling; the built-in one has a token for each word that it
// was given, in small letters, and writes numbers in digits.
import type { SentenceForm } from "./prompt.ts";
import type { WordTokenizer } from "./tokenizer.ts";

/** Words and signs of a sentence as the built-in vocabulary has them. */
export function builtinWords(sentence: string): readonly string[] {
  return sentence.toLowerCase().match(/\p{L}[\p{L}\p{M}'\u2019]*|\p{N}+|[^\s\p{L}\p{N}]/gu) ?? [];
}

export function sentenceForm(tokenizer: WordTokenizer): SentenceForm {
  const { kind } = tokenizer;
  const split = (sentence: string): readonly string[] =>
    kind === "t5" ? sentence.split(/\s+/).filter((word) => word !== "") : builtinWords(sentence);
  return {
    tokens: (sentence) => split(sentence).flatMap((word) => tokenizer.encodeWord(word)),
    text: (tokens) => {
      const text = tokenizer.decode(tokens).trim();
      return kind === "t5" ? text : text.replace(/ ([.,;:!?%)\]])/g, "$1").replace(/([([]) /g, "$1");
    },
  };
}
