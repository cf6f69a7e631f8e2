// What an id model takes over from a finished run: its parameters, users and items by their ids. Numbers of facts
// (brands, categories) are found again by the items that have them.
import { join } from "node:path";
import { matrix } from "../../base/matrix.ts";
import type { Parameters } from "../../engine/index.ts";
import { floatTensor, readSafetensors } from "../../engine/safetensors.ts";
import { readParameters } from "../../training/parameter-files.ts";
import { carryOver, type KnownRows, type WarmFrom } from "../warm-from.ts";
import type { IdModelSpec, IdTrainingData, ItemFacts } from "./id-model.ts";
import { factsIn } from "./model-files.ts";
import type { IdOptions } from "./options.ts";

/** Puts values of the run in place of fresh ones; rows of new users, items and fact values stay fresh. */
export async function carryFrom<O extends IdOptions>(
  { onNewTexts }: IdModelSpec<O>,
  { run, checkpoint, users, items }: WarmFrom,
  { facts, texts }: Pick<IdTrainingData, "facts" | "texts">,
): Promise<(fresh: Parameters) => void> {
  const stored = await readParameters(checkpoint);
  const path = join(checkpoint, "model.safetensors");
  const model = await readSafetensors(path);
  const before = factsIn(path, model);
  const rows: Record<string, KnownRows> = { users, items };
  for (const [name, fact] of Object.entries(facts)) {
    const old = before[name];
    if (old !== undefined) rows[name] = factRows(old, fact, items);
  }
  return (fresh) => {
    const own = fresh.all.filter(({ name }) => !onNewTexts?.tensors.includes(name));
    carryOver(own, (name) => stored.get(`model/${name}`), rows, run);
    if (onNewTexts === undefined || texts === undefined) return;
    const itemRows = floatTensor(path, model, "items");
    onNewTexts.carry(fresh, matrix(items.before, itemRows.length / items.before, itemRows), items, texts);
  };
}

/**
 * Rows of a fact's values: equal places of one item hold equal values, unless the catalogue says something else of the
 * item now; the value that most items agree on counts.
 */
export function factRows(before: ItemFacts, now: ItemFacts, items: KnownRows): KnownRows {
  const [oldColumns, columns] = [before.shape[1]!, now.shape[1]!];
  const votes = new Map<number, Map<number, number>>();
  items.from.forEach((old, item) => {
    if (old < 0) return;
    for (let column = 0; column < Math.min(oldColumns, columns); column++) {
      const value = now.data[item * columns + column]!;
      const was = before.data[old * oldColumns + column]!;
      if (value === 0 || was === 0) continue;
      const of = votes.get(value) ?? new Map<number, number>();
      votes.set(value, of.set(was, (of.get(was) ?? 0) + 1));
    }
  });
  const from = new Int32Array(largest(now) + 1).fill(-1);
  from[0] = 0; // nothing stays nothing
  for (const [value, of] of votes) from[value] = [...of].reduce((most, vote) => (vote[1] > most[1] ? vote : most))[0];
  return { from, before: largest(before) + 1 };
}

function largest({ data }: ItemFacts): number {
  return data.reduce((most, value) => Math.max(most, value), 0);
}
