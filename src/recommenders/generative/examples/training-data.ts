// What a generative system trains on, and the circumstances.
import type { Matrix } from "../../../base/matrix.ts";
import type { Report } from "../../../base/progress.ts";
import type { Item, SentenceSource, TrainingLists } from "../../../data/index.ts";
import type { KeptSimilarUsers } from "../../../embedding/index.ts";
import type { CompileOptions } from "../../../engine/index.ts";
import type { SharedWork } from "../../../training/shared-work.ts";
import type { PreparationClock } from "../../training/preparation-clock.ts";
import type { ValidationQuestion } from "../../training/ranking-validation.ts";
import type { TrainingSource } from "../../training/training-source.ts";
import type { Before } from "../from-run/before.ts";
import type { Crew } from "../helpers/crew.ts";
import type { GenerativeOptions } from "../options/options.ts";

export interface TrainingData extends TrainingSource {
  /** Items by user of the interaction graph's edges, which the warm start fits; default: the prefixes. */
  readonly graph?: TrainingLists | undefined;
  /** Numbers written for items in the text form. */
  readonly itemNumbers: Int32Array;
  /** Text embeddings S_v [nItems, n] and S_u [nUsers, n], where the system reads texts. */
  readonly embeddings?: { readonly items: Matrix; readonly users: Matrix } | undefined;
  /** Sentences that training may see, where explanations are learnt. */
  readonly explanations?: { readonly pairs: TrainingLists; readonly sentences: SentenceSource } | undefined;
  /** The catalogue, by itemIndex, where an extra task reads it. */
  readonly items?: readonly Item[];
}

export interface PreparationContext {
  readonly options: GenerativeOptions;
  readonly seed: number;
  readonly compile: CompileOptions;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Times the stages of preparation and says when they must end; default: nobody does. */
  readonly clock?: PreparationClock | undefined;
  /** Who computes parts of batches beside this process (option `accumulate`). */
  readonly crew?: Crew | undefined;
  /** What other trainings prepared; default: everything is made here. */
  readonly shared?: SharedWork | undefined;
  /** Similar users that were found beforehand; default: they are searched. */
  readonly keptSimilarUsers?: Pick<KeptSimilarUsers, "find"> | undefined;
  /** The run that this training starts from: nothing is fitted before the first step. */
  readonly before?: Before | undefined;
  /** What the warm start is asked where it has patience; default: nothing, and it ends with its epochs. */
  readonly validation?: readonly ValidationQuestion[] | undefined;
  /** Hears the mean ranking loss of each warm-start epoch. */
  readonly onWarmStart?: (epoch: number, loss: number) => void;
  /** Hears the mean next-item loss of each epoch of the head start. */
  readonly onHeadStart?: (epoch: number, loss: number) => void;
}
