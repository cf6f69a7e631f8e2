import type { Report } from "../../base/progress.ts";
import type { Matrix } from "../../base/typed-arrays.ts";
import type { CandidateKind, Dataset, Split, SplitName } from "../../data/index.ts";
import type { Protocol } from "../../evaluation/index.ts";
import type { DecodingCounts } from "../../generation/index.ts";
import type { Recommender, Task } from "../../recommenders/recommender.ts";

export interface EvaluateOptions {
  readonly recommender: Recommender;
  readonly dataset: Dataset;
  readonly split: Split;
  readonly splitName: SplitName;
  /** Default: all tasks of the recommender. */
  readonly tasks?: readonly Task[];
  /** Sets of negatives for direct questions. Default both: uniform, popularity. */
  readonly candidateKinds?: readonly CandidateKind[];
  /** Size of a fixed random subset of users. Default: all. */
  readonly users?: number;
  /** Default 2023. Chooses users, shuffles candidates, draws resamples, breaks popularity ties. */
  readonly seed?: number;
  /** Default strict: a failed check fails the run. Under `paper` failed checks are recorded only. */
  readonly protocol?: Protocol;
  /** Name of the item numbering that the model was given. Default "training prefix". */
  readonly idScheme?: string;
  /** That numbering by itemIndex, for the id rule. Default: the itemIndex itself. */
  readonly itemNumbers?: Int32Array;
  /** Default "valid items"; "free" for unconstrained text. */
  readonly decoding?: "valid items" | "free";
  /** Running totals of what the recommender generated so far, where it counts. */
  readonly decodingCounts?: () => DecodingCounts;
  /** Text vectors for the item-kNN yardstick with text neighbours. Default: without that yardstick. */
  readonly itemEmbeddings?: Matrix;
  /** Default true: popularity, id rule and item-kNN beside the recommender. */
  readonly yardsticks?: boolean;
  /** Where `evaluation.json` and `ranks-*.json` are written. Default: nothing is written. */
  readonly directory?: string;
  /** Users per call of the recommender. Default 256. */
  readonly block?: number;
  readonly report?: Report;
  readonly signal?: AbortSignal;
}
