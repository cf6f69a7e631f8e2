import type { Given } from "../base/settings.ts";
import type { Reader } from "./raw-shop.ts";
import type { importSettings } from "./settings.ts";

export interface ImportOptions extends Given<typeof importSettings> {
  /** A reader of your own, instead of `dir` and `interactions`. */
  readonly read?: Reader | undefined;
  /** When it fires, the work stops before the directory moves into place. */
  readonly signal?: AbortSignal | undefined;
}
