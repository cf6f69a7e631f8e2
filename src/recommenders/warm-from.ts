// A training that starts from a finished run, often on a later version of its data, where users and items have other
// numbers and there are more of them: which row of the run each row is now, and tensors with their rows brought over.
// Declarations say what rows belong to (`TensorSpec.rows`); a size that happens to fit decides nothing.
import { InputError, internal } from "../base/errors.ts";
import type { Parameter } from "../engine/index.ts";
import type { StoredValue } from "../training/parameter-files.ts";

/** Rows of users, items or whatever else is numbered: for each row now its row in the run, -1 where it is new. */
export interface KnownRows {
  readonly from: Int32Array;
  /** Rows that the run had. */
  readonly before: number;
}

/** By what a tensor declares. */
export type RowsByName = Readonly<Record<string, KnownRows>>;

/** The run that a training starts from. */
export interface WarmFrom {
  /** Its directory, for words. */
  readonly run: string;
  /** Directory of its best checkpoint. */
  readonly checkpoint: string;
  readonly users: KnownRows;
  readonly items: KnownRows;
}

/** Rows of `now` in what held `before`, by their ids. */
export function knownRows(before: readonly string[], now: readonly string[]): KnownRows {
  const rows = new Map(before.map((id, row) => [id, row]));
  return { from: Int32Array.from(now, (id) => rows.get(id) ?? -1), before: before.length };
}

export function countKnown({ from }: KnownRows): number {
  return from.reduce((count, row) => count + Number(row >= 0), 0);
}

/**
 * Put the run's values into `fresh` parameters, in the order of the rows now. What is new keeps its fresh row.
 * @throws InputError when a tensor of the run is absent or of another size, which other options make it.
 */
export function carryOver(
  fresh: readonly Parameter[],
  stored: (name: string) => StoredValue | undefined,
  rows: RowsByName,
  run: string,
): void {
  for (const parameter of fresh) {
    const { name, shape, rows: of } = parameter;
    const known = of === undefined ? undefined : rows[of];
    if (of !== undefined && known === undefined) throw internal(`nobody counts the rows of ${of} in ${name}`);
    const behind = known === undefined ? 0 : shape[0]! - known.from.length;
    const before = known === undefined ? shape : [known.before + behind, ...shape.slice(1)];
    const value = stored(name);
    if (value?.shape.join() !== before.join()) throw misfit(run, name, before, value?.shape);
    if (known === undefined) parameter.front.value.set(value.data);
    else carryRows(parameter, value.data, known);
  }
}

function carryRows({ shape, front }: Parameter, old: Float32Array, { from, before }: KnownRows): void {
  const width = shape.slice(1).reduce((size, extent) => size * extent, 1);
  from.forEach((row, now) => {
    if (row >= 0) front.value.set(old.subarray(row * width, (row + 1) * width), now * width);
  });
  front.value.set(old.subarray(before * width), from.length * width);
}

function misfit(
  where: string,
  name: string,
  shape: readonly number[],
  found: readonly number[] | undefined,
): InputError {
  return new InputError({
    where,
    found: found === undefined ? `no values of ${name}` : `${name} of shape [${found.join(", ")}]`,
    expected: `shape [${shape.join(", ")}], as these options make it`,
    todo: "Leave out the options that are not the run's, or train without --from.",
  });
}
