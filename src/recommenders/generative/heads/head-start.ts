// The head start (beyond the papers, compact presets): before the backbone trains, the item head's shortcut - rows,
// recencies, map and weight - is fitted alone to predict every item of every training prefix from the items before it.
// An example of it costs a fraction of the backbone's, so rows that tell what follows what need not be learned through
// the backbone. Letters: B batch, d width.

import { ascending } from "../../../base/ascending.ts";
import { refuseDiverged } from "../../../base/diverged.ts";
import { stopIf } from "../../../base/errors.ts";
import { rms } from "../../../base/matrix.ts";
import type { Passes } from "../../../base/passes.ts";
import { silent } from "../../../base/progress.ts";
import { Random } from "../../../base/random.ts";
import { decimals } from "../../../base/written-numbers.ts";
import type { TrainingLists } from "../../../data/index.ts";
import { ADAMW_DEFAULTS, compileTrainStep, listed, mul, Parameters } from "../../../engine/index.ts";
import { keepMasks } from "../../../training/keep-masks.ts";
import { passesText } from "../../training/preparation-clock.ts";
import type { PreparationContext, TrainingData } from "../examples/training-data.ts";
import { itemRows, type RowsShape } from "../network/item-rows.ts";
import { readsHistoryRows } from "../options/options.ts";
import { historyFeeds, historyQuery, historyTensors } from "./history-rows.ts";
import { ItemSampler, sampledLoss } from "./sampled-softmax.ts";

/** From a prototype on the validation items of Beauty; `scripts/head-start.ts` shows what they give. */
const BATCH = 512;
const NEGATIVES = 2048;
const DROPOUT = 0.5;
const LEARNING_RATE = 1e-2;
/** What it may use of the time that is left to preparation: nothing of length comes after it. */
const HEAD_START_SHARE = 0.95;

const DIVERGED = { of: "head start", todo: "Train again without a head start (headStartEpochs=0)." };

/** Positions (user, place >= 1) of all prefixes: what is at the place is the target, what is before it the history. */
interface Positions {
  readonly users: Int32Array;
  readonly places: Int32Array;
}

/**
 * Fit the item head's parameters among `parameters` in place. Rows keep the root mean square they came with: the words
 * made of them stay of the size that the options ask for.
 *
 * @throws CancelledError before or after a step when the context's signal is aborted; OperationError for a loss that is
 * no number.
 */
export async function fitItemHead(
  parameters: Parameters,
  data: TrainingData,
  context: PreparationContext,
): Promise<void> {
  const { options } = context;
  const epochs = readsHistoryRows(options) ? options.headStartEpochs : 0;
  const positions = positionsOf(data.prefixes);
  if (epochs === 0 || positions.users.length === 0) return;
  const size = rms(rowValues(parameters, context, data.nItems));
  const run = () => fitPositions(parameters, data, context, positions);
  const words = (passes: Passes) => passesText(passes, epochs, "headStartSteps");
  await (context.clock?.time("head start", run, words) ?? run());
  bringTo(size, parameters, context, data.nItems);
}

async function fitPositions(
  parameters: Parameters,
  data: TrainingData,
  context: PreparationContext,
  positions: Positions,
): Promise<Passes> {
  const { options, report = silent, signal, clock } = context;
  const epochs = options.headStartEpochs;
  const batch = Math.min(BATCH, positions.users.length);
  const perEpoch = Math.floor(positions.users.length / batch);
  const limit = options.headStartSteps || Number.POSITIVE_INFINITY;
  const isOver = clock?.share(HEAD_START_SHARE) ?? (() => false);
  const total = Math.min(epochs, Math.ceil(limit / perEpoch));
  let steps = 0;
  let stopped: Passes["stopped"];
  const stop = () => stopIf(signal, "training was interrupted before its first step; --resume begins it again.");
  /** Whether the step that was just done is the last; the last of all stops nothing. */
  const isEnough = (): boolean => {
    stop();
    steps++;
    if (steps === epochs * perEpoch) return false;
    if (steps >= limit) stopped = "steps";
    else if (isOver()) stopped = "time";
    return stopped !== undefined;
  };
  stop();
  const fit = await createFit(parameters, data, context, batch);
  try {
    for (let epoch = 0; epoch < epochs && stopped === undefined; epoch++) {
      const loss = await fit.epoch(positions, Random.of(context.seed, `head start/${epoch}`), isEnough);
      refuseDiverged({ "the next-item loss": loss }, { ...DIVERGED, where: `epoch ${epoch + 1}` });
      context.onHeadStart?.(epoch, loss);
      const note = `next-item loss ${decimals(loss)}`;
      report({ kind: "step", stage: "head start", done: epoch + 1, total, unit: "epochs", note });
    }
  } finally {
    await fit.dispose();
  }
  return { steps, epochs: steps / perEpoch, stopped };
}

