import type { Matrix } from "../../base/matrix.ts";
import type { Report } from "../../base/progress.ts";
import type {
  CandidateKind,
  Dataset,
  Protocol,
  SentenceSource,
  Split,
  SplitName,
  TrainingView,
} from "../../data/index.ts";
import type { AnyMetric, Check } from "../../evaluation/index.ts";
import type { Recommender, Task } from "../../recommenders/recommender.ts";
import type { RankElsewhere } from "./ask.ts";
import type { Asked } from "./asked.ts";
import type { FusedWith, StartedFrom, SystemKind } from "./evaluation-record.ts";

export interface EvaluateOptions {
  readonly recommender: Recommender;
  /** What the recommender is. Default "model". */
  readonly kind?: SystemKind | undefined;
  readonly dataset: Dataset;
  readonly split: Split;
  readonly splitName: SplitName;
  /** Default: all tasks of the recommender. */
  readonly tasks?: readonly Task[] | undefined;
  /** Sets of negatives for direct questions. Default: those of what is asked. */
  readonly candidateKinds?: readonly CandidateKind[] | undefined;
  /** Size of a fixed random subset of users. Default: all. */
  readonly users?: number | undefined;
  /** Default `EVALUATION_SEED`. Chooses users, shuffles candidates, draws resamples, breaks popularity ties. */
  readonly seed?: number | undefined;
  /** Default strict: a failed check fails the run. Under `paper` failed checks are recorded only. */
  readonly protocol?: Protocol | undefined;
  /** What was checked elsewhere, such as the texts behind a run's vectors. */
  readonly checks?: readonly Check[] | undefined;
  /** Default: under `strict`. False records failed checks without failing. */
  readonly failsOnChecks?: boolean | undefined;
  /** Name of the control under which the questions are asked, for the fingerprint. */
  readonly control?: string | undefined;
  /** What is evaluated (`modelVersion`), for the record. */
  readonly modelVersion?: string | undefined;
  /** The run whose parameters the training started from, for the record. */
  readonly startedFrom?: StartedFrom | undefined;
  /** What training was given. Default: the view of `protocol`. */
  readonly view?: TrainingView | undefined;
  /** Who is asked what. Default: what the dataset asks. */
  readonly asked?: Asked | undefined;
  /** Text vectors for the yardsticks that read texts. Default: without those yardsticks. */
  readonly itemEmbeddings?: Matrix | undefined;
  /**
   * Default true: popularity, id rule and the neighbour methods beside the recommender; "canary": the id rule alone.
   */
  readonly yardsticks?: boolean | "canary" | undefined;
  /** Further systems that answer the same questions; whoever made them disposes of them. */
  readonly beside?: readonly System[] | undefined;
  /** Whose scores fusions among `beside` add up, for the record. */
  readonly fusedWith?: FusedWith | undefined;
  /** What its training was given: held to the same checks as `view`. */
  readonly fusedView?: TrainingView | undefined;
  /** References for what the recommender writes, and on how many pairs at most. Default: it is asked for none. */
  readonly sentences?: { readonly source: SentenceSource; readonly most: number } | undefined;
  /** As `metricNames` lists them. Default: the standard metrics. */
  readonly metrics?: readonly AnyMetric[] | undefined;
  /** Terms of the scores that `recommender` leaves out, and what it adds to new items, for the record. */
  readonly terms?: { readonly without: readonly string[]; readonly favourNew: number } | undefined;
  /** Where `evaluation.json` and `ranks-*.json` are written. Default: nothing is written. */
  readonly directory?: string | undefined;
  /** What the scores of one block of users may take. Default 256. */
  readonly memoryMiB?: number | undefined;
  /** Users per call of the recommender. Default: as many as `memoryMiB` holds, at most 256. */
  readonly block?: number | undefined;
  /** CPU threads of the yardsticks; default: one per core. */
  readonly threads?: number | undefined;
  /** Makes the lists of `recommender` in its place. */
  readonly elsewhere?: RankElsewhere | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface System {
  readonly recommender: Recommender;
  readonly kind: SystemKind;
  /** What a `fused` system adds up, in words. */
  readonly fusion?: string | undefined;
}
