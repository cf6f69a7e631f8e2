// Where a run is opened: on which device, and where its dataset lies by now.
import type { Given } from "../base/settings.ts";
import type { CompileOptions } from "../engine/index.ts";
import type { placeSettings } from "./settings.ts";

export type Place = Given<typeof placeSettings>;

/** The same as `openRun` takes it. */
export function openOptions({ dataset, device, threads }: Place): {
  dataset?: string | undefined;
  compile: CompileOptions;
} {
  return { dataset, compile: { device, threads } };
}
