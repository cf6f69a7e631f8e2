// A stored comparison as question sets of systems: columns of one question become its metrics.
import type { Measured } from "../../showing/interval-plot.tsx";
import { listAt, numberAt, recordsAt, type Stored, wordsAt } from "../../showing/stored.ts";
import type { MeasuredSet } from "../runs/measures.tsx";

export function comparedSets(comparison: Stored): readonly MeasuredSet[] {
  const systems = recordsAt(comparison, "systems").map((one) => wordsAt(one, "label") ?? "");
  const reference = numberAt(comparison, "reference");
  const datasets = recordsAt(comparison, "datasets").length;
  return recordsAt(comparison, "questions").flatMap((question) => {
    const columns = recordsAt(question, "columns");
    const names = [...new Set(columns.map((column) => wordsAt(column, "dataset") ?? ""))];
    return names.map((dataset) => {
      const own = columns.filter((column) => wordsAt(column, "dataset") === dataset);
      const words = (wordsAt(question, "question") ?? "").replace("-", " ");
      return {
        question: datasets > 1 ? `${words}, ${dataset}` : words,
        systems: systems.map((name, at) => ({
          key: name,
          name,
          isOwn: at === reference,
          measured: Object.fromEntries(own.flatMap((column) => measuredAt(column, at))),
        })),
      };
    });
  });
}

function measuredAt(column: Stored, at: number): readonly (readonly [string, Measured])[] {
  const metric = wordsAt(column, "metric");
  const cell = listAt(column, "cells")[at];
  const value = numberAt(cell, "value");
  if (metric === undefined || value === undefined) return [];
  const seeds = listAt(cell, "values").filter((one): one is number => typeof one === "number");
  const low = numberAt(cell, "low") ?? (seeds.length > 1 ? Math.min(...seeds) : undefined);
  const high = numberAt(cell, "high") ?? (seeds.length > 1 ? Math.max(...seeds) : undefined);
  return [[metric, { value, low, high }]];
}
