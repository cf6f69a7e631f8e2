// What the table of recommenders holds for each system.
import type { Matrix } from "../base/matrix.ts";
import type { Report } from "../base/progress.ts";
import type { Item, SentenceSource, Split, TrainingView } from "../data/index.ts";
import type { KeptSimilarUsers } from "../embedding/index.ts";
import type { CompileOptions } from "../engine/index.ts";
import type { LoopSummary } from "../training/loop.ts";
import type { SharedWork } from "../training/shared-work.ts";
import type { Crew } from "./generative/helpers/crew.ts";
import type { OptionSpace } from "./options/resolve-options.ts";
import type { Recommender, Task } from "./recommender.ts";
import type { PreparationStage } from "./training/preparation-clock.ts";
import type { WarmFrom } from "./warm-from.ts";

interface Described {
  /** Lower-case name, as typed after --model. */
  readonly name: string;
  readonly title: string;
  readonly citation: string;
  readonly tasks: readonly Task[];
  /**
   * Whether direct answers read the user's history beside the candidates, always or by a run's options; default false.
   * Whoever compares such systems with others must say so.
   */
  readonly usesHistory?: boolean | ((options: Readonly<Record<string, unknown>>) => boolean);
  /**
   * Whether it answers in a way that no paper has and that is ours, always or by a run's options; default false. Tables
   * mark such rows.
   */
  readonly isOurs?: boolean | ((options: Readonly<Record<string, unknown>>) => boolean);
}

/** A system that `isrf train` trains. */
export interface TrainableDefinition extends Described {
  readonly kind: "trained";
  /** Everything a user may set, with presets and what protocols demand; `resolveOptions` reads it. */
  readonly options: OptionSpace;
  readonly needsEmbeddings: boolean;
  /** Whether `train` takes `from`. */
  readonly startsFromRuns: boolean;
  /** Whether a training with these options learns sentences, so that it must be given some. Absent: it does not. */
  readonly learnsSentences?: ((options: Readonly<Record<string, unknown>>) => boolean) | undefined;
  /** What the validation score of a training with these options is of, where that depends on them. */
  readonly scoredBy?: ((options: Readonly<Record<string, unknown>>) => string) | undefined;
  train(request: TrainRequest): Promise<TrainResult>;
  /** The part of a training that is kept in `folder`, alone, as `train` would; for those that ask `request.apart`. */
  trainPart?(folder: string, request: TrainRequest): Promise<TrainResult>;
  /**
   * A trained system from a checkpoint; `run` is the run's directory, where a system may keep further parts. `newTexts`
   * are text vectors of items that came after training, in the space of `TrainRequest.embeddings`: their indices go on
   * from the known ones. They are given only to who `takesNewItems`.
   */
  load(checkpoint: string, compile: CompileOptions, run: string, newTexts?: Matrix): Promise<Recommender>;
  /**
   * Folders of a finished run with these options that it answers from, beside its checkpoint; `isTraining`: it has
   * checkpoints of its own. Absent: none.
   */
  readonly folders?: ((options: Readonly<Record<string, unknown>>) => readonly RunFolder[]) | undefined;
  /** Whether a run with these options answers items that came after training. Absent: it does not. */
  readonly takesNewItems?: ((options: Readonly<Record<string, unknown>>) => boolean) | undefined;
}

export interface RunFolder {
  readonly name: string;
  readonly isTraining: boolean;
}

/** A system that needs no training and is made on the spot. */
export interface UntrainedDefinition extends Described {
  readonly kind: "untrained";
  /** A yardstick stands beside every evaluated model; a canary scores high only where data leaks. */
  readonly role: "yardstick" | "canary";
  /** What it cannot do without beside the training interactions; evaluations that lack it leave the system out. */
  readonly needs?: "itemEmbeddings";
  create(context: UntrainedContext): Recommender | Promise<Recommender>;
}

export interface UntrainedContext {
  readonly split: Split;
  /** Breaks ties. */
  readonly seed: number;
  /** Text vectors by itemIndex [nItems, d]; given to whoever `needs` them. */
  readonly itemEmbeddings?: Matrix | undefined;
  /** The order that the evaluated system is told of (`Recommender.itemOrder`); for canaries. */
  readonly itemOrder?: Int32Array | undefined;
  /** CPU threads; default: one per core. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Whether direct answers of a system, with `options` where it is trained, read the user's history. */
export function readsHistory({ usesHistory = false }: Described, options: Readonly<Record<string, unknown>>): boolean {
  return typeof usesHistory === "boolean" ? usesHistory : usesHistory(options);
}

/** Whether a system, with `options` where it is trained, answers in a way of ours. */
export function answersOurWay({ isOurs = false }: Described, options: Readonly<Record<string, unknown>>): boolean {
  return typeof isOurs === "boolean" ? isOurs : isOurs(options);
}

export type RecommenderDefinition = TrainableDefinition | UntrainedDefinition;

export interface TrainRequest {
  /** As the run holds them: what `resolveOptions` returned when it was begun. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly split: Split;
  /** What training may see of the interactions. `split` is for validation alone. */
  readonly view: TrainingView;
  /** The catalogue, by itemIndex. */
  readonly items: readonly Item[];
  readonly embeddings: { readonly items: Matrix; readonly users: Matrix } | undefined;
  /** What explanations are learnt from, where a model learns any: those of `view.explained`, and for validation. */
  readonly sentences?: SentenceSource | undefined;
  /** The stored 99 negatives of a user's validation question. */
  readonly validationNegatives: (user: number) => Int32Array;
  /** Run directory: metrics and checkpoints go there. */
  readonly directory: string;
  readonly resume: boolean;
  /** A finished run of the same system whose parameters this training starts from. */
  readonly from?: WarmFrom | undefined;
  readonly compile: CompileOptions;
  /** Who computes parts of batches beside this process. Systems that know no such parts ignore it. */
  readonly crew?: Crew | undefined;
  /** Trains parts in processes of their own. Absent: everything is trained here, one after the other. */
  readonly apart?: TrainApart | undefined;
  /** What other trainings prepared, and where this one leaves its own. */
  readonly shared?: SharedWork | undefined;
  /** Similar users that were found beforehand in `embeddings`. */
  readonly keptSimilarUsers?: Pick<KeptSimilarUsers, "find"> | undefined;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}

/**
 * `trainPart` of the same system on the same request, but for what is said here, in a process of its own.
 * @throws ProcessEndedError where that process was ended from outside: its last checkpoint is kept.
 */
export type TrainApart = (
  folder: string,
  how: { readonly threads: number } & Pick<TrainRequest, "report" | "signal">,
) => Promise<TrainResult>;

export interface TrainResult {
  readonly summary: LoopSummary;
  /** Time before the first step: graphs, warm start, similar users. */
  readonly preparationSeconds: number;
  /** Its stages, where the system tells; a run that went on from a checkpoint lists what it did again. */
  readonly preparation?: readonly PreparationStage[] | undefined;
  /**
   * What parts took after the main loop, which is in neither `summary` nor `preparationSeconds`: they were trained
   * then, or waited for.
   */
  readonly besideSeconds?: number | undefined;
  /** Largest resident size of a process in which a part was trained meanwhile, beside this one's. */
  readonly apartBytes?: number | undefined;
}
