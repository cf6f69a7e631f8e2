// What a study and the process of one of its trainings tell each other.
import type { MemoryUse } from "../../../base/memory-watch.ts";
import type { ProgressEvent } from "../../../base/progress.ts";
import type { TrainOptions, TrainSummary } from "../../train/index.ts";
import type { Scope } from "../whose-failure.ts";

/** A training as it can be sent: data by their place, and nothing that others prepared. */
export interface SentTraining extends Omit<TrainOptions, "dataset" | "shared" | "report" | "signal"> {
  readonly dataset: string;
}

export type ToTraining = { readonly kind: "train"; readonly options: SentTraining } | { readonly kind: "stop" };

export type FromTraining =
  | { readonly kind: "event"; readonly event: ProgressEvent }
  | { readonly kind: "done"; readonly summary: TrainSummary; readonly memory: MemoryUse }
  | { readonly kind: "failed"; readonly scope: Scope; readonly message: string };
