// A user's two interests as affinities to categories, for people to look at.
import { cosine, type Matrix, row } from "../../base/matrix.ts";
import type { Item } from "../../data/index.ts";
import type { TwoInterests } from "./explanation.ts";

/** More categories than this at one level are too many to choose from. */
const MOST_CATEGORIES = 40;
const SHOWN = 8;
export interface InterestVectors {
  readonly items: readonly Item[];
  /** Propagated item interests [nItems, d]. */
  readonly itemInterests: Matrix;
  /** The user's individual interest [d]. */
  readonly individual: Float32Array;
  /** Individual interests of the most similar users, [d] each; none where the model reads none. */
  readonly neighbours: readonly Float32Array[];
}

/** Mean cosine with the items of each category, nothing below 0, the largest of both scaled to 1. */
export function twoInterests({ items, itemInterests, individual, neighbours }: InterestVectors): TwoInterests {
  const members = itemsByCategory(items);
  const names = [...members.keys()];
  const affinity = (vector: Float32Array): number[] =>
    names.map((name) => {
      const own = members.get(name)!;
      return Math.max(0, own.reduce((sum, item) => sum + cosine(vector, row(itemInterests, item)), 0) / own.length);
    });
  const own = affinity(individual);
  const group = neighbours.length === 0 ? undefined : affinity(meanOf(neighbours, individual.length));
  const peak = (at: number) => Math.max(own[at]!, group?.[at] ?? 0);
  const largest = Math.max(...names.map((_, at) => peak(at))) || 1;
  const shown = [...names.keys()].sort((a, b) => peak(b) - peak(a)).slice(0, SHOWN);
  const scaled = (values: readonly number[]) => shown.map((at) => values[at]! / largest);
  return {
    categories: shown.map((at) => names[at]!),
    individual: scaled(own),
    group: group && scaled(group),
    note: `Mean cosine between the items of a category and the user's own interest${ofGroup(neighbours.length)}; the largest scaled to 1, nothing below 0.`,
  };
}

function ofGroup(users: number): string {
  return users === 0 ? "" : `, or the mean interest of the ${users} most similar users`;
}

/** By the deepest level of the catalogue that has at most 40 names; items without categories stand under one name. */
function itemsByCategory(items: readonly Item[]): Map<string, number[]> {
  const depth = items.reduce((most, { categories }) => Math.max(most, categories?.length ?? 0), 1);
  let chosen = groupAt(items, 0);
  for (let level = 1; level < depth; level++) {
    const groups = groupAt(items, level);
    if (groups.size <= MOST_CATEGORIES) chosen = groups;
  }
  return chosen;
}

function groupAt(items: readonly Item[], level: number): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  items.forEach(({ categories = [] }, index) => {
    const name = categories[Math.min(level, categories.length - 1)] ?? "no category";
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [index]);
    else group.push(index);
  });
  return groups;
}

function meanOf(vectors: readonly Float32Array[], width: number): Float32Array {
  const mean = new Float32Array(width);
  for (const vector of vectors) for (let c = 0; c < width; c++) mean[c]! += vector[c]! / vectors.length;
  return mean;
}
