// The columns of one question: values by system and seed, tests against the reference, best and second best.
import type { AnyMetric } from "../../evaluation/index.ts";
import { type Answers, type DatasetAnswers, metricOf } from "./answers.ts";
import { corrected, type RawCell, testsAgainst } from "./cell-tests.ts";
import type { ComparedCell, ComparedColumn, Gain } from "./comparison.ts";
import type { Row } from "./row.ts";
import { meanOverSeeds } from "./seed-means.ts";
import type { TestedOver } from "./settings.ts";

/** What all columns of one comparison share. */
export interface Frame {
  readonly rows: readonly Row[];
  /** Position in `rows`. */
  readonly reference: number;
  readonly test: TestedOver;
}

/** One column before anything is reckoned. */
export interface AskedColumn {
  readonly dataset: string;
  readonly metric: AnyMetric;
  /** By row. */
  readonly answers: readonly (readonly Answers[])[];
}

/**
 * One for each data set and metric.
 * @throws UsageError for a metric that the stored ranks do not reach.
 */
export function columnsOf(
  frame: Frame,
  answers: readonly DatasetAnswers[],
  metrics: readonly AnyMetric[],
): ComparedColumn[] {
  const asked = answers.flatMap(({ dataset, byRow }) => metrics.map((metric) => ({ dataset, metric, answers: byRow })));
  return testedColumns(frame, asked);
}

/** In their order. Holm's correction runs over the tests of all of them. */
export function testedColumns(frame: Frame, asked: readonly AskedColumn[]): ComparedColumn[] {
  const { reference } = frame;
  const cells = asked.map(({ answers, metric }) =>
    answers.map((own, i) => cellOf(own, metric, i === reference ? [] : answers[reference]!)),
  );
  return corrected(cells).map((own, i) => {
    const { dataset, metric } = asked[i]!;
    return finish({ dataset, metric, cells: own }, frame);
  });
}

function cellOf(own: readonly Answers[], metric: AnyMetric, reference: readonly Answers[]): RawCell | null {
  if (own.length === 0) return null;
  const values = own.map((answers) => metricOf(answers, metric));
  const interval = own.length === 1 ? own[0]!.metrics[metric] : undefined;
  return {
    ...meanOverSeeds(own, values),
    low: interval?.low,
    high: interval?.high,
    ...testsAgainst(own, reference, metric),
  };
}

/** Positions from the best on, of what may stand beside the reference. */
function placesOf(cells: readonly (ComparedCell | null)[], rows: readonly Row[]): number[] {
  return [...cells.keys()]
    .filter((i) => cells[i] !== null && rows[i]!.differences.length === 0)
    .sort((a, b) => cells[b]!.value - cells[a]!.value);
}

/** A gain is over single systems: a fusion may hold the reference itself. */
function finish(
  column: Pick<ComparedColumn, "dataset" | "metric" | "cells">,
  { rows, reference, test }: Frame,
): ComparedColumn {
  const { cells } = column;
  const order = placesOf(cells, rows);
  const over = order.find((i) => i !== reference && rows[i]!.kind !== "fused");
  const [best, second] = order;
  const own = cells[reference];
  return {
    ...column,
    best,
    second,
    gain: own && over !== undefined ? gainOf(own, cells[over]!, over, test) : undefined,
  };
}

function gainOf(own: ComparedCell, other: ComparedCell, over: number, test: TestedOver): Gain {
  const absolute = own.value - other.value;
  return {
    over,
    absolute,
    relative: other.value === 0 ? undefined : absolute / other.value,
    pValue: other[test]?.tTest.adjusted,
  };
}
