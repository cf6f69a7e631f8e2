// What a training is asked for.

import type { Report } from "../../base/progress.ts";
import type { Given } from "../../base/settings.ts";
import type { Dataset } from "../../data/index.ts";
import type { Crew } from "../../recommenders/generative/index.ts";
import type { SharedWork } from "../../training/shared-work.ts";
import type { trainSettings } from "./settings.ts";

export interface TrainOptions extends Given<typeof trainSettings> {
  /** Its directory, or the dataset opened. */
  readonly dataset: string | Dataset;
  /** Option values over the preset's. */
  readonly overrides?: Readonly<Record<string, unknown>> | undefined;
  /** Who computes parts of batches beside this process; see `withCrew`. */
  readonly crew?: Crew | undefined;
  /** What other trainings prepared, and where this one leaves its own. */
  readonly shared?: SharedWork | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}
