import type { Given } from "../base/settings.ts";
import type { ConvertTables } from "./converted/convert-ahead.ts";
import type { Reader } from "./raw-shop.ts";
import type { importSettings } from "./settings.ts";

export interface ImportOptions extends Given<typeof importSettings> {
  /** A reader of your own, instead of `dir` and `interactions`. */
  readonly read?: Reader | undefined;
  /** Has text files of interactions read by others; the dataset is the same. */
  readonly convert?: ConvertTables | undefined;
  /** When it fires, the work stops before the directory moves into place. */
  readonly signal?: AbortSignal | undefined;
}
