// The one interface every system implements, and what a system may be able to do beyond it. Whoever holds a recommender
// asks for a capability and never for a class or a name: what one system cannot do is absent. `name -> factory` stands
// in `registry.ts`.
import type { Matrix } from "../base/matrix.ts";
import type { DecodingCounts } from "../generation/index.ts";
import type { LearnedEvidence } from "./learned-evidence.ts";
import type { Task } from "./task.ts";

export type { Task } from "./task.ts";

/** "What comes next?" The catalogue, or `among`, minus `history` is the answer space. */
export interface SequentialRequest {
  /**
   * Row of the user among those of training; undefined for somebody of whom `history` is all that is known. Such a
   * request is put only to who answers it (`answersNewUsers`); anybody else refuses it.
   */
  readonly userIndex: number | undefined;
  /** Item indices the user is known to have interacted with, oldest first. */
  readonly history: Int32Array;
  /**
   * Distinct item indices, in an order that tells nothing; absent: the catalogue. Answers are searched among these, not
   * sifted afterwards, so that lists stay full. Requests that share one array share what is made of it.
   */
  readonly among?: Int32Array | undefined;
}

/** "Which of these?" The candidates are the answer space. */
export interface DirectRequest {
  /** As in a `SequentialRequest`. */
  readonly userIndex: number | undefined;
  readonly history: Int32Array;
  /** Distinct item indices, in an order that tells nothing. */
  readonly candidates: Int32Array;
  /**
   * Whether a protocol drew them, the right one and its negatives: how popular they are then tells how they were drawn,
   * and may be read. Absent: somebody named them, and what is said of one must not depend on the others.
   */
  readonly areDrawn?: boolean | undefined;
}

/** Best first, no duplicates: `{ items: [7, 3], scores: [-0.2, -1.4] }`. Scores are comparable within one list only. */
export interface RankedList {
  readonly items: Int32Array;
  readonly scores: Float32Array;
  /**
   * Unconstrained decoding alone: every item generated, best first, before repeats, texts that name no item (-1) and
   * items outside the answer space were dropped.
   */
  readonly generated?: Int32Array | undefined;
}

export interface Recommender {
  readonly name: string;
  readonly tasks: readonly Task[];
  /**
   * Place of each item, by itemIndex, in the order of the names that the model is given (numbers written in digits): a
   * permutation from 0, for canaries. Absent where it is given none: items by index, or codes learnt in training.
   */
  readonly itemOrder?: Int32Array | undefined;
  /** `count` items for each request, fewer where its answer space has fewer; never an item of its history. */
  rankSequential(requests: readonly SequentialRequest[], count: number): Promise<RankedList[]>;
  /** At most `count` items for each request, all from its candidates. */
  rankDirect(requests: readonly DirectRequest[], count: number): Promise<RankedList[]>;
  /** What the scores of a task's lists are, in words. */
  readonly describeScores?: ((task: Task) => string) | undefined;
  /** Requests that are best put in one call, where more would take long without a word. Absent: some hundreds. */
  readonly block?: number | undefined;
  /**
   * Whether an answer depends on what is asked in the same call, as where a decoder reads the padding of prompts.
   * Absent: no. Whoever must answer everybody as if nobody else asked puts one request in a call.
   */
  readonly dependsOnBatch?: boolean | undefined;
  /** Tasks whose scores do not depend on the history, which is only left out of lists. Absent: it is read in all. */
  readonly unreadHistory?: readonly Task[] | undefined;
  /**
   * Tasks in which it answers somebody known by a history alone (`userIndex` undefined, `history` not empty). Absent:
   * none, and such a request is a UsageError.
   */
  readonly answersNewUsers?: readonly Task[] | undefined;
  /**
   * Tasks in which it tells items apart that training never saw, by their texts or other facts. Absent: none; where
   * such items come in its lists is chance, and whoever shows that says so.
   */
  readonly answersColdItems?: readonly Task[] | undefined;
  /** What it knows items and users by, where that is one vector each. */
  readonly vectors?: KnownVectors | undefined;
  /** How answers are written where that can go wrong; absent where nothing but valid items can come out. */
  readonly decoding?: FreeDecoding | undefined;
  /** Takes sequential answers apart. */
  readonly explainer?: ScoreExplainer | undefined;
  /** Sequential answers as the sums that they are; whoever has this needs no `explainer`. */
  readonly evidence?: EvidenceSource | undefined;
  /** Writes sentences on what items are to users. Absent: it learnt none. */
  readonly sentences?: SentenceWriter | undefined;
  /** Release native memory; later calls throw. */
  dispose(): Promise<void>;
}

export interface SentenceWriter {
  /** How sentences are written where nothing else is asked for. */
  readonly decoding: SentenceDecoding;
  /** One sentence a pair, in their order; empty where the model ends it at once. */
  write(pairs: readonly SentencePair[], options?: WritingOptions): Promise<string[]>;
}

