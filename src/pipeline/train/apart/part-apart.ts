// A part of a training in a process of its own, beside the rest of it.
import { ownProgram } from "../../../base/own-program.ts";
import type { TrainResult } from "../../../recommenders/definition.ts";
import { type Watched, workApart } from "../../apart/index.ts";
import type { SentPart } from "./train-part.ts";

const PROGRAM = ownProgram("pipeline/train/apart/part-process");

/** What `trainPart` of the run's system gives. @throws as `train` does; ProcessEndedError. */
export async function trainPartApart(task: SentPart, watched: Watched): Promise<TrainResult> {
  const work = { program: PROGRAM, task, where: task.out };
  const { result, memory } = await workApart<SentPart, TrainResult>(work, watched);
  return { ...result, apartBytes: memory.peakBytes };
}
