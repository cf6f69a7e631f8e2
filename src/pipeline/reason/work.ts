// What a reasoning run is told.
import type { Report } from "../../base/progress.ts";
import type { Dataset, Split } from "../../data/index.ts";
import type { Adapting, ChainTally, Journal, Likeness, Prices, PromptSet, Reasoner } from "../../reasoning/index.ts";
import type { HistoryPart, HistorySource } from "../../reasoning/settings.ts";
import type { ReasonResult } from "./reason-result.ts";

export interface ReasonOptions extends Likeness {
  /** Its directory, or the dataset opened. */
  readonly dataset: string | Dataset;
  /** A text as `makeReasoner` takes it, such as "ollama:deepseek-r1:14b", or a reasoner. Default "offline". */
  readonly reasoner?: string | Reasoner | undefined;
  /** Seed of the users' history subsets; default 2026. */
  readonly seed?: number | undefined;
  /** Most items that stand for a history. */
  readonly historyItems?: number | undefined;
  /** What a history is; default the training prefix. A full one leaks held-out items into the texts (L5). */
  readonly historySource?: HistorySource | undefined;
  /** Which items stand for a longer history; default drawn at random. */
  readonly historyPart?: HistoryPart | undefined;
  /**
   * Default: those by which this reasoner wrote the texts that are there, else `one-call/2` for one that holds answers
   * to a form, `figures-6-7/3` for others.
   */
  readonly prompts?: PromptSet | undefined;
  /** Runs that may ask a question whose answers cannot be used; default 3. */
  readonly attempts?: number | undefined;
  /** What tokens cost, for the result's `cost`; absent or all zero: unknown. */
  readonly prices?: Prices | undefined;
  /** These users and the items that their chains quote, nothing else. Default: everything. */
  readonly onlyUsers?: readonly number[] | undefined;
  /** Has workers ask, instead of this process; default: it asks itself. */
  readonly askElsewhere?: AskElsewhere | undefined;
  readonly report?: Report | undefined;
  /** Hears what the run took until an error or its signal ended it, before the error is thrown. */
  readonly onFailed?: ((result: ReasonResult) => void) | undefined;
  /** Stops between answers with `CancelledError`; finished answers are kept. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Has the open questions of all items or all users answered into the journal.
 * @throws BudgetReached when not all of them may be asked.
 */
export type AskElsewhere = (wave: {
  readonly wave: "items" | "users";
  readonly journal: Journal;
  /** FEATURE texts by item index, for the users' questions. */
  readonly features: readonly (string | undefined)[];
  /** Counts what was asked. */
  readonly tally: ChainTally;
  /** The indices that it is about; default: all. */
  readonly among?: ReadonlySet<number> | undefined;
  /** Who takes whose texts. */
  readonly adapting?: Adapting | undefined;
  /** How many items or users are at their end after it; default: all. */
  readonly reached?: number | undefined;
}) => Promise<void>;

/** The same with everything opened. */
export interface ReasoningWork extends ReasonOptions {
  readonly dataset: Dataset;
  readonly split: Split;
  readonly reasoner: Reasoner;
  readonly seed: number;
}
