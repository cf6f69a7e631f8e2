// What the vectors of a study are like, as a table.
import { decimals, percent } from "../../base/written-numbers.ts";
import { type PlainTable, type TableCell, wholeCell } from "../tables/index.ts";
import type { VectorFigures } from "./vector-figures.ts";

const HEAD = [
  ...["", "texts by", "vectors", "k", "neighbours share", "by chance", "times chance"],
  ...["skewness", "in most lists", "in nobody's", "leak L5"],
];

const NOTES = [
  "neighbours share: pairs of a user and one of the k most similar users who have a held-out item in common, of all; by chance: of as many drawn at random; it is looked at when trainings are done, and by none of them",
  "skewness: of how many lists a user is in (0: all are in as many; above 1: a few are everybody's neighbours); in most lists: how many name the user who is named most; in nobody's: users whom none names",
];

export function vectorTable(figures: readonly VectorFigures[]): PlainTable {
  return {
    title: "What the vectors are like",
    head: HEAD,
    rows: figures.map(rowOf),
    notes: [...NOTES, ...searchNotes(figures), ...gapNotes(figures), ...leakNotes(figures)],
  };
}

function rowOf(own: VectorFigures): TableCell[] {
  const { textsBy, encoder, dimensions, graph, leak } = own;
  const { neighbours, agreement, chance, skewness, most, unlisted } = graph;
  const times = chance === 0 ? undefined : number(agreement / chance, 2);
  return [
    ...[nameOf(own), textsBy, `${encoder}, ${dimensions}`, wholeCell(neighbours)],
    ...[number(agreement, 5), number(chance, 5), times, number(skewness, 2), wholeCell(most)],
    ...[{ value: unlisted, text: percent(unlisted, 1) }, leak.verdict],
  ];
}

function number(value: number, digits: number): TableCell {
  return { value, text: decimals(value, digits) };
}

function nameOf({ dataset, embeddings, labels }: VectorFigures): string {
  const others = labels.filter((label) => label !== embeddings);
  return `${dataset} ${embeddings}${others.length === 0 ? "" : ` (${others.join(", ")})`}`;
}

function searchNotes(figures: readonly VectorFigures[]): string[] {
  const approximate = figures.filter(({ graph }) => graph.search === "approximate").map(nameOf);
  return approximate.length === 0 ? [] : [`similar users were searched approximately: ${approximate.join("; ")}`];
}

/** Texts that fall back on attributes make vectors of different texts alike. */
function gapNotes(figures: readonly VectorFigures[]): string[] {
  const gaps = figures.flatMap((own) => {
    const { items, users } = own;
    if (items.coverage === 1 && users.coverage === 1) return [];
    return [`${nameOf(own)} ${percent(items.coverage, 1)} of the items, ${percent(users.coverage, 1)} of the users`];
  });
  return gaps.length === 0 ? [] : [`with reasoned texts, the others by their attributes: ${gaps.join("; ")}`];
}

/** Why each verdict was given, rows of one reason together. */
function leakNotes(figures: readonly VectorFigures[]): string[] {
  const reasons = new Map<string, VectorFigures[]>();
  for (const own of figures) {
    const reason = `L5 ${own.leak.verdict}: ${own.leak.reason}`;
    reasons.set(reason, [...(reasons.get(reason) ?? []), own]);
  }
  return [...reasons].map(([reason, own]) => {
    return own.length === figures.length ? reason : `${reason} (${own.map(nameOf).join("; ")})`;
  });
}
