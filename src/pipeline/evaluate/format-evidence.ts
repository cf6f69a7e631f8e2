// What a model learned of the terms of its scores, as tables for a terminal.
import { decimals, signed } from "../../base/written-numbers.ts";
import {
  type Gain,
  isClear,
  type LearnedEvidence,
  type TaskTermWeights,
  type TermWorth,
} from "../../recommenders/learned-evidence.ts";
import { compactTable } from "./format-details.ts";

const GROUPS = ["all", "short history", "rare item"] as const;
const GROUP_TITLES = { all: "all", "short history": "history below 5", "rare item": "answer taken 1-4x" } as const;

export function evidenceLines({ weights, worth, alsoChose = 0, generator }: LearnedEvidence): string[] {
  return [
    "how far each term is believed, by items of the history and by how often the item was taken in training",
    ...weights.flatMap((task) => [task.task, weightTable(task)]),
    `what answers lose without a term, the other weights learned again; on validation users${chose(alsoChose)}`,
    ...worth.flatMap((one) => [one.question, worthTable(one)]),
    ...(generator === undefined ? [] : [generatorLine(generator)]),
  ];
}

function chose(users: number): string {
  return users === 0 ? "" : `, of whom ${users} also chose a checkpoint`;
}

function weightTable({ terms }: TaskTermWeights): string {
  const [first] = terms;
  const isDirect = first?.popularCandidates !== undefined;
  const table = compactTable([
    "",
    ...(first?.byHistory ?? []).map(({ label }) => `history\n${label}`),
    ...(first?.byCount ?? []).map(({ label }) => `taken\n${label}x`),
    ...(isDirect ? ["popular\ncandidates"] : []),
  ]);
  for (const { term, byHistory, byCount, popularCandidates } of terms) {
    const cells = [...byHistory, ...byCount].map(({ weight }) => decimals(weight, 2));
    table.push([term, ...cells, ...(popularCandidates === undefined ? [] : [signed(popularCandidates)])]);
  }
  return table.toString();
}

/** The whole answer's metrics, and below them what each loses. */
function worthTable({ whole, witnesses }: TermWorth): string {
  const table = compactTable([
    "",
    ...GROUPS.flatMap((group) => [`${GROUP_TITLES[group]}\n${whole[group].users} users\nHR@10`, "\n\nNDCG@10"]),
  ]);
  table.push(["all terms", ...GROUPS.flatMap((group) => [decimals(whole[group].hr10), decimals(whole[group].ndcg10)])]);
  for (const { witness, without } of witnesses) {
    const lost = GROUPS.flatMap((group) => [
      difference(without[group].hr10, whole[group].hr10),
      difference(without[group].ndcg10, whole[group].ndcg10),
    ]);
    table.push([`without ${witness}`, ...lost]);
  }
  return table.toString();
}

function difference(value: number, whole: number): string {
  const text = decimals(value - whole);
  return Number(text) === 0 ? "0" : value > whole ? `+${text}` : text;
}

function generatorLine(gains: Readonly<Record<"sequential" | "direct", Gain>>): string {
  const told = (["sequential", "direct"] as const).map((task) => {
    const { gain, error } = gains[task];
    const sure = error === undefined ? "" : ` ± ${decimals(error)}`;
    return `${task} ${gain > 0 ? "+" : ""}${decimals(gain)}${sure}${isClear(gains[task]) ? "" : " (not heard)"}`;
  });
  return `the generator, in log-likelihood of unseen answers: ${told.join(", ")}`;
}
