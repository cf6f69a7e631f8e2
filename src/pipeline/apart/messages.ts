// What a process and the one that works for it tell each other.
import type { MemoryUse } from "../../base/memory-watch.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import type { Scope } from "./whose-failure.ts";

export type ToProcess<Task> = { readonly kind: "begin"; readonly task: Task } | { readonly kind: "stop" };

export type FromProcess<Result> =
  | { readonly kind: "event"; readonly event: ProgressEvent }
  | { readonly kind: "done"; readonly result: Result; readonly memory: MemoryUse }
  | { readonly kind: "failed"; readonly scope: Scope; readonly message: string };