function shapeOf({ options }: PreparationContext, nItems: number): RowsShape {
  return { options, nItems, t5: { width: options.width } };
}

/** Of the items, without omega^s's further rows. */
function rowValues(parameters: Parameters, context: PreparationContext, nItems: number): Float32Array {
  const { name } = itemRows(shapeOf(context, nItems));
  return parameters.get(name).front.value.subarray(0, nItems * context.options.width);
}

/** Rows of the given root mean square; the query's weight makes up for it, so that scores stay as they are. */
function bringTo(size: number, parameters: Parameters, context: PreparationContext, nItems: number): void {
  const rows = rowValues(parameters, context, nItems);
  const factor = size / rms(rows);
  for (let i = 0; i < rows.length; i++) rows[i]! *= factor;
  parameters.get(historyTensors(shapeOf(context, nItems)).weight.name).front.value[0]! /= factor ** 2;
}

function positionsOf(prefixes: TrainingLists): Positions {
  const count = prefixes.reduce((total, { length }) => total + Math.max(0, length - 1), 0);
  const users = new Int32Array(count);
  const places = new Int32Array(count);
  let at = 0;
  prefixes.forEach(({ length }, user) => {
    for (let place = 1; place < length; place++, at++) {
      users[at] = user;
      places[at] = place;
    }
  });
  return { users, places };
}

async function createFit(all: Parameters, data: TrainingData, context: PreparationContext, batch: number) {
  const { options } = context;
  const { nItems, prefixes } = data;
  const negatives = Math.min(NEGATIVES, nItems);
  const shape = shapeOf(context, nItems);
  const rows = itemRows(shape);
  const specs = listed([rows, historyTensors(shape)]);
  const own = Parameters.of(specs, ({ name }) => all.get(name).front.value.slice());
  const optimiser = { ...ADAMW_DEFAULTS, learningRate: LEARNING_RATE, weightDecay: 0 };
  const step = await compileTrainStep(
    (t) => {
      const query = historyQuery(t, shape, batch, options.maxHistory, DROPOUT);
      return { loss: sampledLoss(t, mul(query, options.width ** -0.5), t.parameter(rows), negatives) };
    },
    own,
    optimiser,
    context.compile,
  );
  const sampler = new ItemSampler(targetCounts(data), batch, negatives);
  const masks = new Map<string, Uint8Array>();
  return {
    /** Mean loss of the steps until `isEnough`, asked after each. */
    async epoch({ users, places }: Positions, random: Random, isEnough: () => boolean): Promise<number> {
      const order = random.shuffle(ascending(users.length));
      let total = 0;
      let steps = 0;
      for (let at = 0; at + batch <= order.length; at += batch) {
        const chosen = Array.from(order.subarray(at, at + batch));
        const before = chosen.map((i) => prefixes[users[i]!]!.subarray(0, places[i]!));
        const feeds = {
          ...historyFeeds(before, options.maxHistory),
          ...sampler.feeds(
            Int32Array.from(chosen, (i) => prefixes[users[i]!]![places[i]!]!),
            random,
          ),
          ...keepMasks(step.executable.program, random, masks),
        };
        total += (await step.run(feeds, optimiser)).loss![0] as number;
        steps++;
        if (isEnough()) break;
      }
      for (const { name } of specs) all.get(name).front.value.set(own.get(name).front.value);
      return total / steps;
    },
    dispose: () => step.dispose(),
  };
}

/** How often each item is the target of a position. */
function targetCounts({ prefixes, nItems }: TrainingData): Float64Array {
  const counts = new Float64Array(nItems);
  for (const history of prefixes) for (const item of history.subarray(1)) counts[item]!++;
  return counts;
}
