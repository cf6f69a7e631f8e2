// The table of individual interests: users and items on the interaction graph, fitted before the backbone starts where
// asked.
import { UsageError } from "../../../base/errors.ts";
import { type Matrix, matrix } from "../../../base/matrix.ts";
import { silent } from "../../../base/progress.ts";
import { Random } from "../../../base/random.ts";
import { pca } from "../../../embedding/index.ts";
import { ADAMW_DEFAULTS, type AdamWOptions, Parameters, type Trace } from "../../../engine/index.ts";
import { adaptedSize } from "../../../interests/adapter.ts";
import {
  addIndividualParameters,
  type IndividualNodes,
  individualInterests,
} from "../../../interests/individual-interests.ts";
import { interactionGraph } from "../../../interests/interaction-graph.ts";
import { PropagatedTable } from "../../../interests/propagated-table.ts";
import type { PreparationContext, TrainingData } from "../examples/training-data.ts";
import { carryIndividual } from "../from-run/interests.ts";
import { type GenerativeOptions, readsIndividual } from "../options/options.ts";
import { type ReducedTexts, sharedPca } from "./shared-tables.ts";
import { textsOf } from "./texts.ts";
import { timedWarmStart } from "./timed-warm-start.ts";

/**
 * Share of the warm start's epochs that a table of an earlier run is given, so that new users and items find their
 * places. On a synthetic shop with a tenth of new users it halves the training's epochs; more of them add nothing.
 */
const NEW_ROWS_SHARE = 0.1;

/** Optimiser of E_u and the adapter. */
export function interestOptimiser(options: GenerativeOptions): AdamWOptions {
  return { ...ADAMW_DEFAULTS, learningRate: options.interestLearningRate, weightDecay: options.weightDecay };
}

/** Stream of E_u and of what items start from. */
const DRAWS = "individual";

export interface IndividualTable {
  readonly table: PropagatedTable;
  /** S~_v, what items start from. */
  readonly texts: Matrix;
}

/** With `isResuming` no warm start is run: the caller loads the parameters and refreshes the table. */
export async function individualTable(
  data: TrainingData,
  context: PreparationContext,
  isResuming: boolean,
): Promise<IndividualTable> {
  const { options, before } = context;
  const parameters = new Parameters();
  const { build, texts } = await individualBuilder(data, context, parameters);
  // A table that only made codes was not kept: it is fitted again, so that new items find their neighbours.
  const isCarried = before !== undefined && readsIndividual(options);
  if (isCarried) carryIndividual(parameters, texts, before, options);
  const epochs = Math.ceil((isCarried ? NEW_ROWS_SHARE : 1) * options.warmStartEpochs);
  if (!isResuming && epochs > 0) await timedWarmStart({ build, texts, parameters, epochs }, data, context);
  const table = await PropagatedTable.create({
    rows: data.prefixes.length + data.nItems,
    width: options.width,
    build: (t) => build(t).interests,
    parameters,
    optimiser: interestOptimiser(options),
    compile: context.compile,
  });
  return { table, texts };
}

async function individualBuilder(
  data: TrainingData,
  context: PreparationContext,
  parameters: Parameters,
): Promise<{ readonly build: (t: Trace) => IndividualNodes; readonly texts: Matrix }> {
  const { options, seed } = context;
  const { embeddings, itemSigma } = await itemStart(data, context);
  const graph = {
    nUsers: data.prefixes.length,
    nItems: data.nItems,
    graph: interactionGraph(data.graph ?? data.prefixes, data.nItems),
    embeddings,
  };
  const shape = {
    width: options.width,
    layers: options.individualLayers,
    sigma: options.sigma,
    itemSigma,
    itemSource: options.itemSource,
    adapterStart: options.adapterStart,
  };
  addIndividualParameters(parameters, graph, shape, Random.of(seed, DRAWS));
  return { build: individualInterests(graph, shape), texts: graph.embeddings };
}

interface ItemStart {
  /** As constants: reduced texts, noise that stays, or nothing. */
  readonly embeddings: Matrix;
  /** Standard deviation of a trained table. */
  readonly itemSigma: number;
}

async function itemStart(data: TrainingData, context: PreparationContext): Promise<ItemStart> {
  const { itemSource, itemSize, width: d, sigma, textScale } = context.options;
  const isAdapted = itemSize === "adapted";
  const needsTexts = isAdapted || (itemSource !== "free" && itemSource !== "frozen-free");
  const texts = needsTexts ? await reducedTexts(data, context) : undefined;
  const itemSigma = isAdapted ? sizeAdapted(texts!, data.prefixes.length, context) : sigma;
  switch (itemSource) {
    case "free":
      return { embeddings: matrix(data.nItems, 0, new Float32Array(0)), itemSigma };
    case "frozen-free": {
      const noise = Random.of(context.seed, "frozen items").normals(data.nItems * d, itemSigma);
      return { embeddings: matrix(data.nItems, d, noise), itemSigma };
    }
    case "frozen-semantic": {
      // An adapter starts at a scale of its own; without one the texts are brought there, or their size alone decides.
      const isKept = !isAdapted && textScale === "kept";
      return { embeddings: isKept ? semantics(texts!, context.options) : scaled(texts!.matrix, itemSigma), itemSigma };
    }
    case "semantic":
    case "semantic+free":
      return { embeddings: semantics(texts!, context.options), itemSigma };
    default:
      return itemSource satisfies never;
  }
}

/** Texts on their principal components at a root mean square of 1, and what they were multiplied with for it. */
async function reducedTexts(data: TrainingData, context: PreparationContext): Promise<ReducedTexts> {
  const { options, shared, signal, report = silent, compile } = context;
  const { itemSource, width: d, semanticWidth } = options;
  const { items } = textsOf(data);
  const width = Math.min(semanticWidth, items.columns, data.nItems);
  if (itemSource === "frozen-semantic" && width < d) {
    throw new UsageError(
      `itemSource frozen-semantic needs item embeddings of ${d} dimensions (width), these data give ${width}; lower width and semanticWidth.`,
    );
  }
  if (width < semanticWidth) {
    const message = `semanticWidth ${semanticWidth}: item texts give ${items.columns} columns for ${data.nItems} items, so d_m is ${width}.`;
    report({ kind: "notice", message });
  }
  return sharedPca(shared, items, width, () => pca(items, width, signal, { threads: compile.threads }));
}

/** S~_v, what an adapter reads. */
function semantics({ matrix: reduced, scale }: ReducedTexts, { textScale }: GenerativeOptions): Matrix {
  return textScale === "kept" ? scaled(reduced, 1 / scale) : reduced;
}

/** How large items are with the adapter that these options and this seed begin with. */
function sizeAdapted(texts: ReducedTexts, nUsers: number, { options, seed }: PreparationContext): number {
  const { width, sigma, adapterStart } = options;
  const read = semantics(texts, options);
  const shape = { input: read.columns, output: width };
  const random = Random.of(seed, DRAWS);
  random.normals(nUsers * width, sigma); // E_u is drawn before an adapter.
  return adaptedSize(read, shape, sigma, random, adapterStart);
}

const scaled = (texts: Matrix, by: number): Matrix => ({ ...texts, data: texts.data.map((value) => value * by) });
