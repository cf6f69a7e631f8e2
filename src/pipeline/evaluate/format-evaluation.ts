// The one place that rounds: an evaluation as tables for a terminal.
import Table from "cli-table3";
import { decimals, percent } from "../../base/written-numbers.ts";
import { PAPER_BANNER } from "../../data/index.ts";
import { type AnyMetric, METRIC_NAMES } from "../../evaluation/index.ts";
import type { EvaluationRecord, SystemEvaluation, TaskEvaluation } from "./evaluation-record.ts";
import { bucketTables, listTable } from "./format-details.ts";
import { evidenceLines } from "./format-evidence.ts";
import { publicLines } from "./format-paper.ts";
import { sentenceLines } from "./format-sentences.ts";

/** NDCG@1 equals HR@1 and is left to the record. */
const COLUMNS: readonly AnyMetric[] = METRIC_NAMES.filter((name) => name !== "NDCG@1");
const KINDS = { model: "", yardstick: "\n(untrained)", canary: "\n(canary)", fused: "\n(fused)" } as const;

export interface FormatOptions {
  /** Columns. Default: the standard metrics without NDCG@1. */
  readonly columns?: readonly AnyMetric[] | undefined;
  /** Also what the lists show, and users and items by how much is known of them. Default false. */
  readonly details?: boolean | undefined;
}

/** One table per question with 95 % intervals, then checks and fingerprint; about 100 columns wide by default. */
export function formatEvaluation(
  record: EvaluationRecord,
  { columns = COLUMNS, details = false }: FormatOptions = {},
): string {
  const { users, checks, fingerprint, seconds } = record;
  const head = [
    `${record.system} on ${record.dataset.name}, ${record.split} split, protocol ${record.protocol}: ` +
      `${whole(users.evaluated)} of ${whole(users.total)} users in ${decimals(seconds, 1)} s`,
    ...(record.startedFrom === undefined ? [] : [`trained from the parameters of ${record.startedFrom.directory}`]),
    ...(record.dataset.asks === undefined ? [] : [`asked of a data set that was split: ${record.dataset.asks}`]),
    ...(record.protocol === "paper" ? [PAPER_BANNER] : []),
    ...(record.without === undefined ? [] : [`without ${record.without.join(", ")}; the other weights as they are`]),
    ...(record.favourNew === undefined
      ? []
      : [`${record.favourNew} added to the score of items that training never saw`]),
  ];
  const failed = checks.filter(({ verdict }) => verdict === "fail");
  const unknown = checks.filter(({ verdict }) => verdict === "unknown");
  const tail = [
    "± half of the 95 % bootstrap interval over users; a canary scores high only where item numbers leak",
    `checks: ${checks.length - failed.length - unknown.length} of ${checks.length} passed`,
    ...failed.map(({ name, detail }) => `  FAILED ${name}: ${detail}`),
    ...unknown.map(({ name, detail }) => `  NOT MEASURED ${name}: ${detail}`),
    `fingerprint ${fingerprint.hash.slice(0, 16)} (compare only results with the same one)`,
  ];
  return [
    ...head,
    ...record.tasks.flatMap((task) => [
      "",
      taskTitle(task),
      taskTable(task, columns),
      ...limitLines(task),
      ...fusionLines(task),
      ...decodingLines(task),
      ...publicLines(task),
      ...(details ? [listTable(task), ...bucketTables(task)] : []),
    ]),
    ...(record.sentences === undefined ? [] : ["", ...sentenceLines(record.sentences)]),
    ...(record.evidence === undefined ? [] : ["", ...evidenceLines(record.evidence)]),
    "",
    ...tail,
  ].join("\n");
}

function taskTitle({ task, among, candidates, answers, coldTargets }: TaskEvaluation): string {
  const space =
    candidates === undefined
      ? `about ${whole(answers)} unseen ${among ?? "items"} each`
      : `1 + ${whole(answers - 1)} candidates each, negatives drawn by ${candidates === "uniform" ? "chance" : candidates}`;
  return `${task}: ${space}; ${percent(coldTargets, 1)} of the answers never occur in training`;
}

function taskTable({ systems, random, users }: TaskEvaluation, columns: readonly AnyMetric[]): string {
  const table = new Table({
    head: ["", ...columns],
    colAligns: ["left", ...columns.map(() => "right" as const)],
    style: { head: [], border: [] },
  });
  for (const system of systems) table.push(systemRow(system, columns, users));
  table.push(["random order\n(expected)", ...columns.map((name) => decimals(random[name]!))]);
  return table.toString();
}

/** Below each value half the width of its 95 % interval. */
function systemRow(system: SystemEvaluation, columns: readonly AnyMetric[], users: number): string[] {
  const { name, metrics, kind, unanswered, coldItemsByChance } = system;
  const sign = `${unanswered === undefined ? "" : " –"}${coldItemsByChance === true ? " °" : ""}`;
  const cells = columns.map((metric) => {
    if (unanswered === users) return "–";
    const { value, low, high } = metrics[metric]!;
    return `${decimals(value)}\n±${decimals((high - low) / 2)}`;
  });
  return [`${name.replaceAll(" + ", "\n+ ")}${sign}${KINDS[kind]}`, ...cells];
}

/** What systems cannot do of what is asked. */
function limitLines({ systems, users }: TaskEvaluation): string[] {
  const silent = systems.filter(({ unanswered }) => unanswered !== undefined);
  const blind = systems.filter(({ coldItemsByChance }) => coldItemsByChance);
  const words = silent.map(({ name, unanswered }) => `${name} ${whole(unanswered!)} of ${whole(users)}`);
  return [
    ...(silent.length === 0
      ? []
      : [`– cannot answer users whom training never saw, who count as misses: ${words.join(", ")}`]),
    ...(blind.length === 0
      ? []
      : [
          `° knows nothing of items that training never saw: where they stand in its lists means nothing: ${namesOf(blind)}`,
        ]),
  ];
}

function namesOf(systems: readonly SystemEvaluation[]): string {
  return systems.map(({ name }) => name).join(", ");
}

function fusionLines({ systems }: TaskEvaluation): string[] {
  return systems.flatMap(({ name, fusion }) => (fusion === undefined ? [] : [`${name}: ${fusion}`]));
}

function decodingLines({ systems }: TaskEvaluation): string[] {
  return systems.flatMap(({ name, decoding }) =>
    decoding === undefined
      ? []
      : [
          `${name} generated ${whole(decoding.hypotheses)} texts: ${percent(decoding.invalid)} invalid, ` +
            `${percent(decoding.duplicate)} repeated, ${percent(decoding.outside)} not to be answered`,
        ],
  );
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
