// A compiled program. It holds native memory: call `dispose()`.
import type { TensorData } from "../trace/tensor.ts";
import type { Program } from "../trace/trace.ts";
import type { Device } from "./device.ts";
import type { Feeds } from "./feeds.ts";

/** Where and how a program is to run. */
export interface CompileOptions {
  /** "cpu" when absent. */
  readonly device?: Device | undefined;
  /** Threads inside one op; onnxruntime's default (all cores) when absent. */
  readonly threads?: number | undefined;
}

/** A compiled program. It holds native memory: call `dispose()`. */
export interface Executable {
  readonly program: Program;
  /**
   * Run once. `feeds` holds every input except constants; results are fresh arrays, or those given in `into`
   * (which must not be among the feeds).
   * @throws UsageError for a missing, misnamed or wrongly sized feed, or after `dispose()`.
   */
  run<Name extends string = string>(
    feeds: Feeds,
    into?: Readonly<Record<string, TensorData>>,
  ): Promise<Record<Name, TensorData>>;
  /** Give the memory back, once runs that are under way have ended. */
  dispose(): Promise<void>;
}
