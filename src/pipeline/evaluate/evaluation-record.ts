// The result of an evaluation as it is stored in `evaluation.json`: full values, nothing rounded.
import type { Checksum } from "../../base/checksums.ts";
import type { CandidateKind, Protocol, SentenceKind, SplitName } from "../../data/index.ts";
import type { Check, Fingerprint, ListStatistics, MetricIntervals, Metrics, Ranks } from "../../evaluation/index.ts";
import type { LearnedEvidence } from "../../recommenders/learned-evidence.ts";
import type { SentenceDecoding, Task } from "../../recommenders/recommender.ts";
import type { PublicEvaluation } from "./public-answers.ts";

/**
 * A `model` was trained; a `yardstick` needs no training; a `canary` scores high only where data leaks; `fused` adds up
 * scores of several systems.
 */
export type SystemKind = "model" | "yardstick" | "canary" | "fused";

/** Users apart by training interactions of their own, or of the item they are asked for (0 = a cold one). */
export interface BucketEvaluation {
  readonly by: "user activity" | "item popularity";
  /** Such as "5-9". */
  readonly label: string;
  readonly users: number;
  readonly metrics: Metrics;
}

/** What unconstrained decoding produced, as shares of all hypotheses. */
export interface DecodingRates {
  readonly hypotheses: number;
  readonly invalid: number;
  readonly duplicate: number;
  /** Valid items outside the answer space: seen before, or not among the candidates. */
  readonly outside: number;
}

export interface SystemEvaluation {
  readonly name: string;
  readonly kind: SystemKind;
  /** `{ "HR@10": { value: 0.31, low: 0.27, high: 0.36 } }` with 95 % bootstrap intervals over users. */
  readonly metrics: MetricIntervals;
  readonly seconds: number;
  /** Absent in records of earlier versions, and where every list was empty. */
  readonly lists?: ListStatistics | undefined;
  /** Absent in records of earlier versions. */
  readonly buckets?: readonly BucketEvaluation[] | undefined;
  /** People whom it cannot answer, as training saw nothing of them: their questions count as misses. */
  readonly unanswered?: number | undefined;
  /** Present where items are asked for that training never saw, and it knows nothing of them: their order is chance. */
  readonly coldItemsByChance?: true | undefined;
  /** What a `fused` system adds up. */
  readonly fusion?: string | undefined;
  /** Present when the recommender counts what it generates. */
  readonly decoding?: DecodingRates | undefined;
  /** Protocol `paper` with free decoding: as public evaluators count, repeats and random items included. */
  readonly raw?: PublicEvaluation | undefined;
  /** Where the graph holds held-out pairs: users whose own pair is an edge, and the others. */
  readonly leakage?: Leakage | undefined;
}

/** Metrics of users whose pair with the held-out item was in the training graph, and of the others. */
export interface Leakage {
  readonly leaked: { readonly users: number; readonly metrics: Metrics };
  readonly clean: { readonly users: number; readonly metrics: Metrics };
}

export interface TaskEvaluation {
  readonly task: Task;
  /** What could be answered, where that is a part of the catalogue: sequential alone. */
  readonly among?: "cold items" | undefined;
  /** How the negatives were drawn; direct only. */
  readonly candidates?: CandidateKind | undefined;
  readonly users: number;
  /** Mean size of the answer space: unseen items, or candidates. */
  readonly answers: number;
  /** Share of users whose held-out item occurs in no training prefix; they count like all others. */
  readonly coldTargets: number;
  /** What a random order scores. */
  readonly random: Metrics;
  /** The evaluated recommender first. */
  readonly systems: readonly SystemEvaluation[];
}

