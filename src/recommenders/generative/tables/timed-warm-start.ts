// The warm start of individual interests within the time that preparation has, or as another training fitted them.
import type { Matrix } from "../../../base/matrix.ts";
import type { Passes } from "../../../base/passes.ts";
import { silent } from "../../../base/progress.ts";
import { Random } from "../../../base/random.ts";
import { decimals } from "../../../base/written-numbers.ts";
import { ADAMW_DEFAULTS, type Parameters, type Trace } from "../../../engine/index.ts";
import type { IndividualNodes } from "../../../interests/individual-interests.ts";
import { warmStart } from "../../../interests/warm-start.ts";
import { nothingToTrainOn } from "../../../training/nothing-to-train-on.ts";
import { passesText } from "../../training/preparation-clock.ts";
import type { PreparationContext, TrainingData } from "../examples/training-data.ts";
import { InterestAnswers } from "./interest-answers.ts";
import { sharedWarmStart, type ToldWarmStart } from "./shared-tables.ts";

/** What the warm start may use of the time that preparation has. */
const WARM_START_SHARE = 0.6;

/** Epochs between two looks at validation items. */
const LOOK_EVERY = 5;

/** More users tell little more, and each is compared with the whole catalogue. */
const MOST_QUESTIONS = 1000;

/** What is fitted. */
export interface ColdTable {
  readonly build: (t: Trace) => IndividualNodes;
  /** What items start from, which `build` holds as a constant. */
  readonly texts: Matrix;
  readonly parameters: Parameters;
  readonly epochs: number;
}

/** Fits the parameters in place. */
export async function timedWarmStart(table: ColdTable, data: TrainingData, context: PreparationContext): Promise<void> {
  const run = async () => (await recalledWarmStart(table, data, context)).passes;
  const words = (passes: Passes) => passesText(passes, table.epochs, "warmStartSteps");
  await (context.clock?.time("warm start", run, words) ?? run());
}

/** By what another training fitted alike, where they share: its losses are told again. */
async function recalledWarmStart(
  table: ColdTable,
  data: TrainingData,
  context: PreparationContext,
): Promise<ToldWarmStart> {
  const { seed, compile, shared, options } = context;
  const { width, individualLayers, sigma, itemSource, warmStartBatch, warmStartLearningRate, warmStartSteps } = options;
  const { warmStartRegularisation: regularisation, warmStartPatience } = options;
  const shape = { width, individualLayers, sigma, itemSource, regularisation };
  const looks = warmStartPatience > 0 ? { warmStartPatience, validation: context.validation } : {};
  const fit = { warmStartBatch, warmStartLearningRate, warmStartSteps, epochs: table.epochs, ...looks };
  const edges = data.graph ?? data.prefixes;
  const inputs = { ...shape, ...fit, edges, nItems: data.nItems, texts: table.texts, seed, compile };
  let isMade = false;
  const told = await sharedWarmStart(shared, table.parameters, inputs, async () => {
    isMade = true;
    const losses: number[] = [];
    const passes = await runWarmStart(table, data, context, (loss) => losses.push(loss));
    return { passes, losses };
  });
  if (!isMade) for (const [epoch, loss] of told.losses.entries()) context.onWarmStart?.(epoch, loss);
  return told;
}

async function runWarmStart(
  table: ColdTable,
  data: TrainingData,
  context: PreparationContext,
  onLoss: (loss: number) => void,
): Promise<Passes> {
  const { options, seed, report = silent } = context;
  const { build, parameters, epochs } = table;
  const settings = {
    epochs,
    batch: options.warmStartBatch,
    optimiser: { ...ADAMW_DEFAULTS, learningRate: options.warmStartLearningRate, weightDecay: 0 },
    regularisation: options.warmStartRegularisation,
    maxSteps: options.warmStartSteps || undefined,
    isOver: context.clock?.share(WARM_START_SHARE),
    signal: context.signal,
  };
  const edges = data.graph ?? data.prefixes;
  const pairs = edges.reduce((sum, { length }) => sum + length, 0);
  if (pairs === 0) throw nothingToTrainOn();
  const perEpoch = Math.max(1, Math.floor(pairs / Math.min(settings.batch, pairs)));
  const total = Math.min(settings.epochs, Math.ceil((settings.maxSteps ?? Number.POSITIVE_INFINITY) / perEpoch));
  const onEpoch = (epoch: number, loss: number): void => {
    onLoss(loss);
    context.onWarmStart?.(epoch, loss);
    report({
      kind: "step",
      stage: "warm start",
      done: epoch + 1,
      total,
      unit: "epochs",
      note: `ranking loss ${decimals(loss)}`,
    });
  };
  const answers = await checkedAnswers(table, data, context);
  const check = answers && {
    every: LOOK_EVERY,
    patience: options.warmStartPatience,
    score: () => answers.score(),
  };
  try {
    return await warmStart(
      build,
      parameters,
      { edges, nItems: data.nItems },
      { ...settings, check },
      (epoch) => Random.of(seed, `warm start/${epoch}`),
      context.compile,
      onEpoch,
    );
  } finally {
    await answers?.dispose();
  }
}

/** Asked how good they are where the warm start has patience and somebody can be asked. */
function checkedAnswers(
  { build, parameters }: ColdTable,
  { prefixes, nItems }: TrainingData,
  { options, validation = [], compile }: PreparationContext,
): Promise<InterestAnswers> | undefined {
  if (options.warmStartPatience === 0 || validation.length === 0) return undefined;
  const step = Math.ceil(validation.length / MOST_QUESTIONS);
  const questions = validation.filter((_, i) => i % step === 0);
  return InterestAnswers.of(build, parameters, { questions, nUsers: prefixes.length, nItems }, compile);
}
