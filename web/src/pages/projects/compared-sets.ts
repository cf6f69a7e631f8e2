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

const SEEDS = "the line reaches from the lowest seed to the highest";
const USERS = "the line is the 95 % interval over users";

/** What the lines of such sets are: systems of one training have intervals over users, others have their seeds. */
export function spreadWords(sets: readonly MeasuredSet[]): string {
  const measured = sets.flatMap(({ systems }) => systems.flatMap((system) => Object.values(system.measured)));
  const drawn = measured.filter(({ low }) => low !== undefined);
  if (drawn.length === 0) return "nothing is known of how far they vary";
  if (drawn.every(({ isOverSeeds }) => isOverSeeds)) return SEEDS;
  return drawn.some(({ isOverSeeds }) => isOverSeeds) ? `${SEEDS}; of a system measured once, ${USERS}` : USERS;
}

function measuredAt(column: Stored, at: number): readonly (readonly [string, Measured])[] {
  const metric = wordsAt(column, "metric");
  const cell = listAt(column, "cells")[at];
  const value = numberAt(cell, "value");
  if (metric === undefined || value === undefined) return [];
  const seeds = listAt(cell, "values").filter((one): one is number => typeof one === "number");
  const [low, high] = [numberAt(cell, "low"), numberAt(cell, "high")];
  if (low !== undefined && high !== undefined) return [[metric, { value, low, high }]];
  if (seeds.length < 2) return [[metric, { value }]];
  return [[metric, { value, low: Math.min(...seeds), high: Math.max(...seeds), isOverSeeds: true }]];
}
