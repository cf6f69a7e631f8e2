// A chain with what is thought of it, by rule and by a model.
import type { CHAIN_QUESTIONS, ChainTexts, Check, Subject } from "../../reasoning/index.ts";

/** A question that a model is asked; the check by rule has the same name. */
export type ModelCheck = keyof typeof CHAIN_QUESTIONS;

export type ChainVerdicts = Readonly<Record<ModelCheck, boolean>>;

export interface JudgedChain {
  readonly kind: Subject["kind"];
  readonly id: string;
  readonly title?: string | undefined;
  /** What the model was shown of the subject. */
  readonly data: string;
  readonly texts: ChainTexts;
  /** Checks by rule that it fails. */
  readonly missed: readonly Check[];
  /** What a model said, where one was asked and answered. */
  readonly verdicts?: ChainVerdicts | undefined;
  /** What was wrong with replies before those that were kept. */
  readonly flaws: readonly string[];
  readonly took: ChainCost;
}

/** What the answers of a chain took, as the journal recorded it. */
export interface ChainCost {
  readonly calls: number;
  readonly promptTokens: number;
  /** Of them, those that the server said it had in its cache. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly milliseconds: number;
}

/** Checks by rule that a chain fails, and questions that a model answered by no. */
export function misses({ missed, verdicts }: JudgedChain): number {
  return missed.length + Object.values(verdicts ?? {}).filter((verdict) => !verdict).length;
}
