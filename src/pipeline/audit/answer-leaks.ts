// L10, L11, L15 and ties: measured on answers, and on the metrics and ranks that an evaluation has stored.
import { decimals, percent } from "../../base/written-numbers.ts";
import { assertMetricInvariants, EvaluationError, metricValue, type Ranks } from "../../evaluation/index.ts";
import type { RankedList, Recommender } from "../../recommenders/recommender.ts";
import {
  type EvaluationRecord,
  questionName,
  type SystemEvaluation,
  type SystemRanks,
} from "../evaluate/evaluation-record.ts";
import { absent, type Finding, found, notMeasurable, present } from "./finding.ts";
import type { Recorded } from "./recording.ts";

/** Repeats in lists, and metrics that no lists without repeats can have. */
export function repeatLeak(records: readonly Recorded[], systems: readonly SystemEvaluation[]): Finding {
  const repeats = records.filter(({ list }) => new Set(list.items).size < list.items.length).length;
  const generated = records.flatMap(({ list }) => (list.generated === undefined ? [] : [list.generated]));
  const repeatedTexts = generated.filter((items) => {
    const valid = items.filter((item) => item >= 0);
    return new Set(valid).size < valid.length;
  }).length;
  const impossible = systems.flatMap(impossibleMetrics);
  const raw = systems.filter((system) => system.raw !== undefined).length;
  const numbers = { lists: records.length, repeats, repeatedTexts, impossible: impossible.length, raw };
  const shares = `${repeats} of ${records.length} ranked lists hold an item twice; free decoding repeated an item in ${repeatedTexts} of ${generated.length} lists`;
  if (impossible.length > 0) return present("L10", `${shares}; impossible metrics: ${impossible[0]}`, numbers);
  const counted = raw > 0 ? "; raw metrics, printed beside the others, count every repeat" : "";
  return found("L10", repeats > 0 || raw > 0, `${shares}${counted}`, numbers);
}

function impossibleMetrics({ name, metrics }: SystemEvaluation): string[] {
  const values = Object.fromEntries(Object.entries(metrics).map(([metric, interval]) => [metric, interval!.value]));
  try {
    assertMetricInvariants(values as Parameters<typeof assertMetricInvariants>[0], name);
    return [];
  } catch (error) {
    if (error instanceof EvaluationError) return [error.message];
    throw error;
  }
}

/** Places of public lists filled at random. */
export function fillLeak(systems: readonly SystemEvaluation[]): Finding {
  const filled = systems.flatMap(({ raw }) => (raw === undefined ? [] : [raw.filled]));
  if (filled.length === 0) return absent("L11", "lists are never filled up: what is missing is a miss");
  const most = Math.max(...filled);
  return found("L11", most > 0, `raw lists have up to ${percent(most)} of their places filled with random items`, {
    most,
  });
}

/** Ties share their ranks evenly: what the stored metrics would be if ties went to the answer. */
export function tieLeak(ranks: readonly SystemRanks[]): Finding {
  if (ranks.length === 0) return notMeasurable("ties", "no evaluation of this model is stored");
  let tied = 0;
  let users = 0;
  let gain = 0;
  for (const entry of ranks) {
    tied += entry.ranks.tied.reduce((sum, count) => sum + Number(count > 1), 0);
    users += entry.ranks.first.length;
    gain = Math.max(gain, hitRate10(entry.ranks, true) - hitRate10(entry.ranks, false));
  }
  return absent(
    "ties",
    `${tied} of ${users} answers are tied; their ranks are averaged: with every tie for the answer HR@10 would be ${decimals(gain)} higher at most`,
    { tied, users, gain },
  );
}

function hitRate10({ first, tied }: Ranks, favourable: boolean): number {
  const sum = first.reduce((total, rank, i) => total + metricValue("HR@10", rank, favourable ? 1 : tied[i]!), 0);
  return sum / Math.max(1, first.length);
}

/** Stored metrics against the stored ranks, tie by tie. */
export function recordLeak(record: EvaluationRecord | undefined, ranks: readonly SystemRanks[]): Finding {
  if (record === undefined || ranks.length === 0)
    return notMeasurable("record", "no evaluation of this model is stored");
  const wrong: string[] = [];
  for (const { question, ranks: stored } of ranks) {
    const task = record.tasks.find((entry) => question === questionName(entry));
    const system = task?.systems.find(({ name }) => name === record.system);
    for (const metric of ["HR@1", "HR@10", "NDCG@10"] as const) {
      const sum = stored.first.reduce((total, rank, i) => total + metricValue(metric, rank, stored.tied[i]!), 0);
      const value = sum / Math.max(1, stored.first.length);
      const claimed = system?.metrics[metric]?.value;
      if (claimed === undefined || Math.abs(claimed - value) > 1e-9) {
        wrong.push(
          `${question} ${metric} ${claimed === undefined ? "not stored" : decimals(claimed)}, ranks give ${decimals(value)}`,
        );
      }
    }
  }
  return found(
    "record",
    wrong.length > 0,
    wrong.length === 0
      ? `the metrics of ${ranks.length} questions follow from their stored ranks`
      : `stored metrics differ from what their ranks give: ${wrong.join("; ")}`,
    { questions: ranks.length, wrong: wrong.length },
  );
}

/** Scores closer than this are the same: sums in another order. */
const TOLERANCE = 1e-3;

/** Ask users alone whom the recording asked in a batch; `setting` is the model's promptPadding, where it has one. */
export async function batchLeak(
  recommender: Recommender,
  records: readonly Recorded[],
  setting: unknown,
  users = 16,
): Promise<Finding> {
  let changed = 0;
  const asked = recommender.tasks.flatMap((task) => records.filter((record) => record.task === task).slice(0, users));
  for (const { task, userIndex, history, candidates, areDrawn, list } of asked) {
    const count = list.items.length;
    if (count === 0) continue;
    const [alone] =
      task === "sequential"
        ? await recommender.rankSequential([{ userIndex, history }], count)
        : await recommender.rankDirect([{ userIndex, history, candidates: candidates!, areDrawn }], count);
    if (!sameScores(alone!, list)) changed++;
  }
  const isVisible = setting === "visible";
  return found(
    "L15",
    changed > 0 || isVisible,
    `${changed} of ${asked.length} answers change when the user is asked alone instead of in a batch${isVisible ? "; the decoder attends to the prompt's padding (promptPadding visible)" : ""}`,
    { asked: asked.length, changed },
  );
}

function sameScores(a: RankedList, b: RankedList): boolean {
  if (a.items.length !== b.items.length) return false;
  return a.scores.every((score, i) => Math.abs(score - b.scores[i]!) <= TOLERANCE * Math.max(1, Math.abs(score)));
}
