// Options of answers in a file, as settled: with every default.
import { extname } from "node:path";
import type { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { FILE_FORMATS, type FileFormat, recommendToFileSettings } from "./settings.ts";

export interface RecommendToFileOptions extends Given<typeof recommendToFileSettings> {
  readonly report?: Report | undefined;
  /** Stops between two blocks of users; what was written is kept beside `out` for the next time. */
  readonly signal?: AbortSignal | undefined;
}

export interface Settled extends Omit<z.output<typeof recommendToFileSettings>, "format"> {
  readonly format: FileFormat;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

/** @throws UsageError for options that do not fit, and for a file whose format nothing says. */
export function settle(options: RecommendToFileOptions): Settled {
  const settings = settingsOf("recommend", recommendToFileSettings, options);
  const { report = silent, signal } = options;
  return { ...settings, format: settings.format ?? formatOf(settings.out), report, signal };
}

function formatOf(out: string): FileFormat {
  const ending = extname(out).slice(1).toLowerCase();
  const format = FILE_FORMATS.find((each) => each === ending);
  if (format !== undefined) return format;
  throw new UsageError(`--out ${out}: its ending says no format; add --format ${FILE_FORMATS.join("|")}.`);
}
