// A training from its first step, or from its last checkpoint, to its end: what all trained systems do alike.
import { join } from "node:path";
import { Checkpoints } from "../../training/checkpoints.ts";
import { type LoopOptions, runLoop, type Trainable } from "../../training/loop.ts";
import { MetricsLog } from "../../training/metrics-log.ts";
import type { TrainRequest, TrainResult } from "../definition.ts";
import type { PreparationStage } from "./preparation-clock.ts";

/**
 * Whether there is something to go on from: killed before its first checkpoint, a run begins again, warm start
 * included.
 */
export async function canResume({ resume, directory }: TrainRequest): Promise<boolean> {
  return resume && (await Checkpoints.ofRun(directory).find("last")) !== undefined;
}

export interface TrainingRun {
  /** It is disposed of. */
  readonly trainer: Trainable & { dispose(): Promise<void> };
  readonly request: TrainRequest;
  readonly options: Pick<LoopOptions, "epochs" | "patience" | "checkpointEvery" | "maxMinutes">;
  /** As `canResume` said before the trainer was made. */
  readonly isResuming: boolean;
  /** When its preparation began, in milliseconds. */
  readonly startedMs: number;
  /** What it consisted of, where somebody timed it. */
  readonly preparation?: readonly PreparationStage[] | undefined;
  /** Called before the first step of a run that begins, with its emptied log. */
  readonly begin?: (log: MetricsLog) => Promise<void>;
}

export async function runTraining({
  trainer,
  request,
  options,
  isResuming,
  startedMs,
  begin,
  preparation,
}: TrainingRun): Promise<TrainResult> {
  const preparationSeconds = (Date.now() - startedMs) / 1000;
  const { directory, report, signal, view } = request;
  try {
    if (!isResuming) {
      const log = new MetricsLog(join(directory, "metrics.jsonl"));
      await log.clear();
      await begin?.(log);
    }
    const loop = { ...options, patienceCount: view.patience, directory, resume: isResuming, report, signal };
    return { summary: await runLoop(trainer, loop), preparationSeconds, preparation };
  } finally {
    await trainer.dispose();
  }
}
