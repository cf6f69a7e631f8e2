// Which items have which value of a field, kept up to date while few of them change.
import type { Item } from "../../data/index.ts";

/** Item indices, ascending, by value in plain letters. */
export type Members = ReadonlyMap<string, readonly number[]>;

/** What an item has of a field. */
export type ValuesOf = (item: Item) => readonly string[];

export function plain(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

export function membersBy(items: readonly Item[], valuesOf: ValuesOf): Members {
  const members = new Map<string, number[]>();
  for (const [item, entry] of items.entries()) {
    for (const value of plainValues(valuesOf, entry)) {
      const group = members.get(value);
      if (group === undefined) members.set(value, [item]);
      else group.push(item);
    }
  }
  return members;
}

/** What changed between two lists of the same items: those that are not the same objects. */
export interface Change {
  readonly before: readonly Item[];
  readonly items: readonly Item[];
  readonly changed: readonly number[];
}

/** `members`, which are those of `before`, for `items`; groups that stay the same are shared. */
export function movedMembers(members: Members, { before, items, changed }: Change, valuesOf: ValuesOf): Members {
  const moved = new Map(members);
  for (const item of changed) {
    const [were, are] = [plainValues(valuesOf, before[item]!), plainValues(valuesOf, items[item]!)];
    for (const value of were) if (!are.has(value)) put(moved, value, without(moved.get(value)!, item));
    for (const value of are) if (!were.has(value)) put(moved, value, including(moved.get(value) ?? [], item));
  }
  return moved;
}

function put(members: Map<string, readonly number[]>, value: string, group: readonly number[]): void {
  if (group.length === 0) members.delete(value);
  else members.set(value, group);
}

function without(group: readonly number[], item: number): readonly number[] {
  return group.filter((one) => one !== item);
}

function including(group: readonly number[], item: number): readonly number[] {
  return [...group.filter((one) => one < item), item, ...group.filter((one) => one > item)];
}

function plainValues(valuesOf: ValuesOf, item: Item): ReadonlySet<string> {
  return new Set(valuesOf(item).map(plain));
}
