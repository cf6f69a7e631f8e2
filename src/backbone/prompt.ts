// What a prompt is to the model, in one shape for both forms.
//   text     (the papers): worded or bare templates through T5's vocabulary; ids are `user_12`, `item_345`.
//   compact  (small models on CPUs): one position for the user, one for the group (optional), one per item or other
//   word.
// Every position points at one of the example's *words*: 0 = omega_0 (no id), 1 = the user, 2 = the group, 3.. = items.
import { type TemplateSet, type TemplateTask, type TemplateUse, templatesOf } from "./templates.ts";

export const WORD = { none: 0, user: 1, group: 2, firstItem: 3 } as const;

/** One encoder input before batching. */
export interface Prompt {
  /** Token ids [length, tokensPerPosition]; a compact item is the sum of its code embeddings. */
  readonly tokens: readonly number[];
  /** Word of each position. */
  readonly words: readonly number[];
  /** Place of each position's word among all words of the prompt, ids or not, from 1; 0 = end of sequence. */
  readonly places: readonly number[];
}

/** Writes one prompt word by word. How a word becomes positions is the form's business. */
export interface PromptWriter {
  word(text: string): void;
  user(user: number): void;
  /** `slot` counts the items of the example, from 0. */
  item(item: number, slot: number): void;
  finish(): Prompt;
}

/** Sentences as answers. */
export interface SentenceForm {
  /** Tokens of a sentence, without end of sequence. */
  tokens(sentence: string): readonly number[];
  /** The sentence that generated tokens say. */
  text(tokens: readonly number[]): string;
}

/** How ids and requests are written for the backbone. */
export interface PromptForm {
  readonly kind: "text" | "compact";
  readonly tokensPerPosition: number;
  /** True when position i is word i + 1, so no lookup from positions to words is needed. */
  readonly isAligned: boolean;
  /** Rows of the token table that the form needs. */
  readonly vocabulary: number;
  /** Templates to draw from per task; 0 = there is nothing to draw. */
  readonly templates: Readonly<Record<TemplateTask, number>>;
  /** `items` oldest first. `template` undefined = the one that validates and tests. */
  sequential(user: number, items: ArrayLike<number>, template?: number): Prompt;
  direct(user: number, candidates: ArrayLike<number>, template?: number): Prompt;
  /** Asks for a sentence on what the item is to the user. */
  explanation(user: number, item: number, template?: number): Prompt;
  /** Absent where answers are codes: such a vocabulary has no words of sentences. */
  readonly sentences?: SentenceForm | undefined;
  /** For prompts that are none of these: a fresh writer of the form's words. */
  writer(): PromptWriter;
  /** Tokens of one word in an answer. */
  word(text: string): readonly number[];
  /** Positions that hold every prompt of `items` items; undefined = it depends on the ids, pad to buckets. */
  positions(items: number): number | undefined;
  /** Tokens that name an item as the answer, without end of sequence. */
  target(item: number): readonly number[];
  /** Tokens of the longest answer, end of sequence included: all batches use it, so that few programs serve them. */
  readonly longestTarget: number;
  /** The item that generated tokens name (end of sequence left out), -1 when they name none. */
  itemOf(tokens: ArrayLike<number>): number;
}

/** The parts of a form that follow from its writer and the use of templates. */
export function templatePrompts(
  use: TemplateUse,
  writer: () => PromptWriter,
): Pick<PromptForm, "templates" | TemplateTask> {
  const sets = {
    sequential: templatesOf("sequential", use),
    direct: templatesOf("direct", use),
    explanation: templatesOf("explanation", use),
  };
  const render = ({ drawn, asked }: TemplateSet, user: number, items: ArrayLike<number>, index?: number): Prompt => {
    const to = writer();
    for (const part of (index === undefined ? asked : drawn[index]!).split(" ")) {
      if (part === "{user}") to.user(user);
      else if (part === "{items}") for (let i = 0; i < items.length; i++) to.item(items[i]!, i);
      else to.word(part);
    }
    return to.finish();
  };
  return {
    templates: {
      sequential: sets.sequential.drawn.length,
      direct: sets.direct.drawn.length,
      explanation: sets.explanation.drawn.length,
    },
    sequential: (user, items, template) => render(sets.sequential, user, items, template),
    direct: (user, candidates, template) => render(sets.direct, user, candidates, template),
    explanation: (user, item, template) => render(sets.explanation, user, [item], template),
  };
}

/** Prompts of one length bucket, padded. */
export interface PromptBatch {
  readonly batch: number;
  readonly length: number;
  /** [batch, length, tokensPerPosition] */
  readonly tokens: Int32Array;
  /** [batch, length] */
  readonly words: Int32Array;
  /** [batch, length] */
  readonly places: Int32Array;
  /** [batch, length]: 1 where there is a token. */
  readonly present: Uint8Array;
}

/** Pad prompts to `length`. @throws RangeError when one is longer. */
export function padPrompts(prompts: readonly Prompt[], tokensPerPosition: number, length: number): PromptBatch {
  const batch = prompts.length;
  const tokens = new Int32Array(batch * length * tokensPerPosition);
  const words = new Int32Array(batch * length);
  const places = new Int32Array(batch * length);
  const present = new Uint8Array(batch * length);
  prompts.forEach((prompt, b) => {
    const used = prompt.words.length;
    if (used > length) throw new RangeError(`prompt of ${used} positions in a bucket of ${length}`);
    tokens.set(prompt.tokens, b * length * tokensPerPosition);
    words.set(prompt.words, b * length);
    places.set(prompt.places, b * length);
    present.fill(1, b * length, b * length + used);
  });
  return { batch, length, tokens, words, places, present };
}
