// Which items fit a filter, found by their fields without going through the catalogue.
import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Item } from "../../data/index.ts";
import type { AnswerSpace } from "../../runs/answer-space.ts";
import type { Filter } from "../contract/index.ts";
import { Marks } from "./marks.ts";
import { type Change, type Members, membersBy, movedMembers, plain, type ValuesOf } from "./members.ts";

export interface SpaceRequest {
  readonly filter?: Filter | undefined;
  readonly available?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

export interface FoundSpace {
  readonly space: AnswerSpace;
  /** Same for the same items. */
  readonly key: string;
  /** Words about what nothing fits. */
  readonly notices: readonly string[];
}

const MAX_SPACES = 256;
/** Of all of them: a space of a large catalogue takes megabytes, and so do the names of what nothing fits. */
const MAX_SPACE_BYTES = 64 << 20;
const NOBODY: Members = new Map();
/** So many unknown ids a sentence lists. */
const NAMED = 5;

/** Of more changed items each would go through groups of many. */
const MAX_CHANGED = 100;

export interface IndexOptions {
  /** Of the spaces that are kept. */
  readonly maxBytes?: number | undefined;
  /** That of the same items, of which other things were said. */
  readonly before?: CatalogueIndex | undefined;
}

export class CatalogueIndex {
  private readonly items: readonly Item[];
  private readonly ids: ReadonlyMap<string, number>;
  private readonly categories: Members;
  private readonly brands: Members;
  private readonly attributes = new Map<string, Members>();
  private readonly whole: FoundSpace;
  private readonly removed: ReadonlySet<number>;
  /** By item; NaN for those without one. */
  private prices: Float64Array | undefined;
  private attributeNames: ReadonlySet<string> | undefined;
  private readonly spaces: LRUCache<string, FoundSpace>;

  /** `removed`: items that are never answered. */
  constructor(
    items: readonly Item[],
    ids: ReadonlyMap<string, number>,
    removed: ReadonlySet<number>,
    { maxBytes = MAX_SPACE_BYTES, before }: IndexOptions = {},
  ) {
    this.spaces = new LRUCache({
      max: MAX_SPACES,
      maxSize: maxBytes,
      sizeCalculation: ({ space, notices }) =>
        1 + (space.items?.byteLength ?? 0) + notices.reduce((sum, { length }) => sum + 2 * length, 0),
    });
    this.items = items;
    this.ids = ids;
    this.removed = removed;
    const change = before && changeFrom(before.items, items);
    const members = (of: Members | undefined, valuesOf: ValuesOf) =>
      of === undefined || change === undefined ? membersBy(items, valuesOf) : movedMembers(of, change, valuesOf);
    this.categories = members(before?.categories, categoriesOf);
    this.brands = members(before?.brands, brandOf);
    if (before !== undefined && change !== undefined) this.takeOver(before, change);
    const left = removed.size === 0 ? undefined : allBut(removed, items.length);
    const space = { items: left, count: left?.length ?? items.length, words: "" };
    this.whole = { space, key: "", notices: [] };
  }

  /** What was noted when it was first asked for. */
  private takeOver({ attributes, attributeNames, prices }: CatalogueIndex, change: Change): void {
    const { items, changed } = change;
    for (const [name, members] of attributes)
      this.attributes.set(name, movedMembers(members, change, attributeOf(name)));
    this.attributeNames = attributeNames && new Set([...attributeNames, ...namesIn(changed.map((at) => items[at]!))]);
    this.prices = prices?.slice();
    for (const item of changed) if (this.prices !== undefined) this.prices[item] = items[item]!.price ?? Number.NaN;
  }

  /** Equal requests get the same space, so that whoever searches in it may keep what it made of it. */
  spaceOf(request: SpaceRequest): FoundSpace {
    const { filter, available, exclude } = request;
    if (filter === undefined && available === undefined && (exclude === undefined || exclude.length === 0))
      return this.whole;
    const key = createHash("sha1")
      .update(JSON.stringify([filter, available, exclude]))
      .digest("base64");
    const known = this.spaces.get(key) ?? this.find(request, key);
    this.spaces.set(key, known);
    return known;
  }

