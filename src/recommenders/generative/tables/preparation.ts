// What must exist before the backbone trains: the interest tables that a system reads, and the codes of ids.
import type { ItemCodes } from "../../../backbone/item-codes.ts";
import type { WordTokenizer } from "../../../backbone/tokenizer.ts";
import type { Matrix } from "../../../base/matrix.ts";
import type { PropagatedTable } from "../../../interests/propagated-table.ts";
import type { PreparationContext, TrainingData } from "../examples/training-data.ts";
import { needsIndividual, readsGroup, readsIndividual } from "../options/options.ts";
import { NO_INTERESTS, type StateParts, wordScales } from "../state.ts";
import { codesOf } from "./codes.ts";
import { groupTable } from "./group-table.ts";
import { individualTable } from "./individual-table.ts";

/** Tables that the options ask for; their owner disposes of them. */
export interface Prepared {
  /** What items start from in the table of individual interests. */
  readonly texts?: Matrix | undefined;
  readonly individual?: PropagatedTable | undefined;
  readonly group?: PropagatedTable | undefined;
}

/**
 * Build the tables. With `isResuming` no warm start is run: the caller loads the parameters and refreshes both tables.
 */
export async function prepare(data: TrainingData, context: PreparationContext, isResuming: boolean): Promise<Prepared> {
  const { options } = context;
  const made = needsIndividual(options) ? await individualTable(data, context, isResuming) : undefined;
  const group = readsGroup(options) ? await groupTable(data, context, made?.table) : undefined;
  return { individual: made?.table, texts: made?.texts, group };
}

/** Parts of a fresh state: codes from individual interests, scales from both tables. */
export async function freshParts(
  data: TrainingData,
  tokenizer: WordTokenizer,
  words: readonly string[],
  context: PreparationContext,
  { individual, group }: Prepared,
): Promise<StateParts> {
  const { options } = context;
  const fitted = individual?.value ?? NO_INTERESTS;
  const interests = {
    individual: readsIndividual(options) ? fitted : NO_INTERESTS,
    group: group?.value ?? NO_INTERESTS,
  };
  const nUsers = data.prefixes.length;
  const code = () => codesOf(fitted, data, context);
  const isTimed = options.promptForm === "compact" && context.clock !== undefined;
  const codes = isTimed ? await context.clock.time("item codes", code, codesText) : await code();
  return {
    options,
    nUsers,
    nItems: data.nItems,
    ...codes,
    tokenizer,
    words,
    itemNumbers: data.itemNumbers,
    interests,
    // The backbone has learnt words of the size that they had.
    scales: context.before?.state.network.scales ?? wordScales(options, { ...interests, individual: fitted }),
  };
}

function codesText({ codes }: { readonly codes: ItemCodes | undefined }): string {
  return `${codes?.vocabulary ?? 0} tokens`;
}
