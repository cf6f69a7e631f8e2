// What must exist before the backbone trains: reduced item embeddings, both interest tables, the item codes.

import { codeItems, type ItemCodes } from "../../backbone/item-codes.ts";
import type { WordTokenizer } from "../../backbone/tokenizer.ts";
import { CancelledError, UsageError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import { type Matrix, matrix } from "../../base/typed-arrays.ts";
import { approximateSimilarUsers, pca, type SimilarUsers, similarUsers } from "../../embedding/index.ts";
import type { Trace } from "../../engine/index.ts";
import { ADAMW_DEFAULTS, type AdamWOptions, type CompileOptions, Parameters } from "../../engine/index.ts";
import { groupInterests } from "../../interests/group-interests.ts";
import {
  addIndividualParameters,
  type IndividualNodes,
  individualInterests,
} from "../../interests/individual-interests.ts";
import { interactionGraph } from "../../interests/interaction-graph.ts";
import { PropagatedTable } from "../../interests/propagated-table.ts";
import { relationMatrix } from "../../interests/user-graph.ts";
import { warmStart } from "../../interests/warm-start.ts";
import type { GenerativeOptions } from "./options.ts";
import { type InterestTables, type StateParts, wordScales } from "./state.ts";

export interface TrainingData {
  /** Training prefixes by user: nothing held out. */
  readonly histories: readonly Int32Array[];
  /** Items by user of the interaction graph's edges, which the warm start fits; default: the prefixes. */
  readonly graph?: readonly Int32Array[];
  /** Items by user that are never drawn as negatives; default: the prefixes. */
  readonly spared?: readonly Int32Array[];
  readonly nItems: number;
  /** Numbers written for items in the text form. */
  readonly itemNumbers: Int32Array;
  /** Text embeddings S_v [nItems, n] and S_u [nUsers, n]. */
  readonly embeddings: { readonly items: Matrix; readonly users: Matrix };
}

export interface PreparationContext {
  readonly options: GenerativeOptions;
  readonly seed: number;
  readonly compile: CompileOptions;
  readonly report?: Report;
  readonly signal?: AbortSignal;
  /** Hears the mean ranking loss of each warm-start epoch. */
  readonly onWarmStart?: (epoch: number, loss: number) => void;
}

export interface Prepared {
  readonly individualParameters: Parameters;
  readonly groupParameters: Parameters;
  readonly individual: PropagatedTable;
  readonly group: PropagatedTable;
}

/** Optimiser of the interest tables. */
export function interestOptimiser(options: GenerativeOptions): AdamWOptions {
  return { ...ADAMW_DEFAULTS, learningRate: options.interestLearningRate, weightDecay: options.weightDecay };
}

/** Build the tables. With `isResuming` no warm start is run: the caller loads the parameters and refreshes both tables. */
export async function prepare(data: TrainingData, context: PreparationContext, isResuming: boolean): Promise<Prepared> {
  const { options, seed } = context;
  const individualParameters = new Parameters();
  const build = await individualBuilder(data, context, individualParameters);
  if (!isResuming && options.warmStartEpochs > 0) await runWarmStart(build, individualParameters, data, context);
  const nUsers = data.histories.length;
  const individual = await PropagatedTable.create({
    rows: nUsers + data.nItems,
    width: options.width,
    build: (t) => build(t).interests,
    parameters: individualParameters,
    optimiser: interestOptimiser(options),
    compile: context.compile,
  });
  const similar = await findSimilarUsers(data.embeddings.users, context);
  const groupParameters = new Parameters();
  groupParameters.add(
    "group.users",
    [nUsers, options.width],
    groupStart(options, individual.value, nUsers, Random.of(seed, "group")),
  );
  const group = await PropagatedTable.create({
    rows: nUsers,
    width: options.width,
    build: groupInterests(relationMatrix(similar, options.relation), {
      width: options.width,
      layers: options.groupLayers,
    }),
    parameters: groupParameters,
    optimiser: interestOptimiser(options),
    compile: context.compile,
  });
  return { individualParameters, groupParameters, individual, group };
}

/** Parts of a fresh state: codes from the items' interests, scales from both tables. */
export async function freshParts(
  data: TrainingData,
  tokenizer: WordTokenizer,
  context: PreparationContext,
  interests: InterestTables,
): Promise<StateParts> {
  const { options, seed } = context;
  const nUsers = data.histories.length;
  const items = {
    rows: data.nItems,
    columns: options.width,
    data: interests.individual.subarray(nUsers * options.width),
  };
  const codes: ItemCodes | undefined =
    options.promptForm === "compact" ? await codeItems(items, Random.of(seed, "codes")) : undefined;
  return {
    options,
    nUsers,
    nItems: data.nItems,
    codes,
    tokenizer,
    itemNumbers: data.itemNumbers,
    interests,
    scales: wordScales(options, interests),
  };
}

async function individualBuilder(
  data: TrainingData,
  { options, seed, signal }: PreparationContext,
  parameters: Parameters,
): Promise<(t: Trace) => IndividualNodes> {
  const width = Math.min(options.semanticWidth, data.embeddings.items.columns, data.nItems);
  if (options.itemSource === "frozen-semantic" && width < options.width) {
    throw new UsageError(
      `itemSource frozen-semantic needs item embeddings of ${options.width} dimensions (width), these data give ${width}; lower width and semanticWidth.`,
    );
  }
  const embeddings =
    options.itemSource === "frozen-free"
      ? matrix(
          data.nItems,
          options.width,
          Random.of(seed, "frozen items").normals(data.nItems * options.width, options.sigma),
        )
      : (await pca(data.embeddings.items, width, signal)).matrix;
  const graph = {
    nUsers: data.histories.length,
    nItems: data.nItems,
    graph: interactionGraph(data.graph ?? data.histories, data.nItems),
    embeddings,
  };
  const shape = {
    width: options.width,
    layers: options.individualLayers,
    sigma: options.sigma,
    itemSource: options.itemSource,
    adapterActivation: options.adapterActivation,
  };
  addIndividualParameters(parameters, graph, shape, Random.of(seed, "individual"));
  return individualInterests(graph, shape);
}

async function runWarmStart(
  build: (t: Trace) => IndividualNodes,
  parameters: Parameters,
  data: TrainingData,
  context: PreparationContext,
): Promise<void> {
  const { options, seed, report = silent } = context;
  const settings = {
    epochs: options.warmStartEpochs,
    batch: options.warmStartBatch,
    optimiser: { ...ADAMW_DEFAULTS, learningRate: options.warmStartLearningRate, weightDecay: 0 },
    regularisation: options.warmStartRegularisation,
  };
  const onEpoch = (epoch: number, loss: number): void => {
    if (context.signal?.aborted)
      throw new CancelledError("training was interrupted before its first step; --resume begins it again.");
    context.onWarmStart?.(epoch, loss);
    report({
      kind: "step",
      stage: "warm start",
      done: epoch + 1,
      total: options.warmStartEpochs,
      unit: "epochs",
      note: `ranking loss ${loss.toFixed(4)}`,
    });
  };
  await warmStart(
    build,
    parameters,
    { histories: data.graph ?? data.histories, nItems: data.nItems },
    settings,
    (epoch) => Random.of(seed, `warm start/${epoch}`),
    context.compile,
    onEpoch,
  );
}

async function findSimilarUsers(
  users: Matrix,
  { options, seed, report = silent, signal }: PreparationContext,
): Promise<SimilarUsers> {
  const { neighbours, neighbourSearch } = options;
  report({ kind: "stage", stage: "similar users", detail: `top ${neighbours} by cosine, ${neighbourSearch}` });
  const k = Math.min(neighbours, users.rows - 1);
  const how = { report, ...(signal && { signal }) };
  if (neighbourSearch === "exact") return similarUsers(users, k, how);
  const found = await approximateSimilarUsers(users, k, { ...how, seed });
  const percent = (found.recall * 100).toFixed(1);
  report({
    kind: "notice",
    message: `${percent} % of the exact neighbours were found, measured on a sample of users.`,
  });
  return found;
}

function groupStart(
  options: GenerativeOptions,
  individual: Float32Array,
  nUsers: number,
  random: Random,
): Float32Array {
  const size = nUsers * options.width;
  return options.groupStart === "individual" ? individual.slice(0, size) : random.normals(size);
}