  /** Those of `ids` that are items; `notices` is told of the others. */
  itemsOf(ids: readonly string[], what: string, notices: string[]): number[] {
    const found = ids.flatMap((id) => this.ids.get(id) ?? []);
    const unknown = ids.length - found.length;
    if (unknown > 0) {
      const names = ids.filter((id) => !this.ids.has(id)).slice(0, NAMED);
      notices.push(`${what}: ${unknown} of ${ids.length} ids are no items of this run, such as ${names.join(", ")}.`);
    }
    return found;
  }

  private find({ filter = {}, available, exclude = [] }: SpaceRequest, key: string): FoundSpace {
    const notices: string[] = [];
    const { categories, brands, price, attributes = {}, not = {} } = filter;
    const marks = new Marks(this.items.length);
    if (categories !== undefined) marks.keep(groupsOf(this.categories, categories, "category", notices));
    if (brands !== undefined) marks.keep(groupsOf(this.brands, brands, "brand", notices));
    for (const [name, values] of Object.entries(attributes))
      marks.keep(groupsOf(this.attribute(name), values, `attribute ${name}`, notices));
    if (available !== undefined) marks.keep([this.itemsOf(available, "available", notices)]);
    marks.drop([this.removed]);
    marks.drop(groupsOf(this.categories, not.categories ?? [], "category", notices));
    marks.drop(groupsOf(this.brands, not.brands ?? [], "brand", notices));
    for (const [name, values] of Object.entries(not.attributes ?? {}))
      marks.drop(groupsOf(this.attribute(name), values, `attribute ${name}`, notices));
    marks.drop([this.itemsOf(exclude, "exclude", notices)]);
    const items = marks.left(price && this.pricedWithin(price));
    return { space: { items, count: items.length, words: "that fit the filters" }, key, notices };
  }

  /** An item without a price has none that fits. */
  private pricedWithin({ min, max }: NonNullable<Filter["price"]>): (item: number) => boolean {
    const [least, most] = [min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY];
    this.prices ??= Float64Array.from(this.items, ({ price }) => price ?? Number.NaN);
    const { prices } = this;
    return (item) => prices[item]! >= least && prices[item]! <= most;
  }

  /** Kept for names that some item has: requests may ask for any others. */
  private attribute(name: string): Members {
    const known = this.attributes.get(name);
    if (known !== undefined) return known;
    this.attributeNames ??= namesIn(this.items);
    if (!this.attributeNames.has(name)) return NOBODY;
    const made = membersBy(this.items, attributeOf(name));
    this.attributes.set(name, made);
    return made;
  }
}

const categoriesOf: ValuesOf = ({ categories = [] }) => [...categories, categories.join(" > ")];
const brandOf: ValuesOf = ({ brand }) => (brand === undefined ? [] : [brand]);
const attributeOf =
  (name: string): ValuesOf =>
  ({ attributes = {} }) =>
    Object.hasOwn(attributes, name) ? [attributes[name]!] : [];

/** Undefined where so many changed that all are better gone through. */
function changeFrom(before: readonly Item[], items: readonly Item[]): Change | undefined {
  const changed: number[] = [];
  for (let item = 0; item < items.length; item++) if (items[item] !== before[item]) changed.push(item);
  return changed.length > MAX_CHANGED ? undefined : { before, items, changed };
}

function allBut(removed: ReadonlySet<number>, items: number): Int32Array {
  const marks = new Marks(items);
  marks.drop([removed]);
  return marks.left();
}

function namesIn(items: readonly Item[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { attributes = {} } of items) for (const name of Object.keys(attributes)) names.add(name);
  return names;
}

function groupsOf(members: Members, values: readonly string[], what: string, notices: string[]): (readonly number[])[] {
  return values.flatMap((value) => {
    const found = members.get(plain(value));
    if (found === undefined) notices.push(`No item has the ${what} "${value}".`);
    return found === undefined ? [] : [found];
  });
}