export interface SentencePair {
  readonly userIndex: number;
  readonly itemIndex: number;
}

export interface SentenceDecoding {
  readonly beams: number;
  /** Fewest tokens before the end of a sentence; 0: the model ends it when it likes. */
  readonly leastTokens: number;
  /** Most tokens, the end included. */
  readonly mostTokens: number;
}

export interface WritingOptions {
  /** Instead of the run's own. */
  readonly leastTokens?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One vector an item and, where users have vectors of their own, one a user, in one space. */
export interface KnownVectors {
  /** What they are, in words: "vectors that lightgcn learnt". */
  readonly description: string;
  readonly items: Matrix; // [nItems, d]
  readonly users?: Matrix | undefined; // [nUsers, d]
}

/** Answers written without constraint: some name no item, repeat one, or leave the answer space. */
export interface FreeDecoding {
  readonly kind: "free";
  /** Running totals of what was written so far. */
  counts(): DecodingCounts;
}

/** Whose interest: the user's own, or that of the users who are like them. */
export type InterestName = "individual" | "group";

/** One thing that an answer rests on, and that can be taken away from the question. */
export type Evidence =
  | { readonly kind: "interest"; readonly interest: InterestName }
  /** The item at place `at` of the request's history. */
  | { readonly kind: "history"; readonly at: number };

/**
 * An answer as a sum of named evidence: `scores(request, items)` minus `scores(request, items, one)` is what `one` adds
 * to each item. Where a model adds up terms, a piece is one of them; elsewhere the question is asked again without the
 * piece, and the pieces need not add up to the whole.
 *
 *   const whole = await explainer.scores(request, items);
 *   for (const one of explainer.evidence(request)) {
 *     const without = await explainer.scores(request, items, one);
 *     whole.map((score, i) => score - without[i]!); // what `one` adds to items[i]
 *   }
 *
 * Scores must be exact, not those of a search that prunes: otherwise an item's rank moves by what the search missed.
 */
export interface ScoreExplainer {
  /** What the answer to a request rests on. A piece that the model does not read is not listed: nothing is invented. */
  evidence(request: SequentialRequest): readonly Evidence[];
  /** Score of each of `items`, as the question is or without one piece of evidence. */
  scores(request: SequentialRequest, items: Int32Array, without?: Evidence): Promise<Float32Array>;
  /** Individual interests in one space: [nUsers, d] and [nItems, d]. */
  readonly interests: { readonly users: Matrix; readonly items: Matrix };
  /** How many similar users a group interest is made of. */
  readonly neighbours: number;
}

/** One thing behind a term: an item of the history, or a similar user, strongest first where there are several. */
export type Behind =
  | { readonly kind: "item"; readonly index: number; readonly strength: number }
  | { readonly kind: "user"; readonly index: number; readonly strength: number };

/** One named part of a score. */
export interface EvidenceTerm {
  /** Such as "neighbours". */
  readonly name: string;
  /** What it is, in words. */
  readonly describes: string;
  /** Whether 0 says that nothing is known of an item. Elsewhere a value says something beside other items' alone. */
  readonly isSilentAtZero: boolean;
  /** What it adds to the score of each item, in the order of the answer's items. */
  readonly adds: Float32Array;
}

/** Items, best first; `scores[i]` is the sum over `terms` of `adds[i]`. */
export interface EvidenceAnswer {
  readonly items: Int32Array;
  readonly scores: Float32Array;
  readonly terms: readonly EvidenceTerm[];
}

/** An answer that is a sum of named evidence. */
export interface EvidenceSource {
  /** Names of all terms. */
  readonly terms: readonly string[];
  /** How many similar users a group is. */
  readonly neighbours: number;
  /** What terms count by: the users of training, and how many of them took each item. */
  readonly training: { readonly users: number; readonly counts: ArrayLike<number> };
  readonly learned: LearnedEvidence;
  /** The `count` best items of a question, with what makes their scores. */
  answer(request: SequentialRequest, count: number): Promise<EvidenceAnswer>;
  answerDirect(request: DirectRequest, count: number): Promise<EvidenceAnswer>;
  /** What the word of `term` on `item` comes from; empty where that cannot be named. */
  behind(term: string, request: SequentialRequest, item: number): Promise<readonly Behind[]>;
  /**
   * Answers without some terms, the weights of the others as they are. It lives as long as its source, which is
   * disposed of by itself. @throws UsageError for an unknown term, and where none is left.
   */
  without(terms: readonly string[]): Recommender;
  /**
   * Answers in which items that training never saw have `lift` more, as a term of its own. It lives as long as its
   * source. @throws UsageError where nothing is known of such items.
   */
  favouringNew(lift: number): Recommender;
}
