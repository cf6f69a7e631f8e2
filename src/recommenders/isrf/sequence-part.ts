// The sequence witness's model: a training of its own inside the run, with its own checkpoints and log.
import { InputError } from "../../base/errors.ts";
import { type Matrix, matrix } from "../../base/matrix.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import type { CompileOptions } from "../../engine/index.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import type { TrainRequest, TrainResult } from "../definition.ts";
import { HistoryStates } from "../id-models/history-states.ts";
import { loadIdModel, type SavedModel } from "../id-models/model-files.ts";
import { withNewRows } from "../id-models/new-rows.ts";
import { sequencePart } from "../part-folders.ts";
import { sasrecText, sasrecTextDefinition } from "../sasrec-text/sasrec-text.ts";
import { sharedTraining } from "../training/shared-training.ts";
import type { WarmFrom } from "../warm-from.ts";
import type { SequenceModel } from "../witnesses/sequence.ts";
import type { IsrfOptions } from "./options.ts";

const STAGE = "sequence model";

/** Trains it, or goes on with `request.resume`. */
export async function trainSequence(
  request: TrainRequest,
  options: IsrfOptions,
  train: (part: TrainRequest) => Promise<TrainResult> = sasrecTextDefinition.train,
): Promise<TrainResult> {
  const { report } = request;
  const part: TrainRequest = {
    ...request,
    from: await sequenceOf(request.from),
    options: sequenceOptions(options),
    directory: sequencePart(request.directory),
    report: (event) => report(renamed(event)),
  };
  const inputs = { options: part.options, readsUserTexts: false };
  return sharedTraining(STAGE, part, inputs, () => train(part));
}

/** Floating-point operations of about a quarter of a minute of one core: a process is started in a second or two. */
const WORTH_A_PROCESS = 1e12;

/** Whether its training is long enough for a process of its own, by the products of its most epochs. */
export function isLong({ view, split }: Pick<TrainRequest, "view" | "split">, options: IsrfOptions): boolean {
  const { sequenceWidth: width, sequenceLayers: layers, sequenceEpochs: epochs } = options;
  const positions = view.prefixes.reduce((sum, prefix) => sum + Math.max(0, prefix.length - 1), 0);
  const products = 2 * positions * width * (split.nItems + 12 * width * layers);
  // Backward takes two of each.
  return 3 * products * epochs >= WORTH_A_PROCESS;
}

/** The sequence model of a run that is started from; runs from before there was one have none. */
async function sequenceOf(from: WarmFrom | undefined): Promise<WarmFrom | undefined> {
  const checkpoint = from && (await Checkpoints.ofRun(sequencePart(from.run)).open("best"));
  return checkpoint === undefined ? undefined : { ...from!, checkpoint };
}

function sequenceOptions(options: IsrfOptions) {
  return sasrecText.schema.parse({
    width: options.sequenceWidth,
    inner: 2 * options.sequenceWidth,
    layers: options.sequenceLayers,
    dropout: options.sequenceDropout,
    freeDropout: options.sequenceFreeDropout,
    batch: options.sequenceBatch,
    learningRate: options.sequenceLearningRate,
    epochs: options.sequenceEpochs,
    patience: options.sequencePatience,
    validationUsers: options.sequenceValidationUsers,
    checkpointEvery: options.checkpointEvery,
    maxMinutes: options.sequenceMinutes,
  });
}

/** The backbone may be trained meanwhile, and says the like. */
function renamed(event: ProgressEvent): ProgressEvent {
  switch (event.kind) {
    case "step":
      return event.stage === "train" ? { ...event, stage: STAGE } : event;
    case "notice":
    case "warning":
      return { ...event, message: `${STAGE}: ${event.message}` };
    default:
      return event;
  }
}

/** A trained sequence model, with rows for the items of `newTexts` behind those of the `trained` ones. */
export interface SavedSequence {
  readonly model: SavedModel<SequenceOptions>;
  readonly trained: number;
}

export type SequenceOptions = Parameters<(typeof sasrecText)["create"]>[0];

/** @throws InputError where the run has none. */
export async function readSequence(run: string, newTexts?: Matrix): Promise<SavedSequence> {
  const checkpoint = await Checkpoints.ofRun(sequencePart(run)).open("best");
  if (checkpoint === undefined) {
    throw new InputError({
      where: sequencePart(run),
      found: "no checkpoint after a whole epoch",
      expected: "a trained sequence model",
      todo: `Go on with \`isrf train ... --out ${run} --resume\`.`,
    });
  }
  const trained = await loadIdModel(checkpoint, sasrecText);
  const model = newTexts === undefined ? trained : withNewRows(trained, sasrecText, newTexts);
  return { model, trained: trained.nItems };
}

/** It knows the items of `newTexts`, too. @throws InputError where the run has none. */
export async function openSequence(run: string, compile: CompileOptions, newTexts?: Matrix): Promise<SequenceModel> {
  const { model, trained } = await readSequence(run, newTexts);
  const { options, nUsers, nItems, facts, vectors } = model;
  const context = { options, nUsers, nItems, facts, isTraining: false };
  const states = new HistoryStates(context, sasrecText.query!, vectors, compile);
  return {
    trained,
    items: matrix(nItems, vectors.width, vectors.items),
    states: (histories) => states.of(histories),
    dispose: () => states.dispose(),
  };
}
