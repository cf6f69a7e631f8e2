// The training loop, from top to bottom: steps, epochs, validation, early stopping, checkpoints, resume.
// It knows nothing of models: a `Trainable` does the steps. All of a step's random draws must be a function of the seed
// and the step number; then a run that was killed and resumed ends with the same parameters as one that was not.

import { join } from "node:path";
import type { Checksum } from "../base/checksums.ts";
import { type DivergedWords, refuseDiverged } from "../base/diverged.ts";
import { stopIf } from "../base/errors.ts";
import { readJson, writeJsonAtomic } from "../base/files.ts";
import { type ProgressEvent, type Report, silent } from "../base/progress.ts";
import { decimals } from "../base/written-numbers.ts";
import { Checkpoints } from "./checkpoints.ts";
import { MetricsLog } from "./metrics-log.ts";
import { nothingToTrainOn } from "./nothing-to-train-on.ts";

export interface Trainable {
  readonly stepsPerEpoch: number;
  /** Do step `step` (from 0); figures such as losses, by name. */
  step(step: number, epoch: number): Promise<Record<string, number>>;
  /** Bring all pending work into the parameters: called before validation. */
  settle(): Promise<void>;
  /** `score`: higher is better. */
  validate(): Promise<{ score: number; figures: Record<string, number> }>;
  /** Everything `restore` needs to go on, pending work included: how often it is saved changes nothing. */
  saveForResume(directory: string): Promise<void>;
  restore(directory: string): Promise<void>;
  /** The trained model alone. */
  saveModel(directory: string): Promise<void>;
}

