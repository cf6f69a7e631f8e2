// Trains in a process of its own, so that the memory it takes is its own alone: a process that trained other systems
// before keeps some of theirs.
import type { MemoryUse } from "../../../base/memory-watch.ts";
import { ownProgram } from "../../../base/own-program.ts";
import { type Watched, workApart } from "../../apart/index.ts";
import type { TrainOptions, TrainSummary } from "../../train/index.ts";

/** A training as it can be sent: data by their place, and nothing that others prepared. */
export interface SentTraining extends Omit<TrainOptions, "dataset" | "shared" | "report" | "signal"> {
  readonly dataset: string;
}

export interface TrainedApart {
  readonly summary: TrainSummary;
  /** Of the process that trained it. */
  readonly memory: MemoryUse;
}

const PROGRAM = ownProgram("pipeline/study/apart/training-process");

/** @throws as `train` does: an error of this training alone is an Error and nothing more. */
export async function trainApart(task: SentTraining, watched: Watched): Promise<TrainedApart> {
  const work = { program: PROGRAM, task, where: task.out, device: task.device };
  const { result, memory } = await workApart<SentTraining, TrainSummary>(work, watched);
  return { summary: result, memory };
}
