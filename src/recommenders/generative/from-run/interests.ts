// Parameters behind the interest tables, of the run before.
import { InputError } from "../../../base/errors.ts";
import { type Matrix, matrix, row } from "../../../base/matrix.ts";
import type { Parameters } from "../../../engine/index.ts";
import { adaptedRows, refitAdapter } from "../../../interests/refit-adapter.ts";
import { carryOver } from "../../warm-from.ts";
import type { GenerativeOptions } from "../options/options.ts";
import { type Before, TEXTS } from "./before.ts";

const ADAPTER = "adapter.";
/** Items' own rows, beside adapted texts a correction of them. */
const ITEMS = "interest.items";

/**
 * Put the run's values in place of fresh ones. `texts` are S~_v of the data now. Where items have a correction beside
 * their texts, known items start from exactly what the run gave them.
 */
export function carryIndividual(
  parameters: Parameters,
  texts: Matrix,
  before: Before,
  { itemSource }: GenerativeOptions,
): void {
  if (itemSource === "frozen-semantic" || itemSource === "frozen-free") throw frozen(before.run, itemSource);
  const own = parameters.all.filter(({ name }) => !name.startsWith(ADAPTER));
  const { users, items, values, run } = before;
  carryOver(own, (name) => values.get(`individual/${name}`), { users, items }, run);
  if (parameters.all.length === own.length) return;
  const known = Array.from(items.from.keys()).filter((item) => items.from[item]! >= 0);
  const targets = adaptedBefore(before, known);
  refitAdapter(parameters, texts, known, targets);
  if (itemSource !== "semantic+free") return;
  const corrections = parameters.get(ITEMS).front.value;
  const now = adaptedRows((name) => parameters.get(name).front.value, texts);
  known.forEach((item, i) => {
    const [wanted, given] = [row(targets, i), row(now, item)];
    for (let j = 0; j < targets.columns; j++) corrections[item * targets.columns + j]! += wanted[j]! - given[j]!;
  });
}

/** Rows of H^(0); `parameters` hold fresh ones. */
export function carryGroup(parameters: Parameters, { users, values, run }: Before): void {
  carryOver(parameters.all, (name) => values.get(`group/${name}`), { users }, run);
}

/** What the run's adapter gave the `known` items. */
function adaptedBefore({ values, items, run }: Before, known: readonly number[]): Matrix {
  const stored = (name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new InputError({ where: run, found: `no ${name}`, expected: "a run with texts" });
    return value;
  };
  const { shape, data } = stored(TEXTS);
  const columns = shape[1]!;
  const texts = matrix(known.length, columns);
  known.forEach((item, i) => {
    const old = items.from[item]!;
    row(texts, i).set(data.subarray(old * columns, (old + 1) * columns));
  });
  return adaptedRows((name) => stored(`individual/${name}`).data, texts);
}

function frozen(where: string, itemSource: string): InputError {
  return new InputError({
    where,
    found: `itemSource ${itemSource}: items start from vectors that are made anew for these data`,
    expected: "an item source that is learnt",
    todo: "Train without --from.",
  });
}
