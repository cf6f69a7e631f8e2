// The paper's prompt form: templates through a word tokenizer, ids as `user_<u>` and `item_<i>`, numbered from 1.
import type { Prompt, PromptForm } from "./prompt.ts";
import { WORD } from "./prompt.ts";
import { EOS_ID } from "./t5-config.ts";
import { bareTemplate, DIRECT_TEMPLATES, SEQUENTIAL_TEMPLATES, type Template } from "./templates.ts";
import type { WordTokenizer } from "./tokenizer.ts";

/** `itemNumbers[i]` is the number written for item i (strict: i + 1; paper protocol: the public file's). */
export function textPrompts(tokenizer: WordTokenizer, vocabulary: number, itemNumbers: Int32Array): PromptForm {
  const render = (template: Template, user: number, items: ArrayLike<number>): Prompt => {
    const tokens: number[] = [];
    const words: number[] = [];
    const put = (text: string, word: number): void => {
      for (const id of tokenizer.encodeWord(text)) {
        tokens.push(id);
        words.push(word);
      }
    };
    for (const part of template.split(" ")) {
      if (part === "{user}") put(`user_${user + 1}`, WORD.user);
      else if (part === "{items}")
        for (let i = 0; i < items.length; i++) put(`item_${itemNumbers[items[i]!]}`, WORD.firstItem + i);
      else put(part, WORD.none);
    }
    tokens.push(EOS_ID);
    words.push(WORD.none);
    return { tokens, words };
  };
  const itemsByNumber = new Map(Array.from(itemNumbers, (number, item) => [number, item]));
  const target = (item: number): readonly number[] => tokenizer.encodeWord(String(itemNumbers[item]));
  const longestTarget = 1 + itemNumbers.reduce((longest, _, item) => Math.max(longest, target(item).length), 0);
  const pick = (templates: readonly Template[], index: number | undefined): Template =>
    index === undefined ? bareTemplate(templates) : templates[index]!;
  return {
    kind: "text",
    tokensPerPosition: 1,
    isAligned: false,
    vocabulary,
    templates: { sequential: SEQUENTIAL_TEMPLATES.length, direct: DIRECT_TEMPLATES.length },
    sequential: (user, items, template) => render(pick(SEQUENTIAL_TEMPLATES, template), user, items),
    direct: (user, candidates, template) => render(pick(DIRECT_TEMPLATES, template), user, candidates),
    target,
    longestTarget,
    // As the literature reads answers: the integer before the first space, however its digits were split into tokens.
    itemOf: (tokens) => {
      const text = /^\s*(\d+)(?:\s|$)/.exec(tokenizer.decode(Array.from(tokens)));
      return text === null ? -1 : (itemsByNumber.get(Number(text[1])) ?? -1);
    },
  };
}
