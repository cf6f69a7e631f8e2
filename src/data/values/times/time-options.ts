// `--time-format` and `--time-zone`: how times are written, where somebody says so.
import { UsageError } from "../../../base/errors.ts";
import { fixedOffset } from "./date-sql.ts";
import type { NumberForm } from "./time-numbers.ts";
import type { DateOrder } from "./time-shape.ts";
import { isZoneName } from "./time-words.ts";

export interface TimeOptions {
  /** `iso`, `unix`, `day-first`, ..., or a pattern such as `%d.%m.%Y %H:%M`. Default: told by the whole column. */
  readonly timeFormat?: string | undefined;
  /** Clocks that times without a zone were read from: `Europe/Berlin`, `+02:00`. Default: UTC. */
  readonly timeZone?: string | undefined;
}

const NUMBER_NAMES: readonly NumberForm[] = ["unix", "unix-ms", "unix-us", "unix-ns", "unix-days", "excel", "order"];
const ORDER_NAMES: Readonly<Record<string, DateOrder>> = {
  iso: "ymd",
  "year-first": "ymd",
  "day-first": "dmy",
  "month-first": "mdy",
};

/** What `--time-format` decides. */
export interface TimeChoice {
  readonly number?: NumberForm | undefined;
  readonly order?: DateOrder | undefined;
  readonly pattern?: string | undefined;
}

/** @throws UsageError for a word that is no format and a zone that is not known. */
export function timeChoice({ timeFormat, timeZone }: TimeOptions): TimeChoice {
  if (timeZone !== undefined && !isZoneName(timeZone) && fixedOffset(timeZone) === undefined) {
    throw new UsageError(`--time-zone ${timeZone}: expected a zone such as Europe/Berlin, UTC or +02:00.`);
  }
  if (timeFormat === undefined) return {};
  if (timeFormat.includes("%")) return { pattern: timeFormat };
  const number = NUMBER_NAMES.find((name) => name === timeFormat);
  if (number !== undefined) return { number };
  const order = ORDER_NAMES[timeFormat];
  if (order !== undefined) return { order };
  const known = [...Object.keys(ORDER_NAMES), ...NUMBER_NAMES].join(", ");
  throw new UsageError(`--time-format ${timeFormat}: expected one of ${known}, or a pattern such as %d.%m.%Y %H:%M.`);
}
