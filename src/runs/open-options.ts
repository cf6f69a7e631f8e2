// Where a run is opened: on which device, and where its dataset lies by now.
import type { CompileOptions, Device } from "../engine/index.ts";

export interface Place {
  /** Where the dataset lies now, when it has moved. */
  readonly dataset?: string | undefined;
  /** Default: the device of the training. */
  readonly device?: Device | undefined;
  /** CPU threads. Default: one per core. */
  readonly threads?: number | undefined;
}

/** The same as `openRun` takes it. */
export function openOptions({ dataset, device, threads }: Place): {
  dataset?: string | undefined;
  compile: CompileOptions;
} {
  return { dataset, compile: { device, threads } };
}