/** Sentences that a model of the third task wrote on held-out pairs, beside references. */
export interface SentenceEvaluation {
  /** Who wrote the references. */
  readonly source: SentenceKind;
  /** Of the references; absent for those made of texts. */
  readonly hash?: string | undefined;
  /** Pairs that were written on, and those that could have been. */
  readonly pairs: number;
  readonly available: number;
  /** Which pairs these are. */
  readonly asks: "held-out items" | "the review file's own part";
  /** Of them, those whose sentence training learnt. */
  readonly learnt: number;
  /** Sentences that the model ended at once. */
  readonly empty: number;
  readonly decoding: SentenceDecoding;
  /** What BLEU was computed with. */
  readonly bleu: string;
  /** As `textMetrics` names them. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly examples: readonly {
    readonly userIndex: number;
    readonly itemIndex: number;
    readonly written: string;
    readonly reference: string;
  }[];
  readonly seconds: number;
}

/** A run whose parameters a training started from. */
export interface StartedFrom {
  readonly directory: string;
  /** Of its checkpoint. */
  readonly hash: string;
}

/** The run of a graph model whose scores fused rows add up. */
export interface FusedWith {
  readonly directory: string;
  /** Of what was trained there (`modelVersion`). */
  readonly hash: string;
  /** Of its training. */
  readonly seed: number;
}

export interface EvaluationRecord {
  readonly format: 1;
  readonly kind: "evaluation";
  readonly productVersion: string;
  /** Name of the evaluated recommender. */
  readonly system: string;
  /** `asks`: what the questions of a split dataset are, in words. */
  readonly dataset: { readonly name: string; readonly hash: string; readonly asks?: string | undefined };
  readonly split: SplitName;
  readonly protocol: Protocol;
  /** What was evaluated (`modelVersion`). Absent where nothing was trained, and in records of earlier versions. */
  readonly modelVersion?: string | undefined;
  /** Absent for a training from fresh parameters. */
  readonly startedFrom?: StartedFrom | undefined;
  /** Absent without fusions, and in records of earlier versions. */
  readonly fusedWith?: FusedWith | undefined;
  /**
   * SHA-256 of the item vectors that rows beside the model read; absent where none do, and in records of earlier
   * versions.
   */
  readonly vectors?: string | undefined;
  /** Chose the users, shuffled the candidates and drew the resamples; not the seed of any training. */
  readonly seed: number;
  readonly users: { readonly evaluated: number; readonly total: number };
  readonly tasks: readonly TaskEvaluation[];
  /** Where the model learnt to write sentences and was asked for some. */
  readonly sentences?: SentenceEvaluation | undefined;
  readonly checks: readonly Check[];
  readonly fingerprint: Fingerprint;
  readonly seconds: number;
  /** Terms of the scores that were left out; such a record is never stored. */
  readonly without?: readonly string[] | undefined;
  /** What was added to the scores of items that training never saw; such a record is never stored. */
  readonly favourNew?: number | undefined;
  /** Where scores are sums of named terms: how far each is believed, and what answers are worth without it. */
  readonly evidence?: LearnedEvidence | undefined;
  /**
   * Files of per-user ranks, by question. Absent before the record is stored, and in records of earlier versions, whose
   * files are called `ranks-QUESTION.json`.
   */
  readonly ranks?: Readonly<Record<string, RanksFile>> | undefined;
}

export interface RanksFile extends Checksum {
  readonly file: string;
}

/** Per-user ranks of one system in one task, for paired tests. */
export interface SystemRanks {
  readonly system: string;
  /** As `questionName` says. */
  readonly question: string;
  /** User indices, one per rank; new users have numbers from the number of users on. */
  readonly users: Int32Array;
  /** Training interactions of the item each of them is asked for. Absent in files of earlier versions. */
  readonly itemCounts?: Int32Array | undefined;
  readonly ranks: Ranks;
}

/** `sequential`, `sequential-cold`, `direct-uniform`, `direct-popularity`: one word per question that is asked. */
export function questionName({ task, among, candidates }: Pick<TaskEvaluation, "task" | "among" | "candidates">) {
  if (among !== undefined) return `${task}-cold`;
  return candidates === undefined ? task : `${task}-${candidates}`;
}
