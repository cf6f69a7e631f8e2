// The papers' prompt form: templates through a word tokenizer, ids as `user_<u>` and `item_<i>`, numbered from 1.
import { type Prompt, type PromptForm, type PromptWriter, templatePrompts, WORD } from "./prompt.ts";
import { sentenceForm } from "./sentences.ts";
import { EOS_ID } from "./t5-config.ts";
import type { TemplateUse } from "./templates.ts";
import type { WordTokenizer } from "./tokenizer.ts";

export interface TextFormOptions {
  readonly tokenizer: WordTokenizer;
  /** Number written for each item (strict: its index + 1; paper protocol: the public file's). */
  readonly itemNumbers: Int32Array;
  readonly templates: TemplateUse;
}

export function textPrompts({ tokenizer, itemNumbers, templates }: TextFormOptions): PromptForm {
  const writer = (): PromptWriter => new TextWriter(tokenizer, itemNumbers);
  const itemsByNumber = new Map(Array.from(itemNumbers, (number, item) => [number, item]));
  const target = (item: number): readonly number[] => tokenizer.encodeWord(String(itemNumbers[item]));
  const longestTarget = 1 + itemNumbers.reduce((longest, _, item) => Math.max(longest, target(item).length), 0);
  return {
    kind: "text",
    tokensPerPosition: 1,
    isAligned: false,
    vocabulary: tokenizer.vocabulary,
    ...templatePrompts(templates, writer),
    writer,
    sentences: sentenceForm(tokenizer),
    word: (text) => tokenizer.encodeWord(text),
    positions: () => undefined,
    target,
    longestTarget,
    // As the literature reads answers: the integer before the first space, however its digits were split into tokens.
    itemOf: (tokens) => {
      const text = /^\s*(\d+)(?:\s|$)/.exec(tokenizer.decode(Array.from(tokens)));
      return text === null ? -1 : (itemsByNumber.get(Number(text[1])) ?? -1);
    },
  };
}

/** A word becomes one position a token. */
class TextWriter implements PromptWriter {
  private readonly tokenizer: WordTokenizer;
  private readonly itemNumbers: Int32Array;
  private readonly tokens: number[] = [];
  private readonly words: number[] = [];
  private readonly places: number[] = [];
  private written = 0;

  constructor(tokenizer: WordTokenizer, itemNumbers: Int32Array) {
    this.tokenizer = tokenizer;
    this.itemNumbers = itemNumbers;
  }

  word(text: string): void {
    this.put(text, WORD.none);
  }

  user(user: number): void {
    this.put(`user_${user + 1}`, WORD.user);
  }

  item(item: number, slot: number): void {
    this.put(`item_${this.itemNumbers[item]}`, WORD.firstItem + slot);
  }

  finish(): Prompt {
    this.tokens.push(EOS_ID);
    this.words.push(WORD.none);
    this.places.push(0);
    const { tokens, words, places } = this;
    return { tokens, words, places };
  }

  private put(text: string, word: number): void {
    this.written++;
    for (const id of this.tokenizer.encodeWord(text)) {
      this.tokens.push(id);
      this.words.push(word);
      this.places.push(this.written);
    }
  }
}
