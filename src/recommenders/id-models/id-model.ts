// The contract of the id models: systems that know users and items by number alone and score an item by a product of
// two vectors. A model says which parameters it has, how a batch becomes a loss, which vectors it ranks by, and, where
// it reads an ordered history, how that becomes a vector. Everything else (`trainer.ts`, `scorer.ts`, `model-files.ts`)
// is shared. The smallest model, whole, stands in `examples/extending/bpr-mf.ts`.
import type { Matrix } from "../../base/matrix.ts";
import type { Random } from "../../base/random.ts";
import type { Item } from "../../data/index.ts";
import type {
  CompileOptions,
  LearnedTensors,
  Objective,
  Parameters,
  Shape,
  Tensor,
  TensorData,
  Trace,
} from "../../engine/index.ts";
import type { Values } from "../options/needs.ts";
import type { OptionSchema } from "../options/option.ts";
import type { Task } from "../recommender.ts";
import type { TrainingSource } from "../training/training-source.ts";
import type { KnownRows } from "../warm-from.ts";
import type { IdOptions } from "./options.ts";

/** Whole numbers by item that a query reads beside the ids, e.g. categories. */
export interface ItemFacts {
  readonly shape: Shape;
  readonly data: Int32Array;
}

/** What a model may know: training prefixes, sizes and item facts. */
export interface IdTrainingData extends TrainingSource {
  readonly nUsers: number;
  readonly facts: Readonly<Record<string, ItemFacts>>;
  /** Text vectors of the items, given to models that read them. [nItems, textWidth] */
  readonly texts?: Matrix | undefined;
  readonly seed: number;
  /** Beside `prefixes`, for models that learn from pairs: how much each counts. Absent: all alike. */
  readonly weights?: readonly Float64Array[] | undefined;
}

/** Rows whose histories take equally many slots. */
export interface HistoryGroup {
  readonly rows: number;
  readonly length: number;
}

/** A group as a program reads it. */
export interface Histories extends HistoryGroup {
  /** [rows, length] */
  readonly history: Tensor;
  /** Slots in use. [rows] */
  readonly used: Tensor;
  /** Flat place of the newest slot within the group. [rows] */
  readonly last: Tensor;
  /** [rows] */
  readonly user: Tensor;
}

/** Extents of a batch: one program serves all batches of equal extents. */
export interface BatchExtents {
  readonly rows: number;
  /** The rows in order, by slots of their histories; none where no history is read. */
  readonly groups: readonly HistoryGroup[];
  /** Targets per batch where their number differs from the rows (cloze training). */
  readonly targets?: number;
}

export interface TrainingBatch {
  readonly shape: BatchExtents;
  readonly feeds: Readonly<Record<string, TensorData>>;
}

/** Training batches as a function of the step alone: then a resumed run sees what an uninterrupted one sees. */
export interface Batches {
  readonly perEpoch: number;
  at(step: number): TrainingBatch;
}

/** What items are ranked by: score = query . item + bias. */
export interface Tables {
  /** [nItems, d] */
  readonly items: Tensor;
  /** [nUsers, d]: the queries of models that read no history. */
  readonly users?: Tensor;
  /** [nItems] */
  readonly bias?: Tensor;
}

/** A model made for one training. */
export interface IdModel {
  /** What it learns, by its parts. */
  readonly tensors: LearnedTensors;
  readonly batches: Batches;
  objective(t: Trace, shape: BatchExtents): Objective;
  tables(t: Trace): Tables;
  /** Names of tensors that answers do without, since they are part of the tables: model files leave them out. */
  readonly trainingOnly?: readonly string[];
  /** Further feeds of one step, e.g. noise. */
  stepFeeds?(batch: TrainingBatch, random: Random): Readonly<Record<string, TensorData>>;
  /**
   * Feeds that hold for one epoch, made from the parameters at its start (e.g. clusters); they are part of checkpoints.
   */
  epochFeeds?(
    parameters: Parameters,
    epoch: number,
    how: CompileOptions,
  ): Promise<Readonly<Record<string, Float32Array | Int32Array>>>;
}

export interface QueryContext<O> {
  readonly options: O;
  readonly nUsers: number;
  readonly nItems: number;
  readonly facts: Readonly<Record<string, ItemFacts>>;
  /** Dropout is on. */
  readonly isTraining: boolean;
}

/** How a history becomes a vector. */
export interface Query<O> {
  readonly padding: "left" | "right";
  /** Whether it reads the user's own row; where not, it answers whoever has a history. */
  readonly readsUser: boolean;
  /** Slot counts that programs are made for, ascending; the last is the longest history that is read. */
  lengths(options: O): readonly number[];
  /** A token put after the newest item (a mask to be filled in), counted in `lengths`. */
  token?(nItems: number): number;
  /** -> [rows, d]; `items` [nItems, d] are the rows that items are ranked by, for models that also read them. */
  build(t: Trace, context: QueryContext<O>, histories: Histories, items: Tensor): Tensor;
}

/** A system as its file declares it; `definition.ts` makes an entry of the recommender table from it. */
export interface IdModelSpec<O extends IdOptions> {
  readonly name: string;
  readonly title: string;
  readonly citation: string;
  readonly schema: OptionSchema<O>;
  readonly presets: Readonly<Record<string, Values>>;
  /** Absent for models whose query is a row of `Tables.users`. */
  readonly query?: Query<O>;
  /**
   * Training pairs are the edges of the protocol's graph. Such a model can be trained under `paper` too, where it shows
   * what edges from held-out pairs are worth (docs/protocols.md, L1). Default: training prefixes, and `strict` alone.
   */
  readonly trainsOnGraph?: boolean;
  /** What of the catalogue the model reads beside the ids. */
  readonly facts?: (items: readonly Item[]) => IdTrainingData["facts"];
  /** Whether it is ours, and no paper's. Default: no. */
  readonly isOurs?: boolean;
  /** Whether it reads the items' text vectors (`IdTrainingData.texts`). Default: no. */
  readonly readsTexts?: boolean;
  /** Of a model that reads texts: what takes a run's item rows over to vectors of texts that were made anew. */
  readonly onNewTexts?: {
    /** Tensors that mean nothing on other vectors, and are not carried over as they are. */
    readonly tensors: readonly string[];
    /** `fresh` hold all others of the run. */
    readonly carry: (fresh: Parameters, rowsBefore: Matrix, items: KnownRows, texts: Matrix) => void;
  };
  /** Rows [items, d] of items that came after training, from the trained parameters and their text vectors. */
  readonly rowsOfNew?: (parameters: Readonly<Record<string, Float32Array>>, texts: Matrix) => Matrix;
  readonly create: (options: O, data: IdTrainingData) => IdModel;
}

export const TASKS: readonly Task[] = ["sequential", "direct"];
