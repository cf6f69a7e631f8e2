// A part of a training in a process of its own, beside the rest of it.
import { ownProgram } from "../../../base/own-program.ts";
import type { TrainResult } from "../../../recommenders/definition.ts";
import { ProcessEndedError, type Watched, workApart } from "../../apart/index.ts";
import type { SentPart } from "./train-part.ts";

const PROGRAM = ownProgram("pipeline/train/apart/part-process");

/**
 * What `trainPart` of the run's system gives; undefined where the process was ended from outside, which is told.
 * @throws as `train` does.
 */
export async function trainPartApart(task: SentPart, watched: Watched): Promise<TrainResult | undefined> {
  try {
    const { result, memory } = await workApart<SentPart, TrainResult>(
      { program: PROGRAM, task, where: task.out },
      watched,
    );
    return { ...result, apartBytes: memory.peakBytes };
  } catch (error) {
    if (!(error instanceof ProcessEndedError) || watched.signal?.aborted) throw error;
    const message = `the process of the ${task.part} model ended by ${error.how} before it was done, as one does for which there is no memory. Its last checkpoint is kept, and it goes on here once the rest is trained; --threads 1 starts no such process.`;
    watched.report?.({ kind: "warning", message });
    return undefined;
  }
}
