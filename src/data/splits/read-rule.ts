// Which split is asked for: exactly one option says so.
import { InputError, UsageError } from "../../base/errors.ts";
import type { RawShop } from "../raw-shop.ts";
import type { SplitRule } from "./dataset-split.ts";

export interface AskedRule {
  readonly coldItems?: number | undefined;
  readonly coldUsers?: number | undefined;
  readonly time?: string | undefined;
  readonly seed: number;
}

const QUANTILE = /^0?\.\d+$/;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** @throws UsageError for none or several of the options, or a time that cannot be read; InputError for no times. */
export function readRule(asked: AskedRule, { timestamps }: Pick<RawShop, "timestamps">, where: string): SplitRule {
  const { coldItems, coldUsers, time, seed } = asked;
  const given = [coldItems, coldUsers, time].filter((value) => value !== undefined).length;
  if (given !== 1) {
    const found = given === 0 ? "none" : String(given);
    throw new UsageError(
      `isrf data split: found ${found} of --cold-items, --cold-users and --time, expected exactly one.`,
    );
  }
  if (coldItems !== undefined) return { kind: "cold-items", share: coldItems, seed };
  if (coldUsers !== undefined) return { kind: "cold-users", share: coldUsers, seed };
  return momentOf(time!, timestamps, where);
}

function momentOf(time: string, timestamps: RawShop["timestamps"], where: string): SplitRule {
  if (timestamps === undefined || timestamps.some((times) => times.some(Number.isNaN))) {
    throw new InputError({
      where,
      found: timestamps === undefined ? "no times" : "interactions without a time",
      expected: "a time for every interaction",
      todo: "Import with the column of times (--timestamp), or split by --cold-items or --cold-users.",
    });
  }
  if (QUANTILE.test(time)) {
    const quantile = Number(time);
    if (quantile > 0) return { kind: "time", from: quantileOf(timestamps, quantile), quantile };
  }
  // Without a time zone a date of ECMAScript is in UTC, but a date with a time of day is not.
  const zoned = /T[^Z+-]+$/.test(time) ? `${time}Z` : time;
  const from = ISO_DATE.test(time) ? Date.parse(zoned) / 1000 : Number.NaN;
  if (!Number.isNaN(from)) return { kind: "time", from };
  throw new UsageError(
    `--time ${time}: expected an ISO date (2024-05-01, 2024-05-01T12:00:00Z) or a quantile of the times (.8).`,
  );
}

/** The moment before which (about) this share of all interactions happened. */
function quantileOf(timestamps: readonly Float64Array[], quantile: number): number {
  const all = new Float64Array(timestamps.reduce((sum, times) => sum + times.length, 0));
  let at = 0;
  for (const times of timestamps) {
    all.set(times, at);
    at += times.length;
  }
  return all.sort()[Math.floor(quantile * all.length)]!;
}
