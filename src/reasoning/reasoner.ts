// The reasoning contract: a chain of three texts about a subject, and who writes them.
// positive -> negative -> feature, each step told the answers before it (paper, sections 3.1.1 and 3.2.1, Figures 6 and 7).
import type { Item } from "../data/dataset.ts";

export const STEPS = ["positive", "negative", "feature"] as const;

/** `feature` is the paper's I_se for items and P_se (its tag is [PREFERENCE]) for users. */
export type Step = (typeof STEPS)[number];

export type ChainTexts = Readonly<Record<Step, string>>;

export interface ItemSubject {
  readonly kind: "item";
  readonly id: string;
  readonly index: number;
  readonly item: Item;
}

export interface UserSubject {
  readonly kind: "user";
  readonly id: string;
  readonly index: number;
  /** Training items only, oldest first, each with its FEATURE text where there is one. */
  readonly history: readonly { readonly itemIndex: number; readonly item: Item; readonly feature?: string }[];
}

export type Subject = ItemSubject | UserSubject;

/** One question. An LLM reads `prompt`; a reasoner without language works from the structure. */
export interface ReasonRequest {
  readonly subject: Subject;
  readonly step: Step;
  readonly prompt: string;
  /** Answers of the earlier steps. */
  readonly earlier: Partial<ChainTexts>;
}

export interface ReasonReply {
  /** The answer without any thinking block; empty means that there was none. */
  readonly text: string;
  readonly promptTokens: number;
  /** Thinking tokens included. */
  readonly completionTokens: number;
  readonly milliseconds: number;
}

/** A writer of chain texts: `{ kind: "offline", model: "rules-1", label: "rule-based (offline)", ... }`. */
export interface Reasoner {
  /** The provider's name in `--llm KIND:MODEL`. */
  readonly kind: string;
  readonly model: string;
  /** Shown wherever the texts appear, so that rules are never taken for a language model. */
  readonly label: string;
  /** Everything else that shapes an answer (temperature, limits, data seen). Part of the journal key: a change asks anew. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** How many chains may be under way at once. */
  readonly concurrency: number;
  /** @throws OperationError when no answer can be had; the run stops and can be resumed. */
  complete(request: ReasonRequest, signal?: AbortSignal): Promise<ReasonReply>;
}
