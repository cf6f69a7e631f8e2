// Where a run is opened: on which device, and where its dataset lies by now.
import type { CompileOptions, Device } from "../engine/index.ts";

export interface Place {
  /** Where the dataset lies now, when it has moved. */
  readonly dataset?: string;
  /** Default: the device of the training. */
  readonly device?: Device;
  /** CPU threads. Default: one per core. */
  readonly threads?: number;
}

/** The same as `openRun` takes it. */
export function openOptions({ dataset, device, threads }: Place): { dataset?: string; compile: CompileOptions } {
  const compile = { ...(device === undefined ? {} : { device }), ...(threads === undefined ? {} : { threads }) };
  return { ...(dataset === undefined ? {} : { dataset }), compile };
}
