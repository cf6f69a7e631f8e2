// What came of answers: shares of them that led to a click or a purchase, and differences between groups, each with a
// 95 % interval.
import type { Attribution } from "../contract/index.ts";
import type { AnswerCounts } from "./store.ts";

export interface Rate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Of the normal distribution, for 95 %. */
const Z = 1.959963984540054;

/** Wilson's interval: of few answers it is wide, and it never leaves [0, 1]. */
export function rateOf(hits: number, of: number): Rate {
  if (of === 0) return { value: 0, low: 0, high: 1 };
  const p = hits / of;
  const scale = 1 / (1 + Z ** 2 / of);
  const centre = scale * (p + Z ** 2 / (2 * of));
  const half = scale * Z * Math.sqrt((p * (1 - p)) / of + Z ** 2 / (4 * of ** 2));
  return {
    value: p,
    low: hits === 0 ? 0 : Math.max(0, centre - half),
    high: hits === of ? 1 : Math.min(1, centre + half),
  };
}

/** a minus b, by Newcombe's interval of two Wilson intervals. */
export function differenceOf(a: Rate, b: Rate): Rate {
  const value = a.value - b.value;
  return {
    value,
    low: value - Math.hypot(a.value - a.low, b.high - b.value),
    high: value + Math.hypot(a.high - a.value, b.value - b.low),
  };
}

export function attributionOf(counts: readonly AnswerCounts[]): Attribution {
  const groups = counts.map(({ name, answers, shown, clicks, purchases }) => ({
    name,
    answers,
    shown,
    clicks,
    purchases,
    clickRate: rateOf(clicks, answers),
    purchaseRate: rateOf(purchases, answers),
  }));
  const pairs = groups.flatMap((a, at) =>
    groups.slice(at + 1).map((b) => ({
      a: a.name,
      b: b.name,
      clickRate: differenceOf(a.clickRate, b.clickRate),
      purchaseRate: differenceOf(a.purchaseRate, b.purchaseRate),
    })),
  );
  return { groups, pairs };
}
