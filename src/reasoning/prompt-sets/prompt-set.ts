// The contract of a prompt set: every word a language model is shown except the data, as one record that can live in a
// file. Built-in sets stand beside this file and are never edited once released: answers in journals are found again by
// rendering the same words.
import { z } from "zod";

const TEMPLATE = z.strictObject({
  /** `{domain}`, `{domains}`: the dataset's noun; `{field}`: without "product", "sports" of a "sports product". */
  instruction: z.string().min(1),
  /** Tag of the answer, also when later steps quote it: "[POSITIVE]". */
  tag: z.string().regex(/^\[[^\]\s]+\]$/, "expected a word in brackets, such as [POSITIVE]"),
  /** First words of an answer, prescribed only when a reply could not be used. Default: prompts.ts. */
  opening: z.string().min(1).optional(),
});

const CHAIN = z.strictObject({ positive: TEMPLATE, negative: TEMPLATE, feature: TEMPLATE });

const limit = z.number().int().min(8).optional();

export const PROMPT_SET = z.strictObject({
  version: z.string().regex(/^[\w./-]+$/, "expected letters, digits and . / - _"),
  /** Sent as the system message, where a provider has one. */
  system: z.string().optional(),
  /** Catalogue text stands between <data> and </data>, and cannot contain these marks or tags of ours. */
  fenced: z.boolean(),
  /** Added to every instruction. */
  lengthRule: z.string(),
  /** Nothing is added to these words: no form for answers, no first words after a reply that could not be used. */
  verbatim: z.boolean().optional(),
  /** Data first: what the three steps share stands at the head of all prompts, where prefix caches keep it. */
  order: z.enum(["instruction-first", "data-first"]).optional(),
  item: CHAIN,
  user: CHAIN,
  /** Instructions of a single call that writes all three texts, each from the ones before; absent: a call a step. */
  together: z.strictObject({ item: z.string().min(1), user: z.string().min(1) }).optional(),
  /** How a user's item is told: its catalogue fields and its FEATURE text, or its title and that text. Default all. */
  history: z.enum(["all", "titles"]).optional(),
  /** Catalogue fields that are not told. */
  leaveOut: z.array(z.string().min(1)).optional(),
  limits: z.strictObject({
    /** Longest description, in characters. */
    descriptionCharacters: limit,
    /** Longest single field, in estimated tokens. */
    fieldTokens: limit,
    /** Longest list of a user's items, in estimated tokens, shared evenly by its items. */
    historyTokens: limit,
  }),
});

export type PromptSet = z.infer<typeof PROMPT_SET>;
