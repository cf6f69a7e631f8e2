// What a recommender learned of its evidence, as plain records for people: how far each term is believed, and what
// answers lose without it.
import type { Task } from "./task.ts";

export interface LabelledWeight {
  /** Such as "5-9". */
  readonly label: string;
  readonly weight: number;
}

/** How far a term is believed. It multiplies values of deviation 1, so that the weights of terms can be compared. */
export interface TermWeight {
  readonly term: string;
  /** By the items of the history, for an item that was taken as often as the catalogue's are on the whole. */
  readonly byHistory: readonly LabelledWeight[];
  /** By how often the item was taken in training, after a history of middle length. */
  readonly byCount: readonly LabelledWeight[];
  /** Direct: what is added where candidates are as popular as what people take. */
  readonly popularCandidates?: number | undefined;
}

export interface TaskTermWeights {
  readonly task: Task;
  readonly terms: readonly TermWeight[];
}

export interface AnswerFigures {
  readonly users: number;
  readonly hr10: number;
  readonly ndcg10: number;
}

/** All users, those of histories shorter than 5, and those whose answer 1 to 4 people took. */
export type GroupedAnswerFigures = Readonly<Record<"all" | "short history" | "rare item", AnswerFigures>>;

/** What answers to one kind of question were worth on validation users that weights were not learned from. */
export interface TermWorth {
  /** Such as "next item". */
  readonly question: string;
  readonly whole: GroupedAnswerFigures;
  /** By term: what is left without it, the other weights learned again. */
  readonly witnesses: readonly { readonly witness: string; readonly without: GroupedAnswerFigures }[];
}

/** What a witness added to the mean log-likelihood of unseen answers. */
export interface Gain {
  readonly gain: number;
  /** Standard error; absent in runs of before it was taken, where any gain counted. */
  readonly error?: number | undefined;
}

/** A witness that makes answers several times slower must be of use beyond doubt. */
export function isClear({ gain, error = 0 }: Gain): boolean {
  return gain > 2 * error;
}

export interface LearnedEvidence {
  readonly weights: readonly TaskTermWeights[];
  /** Before the generator has its say. */
  readonly worth: readonly TermWorth[];
  /** Of the users behind `worth`, how many chose a checkpoint too; absent in runs of before it was counted. */
  readonly alsoChose?: number | undefined;
  /** What the generator added; absent without one. It is heard where that is clear. */
  readonly generator?: Readonly<Record<Task, Gain>> | undefined;
}
