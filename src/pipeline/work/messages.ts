// What a pool and its worker processes tell each other.
import type { ProgressEvent } from "../../base/progress.ts";
import type { Given } from "../../base/settings.ts";
import type { workerSettings } from "./settings.ts";

/** What a worker process is to work for. */
export type PoolPlace = Omit<Given<typeof workerSettings>, "untilIdle">;

export type ToWorker = { readonly kind: "work"; readonly place: PoolPlace } | { readonly kind: "stop" };

export type FromWorker =
  | { readonly kind: "event"; readonly event: ProgressEvent }
  | { readonly kind: "failed"; readonly message: string };