export interface LoopOptions {
  readonly directory: string;
  readonly epochs: number;
  /** Epochs without improvement before stopping. */
  readonly patience: number;
  /**
   * `consecutive` (default): an improvement starts the count anew; `cumulative`: it never does, as in POD and ELMRec.
   */
  readonly patienceCount?: "consecutive" | "cumulative" | undefined;
  readonly checkpointEvery: number;
  /** 0 = no limit. */
  readonly maxMinutes: number;
  readonly resume: boolean;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface LoopState {
  /** Steps done. */
  step: number;
  /** Epochs done. */
  epoch: number;
  bestScore: number;
  bestEpoch: number;
  staleEpochs: number;
  /** Training time so far, over all resumed parts. */
  seconds: number;
}

export type StopReason = "epochs" | "patience" | "time";

export interface LoopSummary extends LoopState {
  readonly stopped: StopReason;
}

/** Steps between two lines of training figures. */
const LOG_EVERY = 20;

/**
 * @throws InputError for an epoch without a step; CancelledError when the signal fires, OperationError when a figure is
 * no longer a finite number: the last checkpoint stays.
 */
export async function runLoop(trainable: Trainable, options: LoopOptions): Promise<LoopSummary> {
  // No step would validate a fresh model, and end as if it had been trained.
  if (trainable.stepsPerEpoch === 0) throw nothingToTrainOn();
  const checkpoints = Checkpoints.ofRun(options.directory);
  const log = new MetricsLog(join(options.directory, "metrics.jsonl"));
  const report = options.report ?? silent;
  const state = options.resume ? await restoreState(trainable, checkpoints, log, report) : freshState();
  const clock = { started: Date.now(), before: state.seconds };
  const total = options.epochs * trainable.stepsPerEpoch;
  const sums = new RunningMeans();

  const checkpoint = async (): Promise<void> => {
    await checkpoints.write("last", state.step, async (directory) => {
      await trainable.saveForResume(directory);
      await writeJsonAtomic(join(directory, "loop.json"), { ...state, metrics: await log.checksum() });
    });
  };

  // The start is worth keeping too: it may hold a long preparation.
  if (state.step === 0) await checkpoint();
  for (let stopped = stopReason(state, options); ; stopped = stopReason(state, options)) {
    if (stopped !== undefined) return { ...state, stopped };
    const end = (state.epoch + 1) * trainable.stepsPerEpoch;
    while (state.step < end) {
      stopIf(options.signal, cancelled(options.directory));
      const figures = await trainable.step(state.step, state.epoch);
      refuseDiverged(figures, diverged(`step ${state.step}`, options));
      sums.add(figures);
      state.step++;
      state.seconds = clock.before + (Date.now() - clock.started) / 1000;
      const isCheckpoint = state.step % options.checkpointEvery === 0 && state.step < end;
      // A checkpoint closes the line: a resumed run knows nothing of figures before it.
      if (state.step % LOG_EVERY === 0 || state.step === end || isCheckpoint) {
        await log.append({ kind: "train", step: state.step, epoch: state.epoch, figures: sums.take() });
      }
      report({
        kind: "step",
        stage: "train",
        done: state.step,
        total,
        unit: "steps",
        note: `epoch ${state.epoch + 1} ${sums.note()}`,
      });
      if (isCheckpoint) await checkpoint();
    }
    await trainable.settle();
    const { score, figures } = await trainable.validate();
    // The epoch's last step may be what went too far: its own figures are from before it.
    refuseDiverged({ ...figures, score }, diverged(`the validation after epoch ${state.epoch + 1}`, options));
    state.seconds = clock.before + (Date.now() - clock.started) / 1000;
    await log.append({ kind: "validation", step: state.step, epoch: state.epoch, figures });
    state.epoch++;
    if (score > state.bestScore) {
      Object.assign(state, { bestScore: score, bestEpoch: state.epoch });
      if (options.patienceCount !== "cumulative") state.staleEpochs = 0;
      await checkpoints.write("best", state.step, (directory) => trainable.saveModel(directory));
    } else state.staleEpochs++;
    report({ kind: "notice", message: validationNotice(state, figures) });
    await checkpoint();
  }
}

/** `loop.json`: JSON has no infinity, and older versions did not vouch for the metrics. */
type SavedState = Omit<LoopState, "bestScore"> & {
  readonly bestScore: number | null;
  readonly metrics?: Checksum | undefined;
};

function freshState(): LoopState {
  return { step: 0, epoch: 0, bestScore: Number.NEGATIVE_INFINITY, bestEpoch: 0, staleEpochs: 0, seconds: 0 };
}

async function restoreState(
  trainable: Trainable,
  checkpoints: Checkpoints,
  log: MetricsLog,
  report: Report,
): Promise<LoopState> {
  const directory = await checkpoints.open("last");
  // Killed before the first checkpoint: nothing to restore, the run begins again.
  if (directory === undefined) {
    await log.truncateAfter(0);
    return freshState();
  }
  await trainable.restore(directory);
  const { metrics, ...saved } = (await readJson(join(directory, "loop.json"))) as SavedState;
  if (metrics === undefined) await log.truncateAfter(saved.step);
  else if (!(await log.truncateTo(metrics))) report({ kind: "warning", message: log.shortened });
  return { ...saved, bestScore: saved.bestScore ?? Number.NEGATIVE_INFINITY };
}

/**
 * Is the log of the run in `directory` what training wrote, as far as its last checkpoint? False when none vouches for
 * it. @throws DamageError when it is not.
 */
export async function checkMetrics(directory: string): Promise<boolean> {
  const last = await Checkpoints.ofRun(directory).find("last");
  if (last === undefined) return false;
  const { metrics } = (await readJson(join(last, "loop.json"))) as SavedState;
  if (metrics !== undefined) await new MetricsLog(join(directory, "metrics.jsonl")).check(metrics);
  return metrics !== undefined;
}

function stopReason(state: LoopState, options: LoopOptions): StopReason | undefined {
  if (state.epoch >= options.epochs) return "epochs";
  if (state.staleEpochs >= options.patience) return "patience";
  if (options.maxMinutes > 0 && state.seconds >= options.maxMinutes * 60) return "time";
  return undefined;
}

function diverged(where: string, { directory }: LoopOptions): DivergedWords {
  const todo = "Train again with lower learning rates (learningRate, interestLearningRate) or more warmupSteps.";
  return { of: directory, where, todo };
}

function cancelled(directory: string): string {
  return `${directory}: training was interrupted; the last checkpoint is kept. Go on with --resume.`;
}

/** Of the training itself, not of a part, whose notices bear its name. */
export function isValidationNotice(event: ProgressEvent): boolean {
  return event.kind === "notice" && /^epoch \d+: validation /.test(event.message);
}

function validationNotice(state: LoopState, figures: Readonly<Record<string, number>>): string {
  const shown = Object.entries(figures).map(([name, value]) => `${name} ${decimals(value)}`);
  const verdict = state.bestEpoch === state.epoch ? "best so far" : `best was epoch ${state.bestEpoch}`;
  return `epoch ${state.epoch}: validation ${shown.join(", ")} (${verdict})`;
}

/** Means of named figures since the last line. */
class RunningMeans {
  private sums = new Map<string, { total: number; count: number }>();
  private last = "";

  add(figures: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(figures)) {
      const entry = this.sums.get(name) ?? { total: 0, count: 0 };
      this.sums.set(name, { total: entry.total + value, count: entry.count + 1 });
    }
  }

  take(): Record<string, number> {
    const means = Object.fromEntries([...this.sums].map(([name, { total, count }]) => [name, total / count]));
    this.sums = new Map();
    this.last = Object.entries(means)
      .map(([name, value]) => `${name} ${decimals(value, 3)}`)
      .join(" ");
    return means;
  }

  note(): string {
    return this.last;
  }
}
