// Which items fit a filter, found by their fields without going through the catalogue.
import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Item } from "../../data/index.ts";
import type { AnswerSpace } from "../../runs/answer-space.ts";
import type { Filter } from "../contract/index.ts";

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

type Members = ReadonlyMap<string, readonly number[]>;

const MAX_SPACES = 256;
/** Of the items of all of them: a space of a large catalogue takes megabytes. */
const MAX_SPACE_BYTES = 64 << 20;
const NOBODY: Members = new Map();
/** So many unknown ids a sentence lists. */
const NAMED = 5;

export class CatalogueIndex {
  private readonly items: readonly Item[];
  private readonly ids: ReadonlyMap<string, number>;
  private readonly categories: Members;
  private readonly brands: Members;
  private readonly attributes = new Map<string, Members>();
  private readonly whole: FoundSpace;
  private attributeNames: ReadonlySet<string> | undefined;
  private readonly spaces: LRUCache<string, FoundSpace>;

  /** `removed`: items that are never answered; `maxBytes`: of the spaces that are kept. */
  constructor(
    items: readonly Item[],
    ids: ReadonlyMap<string, number>,
    removed: ReadonlySet<number>,
    maxBytes = MAX_SPACE_BYTES,
  ) {
    this.spaces = new LRUCache({
      max: MAX_SPACES,
      maxSize: maxBytes,
      sizeCalculation: ({ space }) => 1 + (space.items?.byteLength ?? 0),
    });
    this.items = items;
    this.ids = ids;
    this.categories = membersBy(items, ({ categories = [] }) => [...categories, categories.join(" > ")]);
    this.brands = membersBy(items, ({ brand }) => (brand === undefined ? [] : [brand]));
    const left = Int32Array.from(items.keys()).filter((item) => !removed.has(item));
    const space = { items: removed.size === 0 ? undefined : left, count: left.length, words: "" };
    this.whole = { space, key: "", notices: [] };
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

  private find({ filter = {}, available, exclude = [] }: SpaceRequest, key: string): FoundSpace {
    const notices: string[] = [];
    const mask = new Uint8Array(this.items.length);
    for (const item of this.whole.space.items ?? this.items.keys()) mask[item] = 1;
    const { categories, brands, price, attributes = {}, not = {} } = filter;
    const keep = (groups: readonly (readonly number[])[]) => intersect(mask, groups);
    const drop = (groups: readonly (readonly number[])[]) => {
      for (const group of groups) for (const item of group) mask[item] = 0;
    };
    if (categories !== undefined) keep(groupsOf(this.categories, categories, "category", notices));
    if (brands !== undefined) keep(groupsOf(this.brands, brands, "brand", notices));
    for (const [name, values] of Object.entries(attributes))
      keep(groupsOf(this.attribute(name), values, `attribute ${name}`, notices));
    if (price !== undefined) this.keepPriced(mask, price);
    drop(groupsOf(this.categories, not.categories ?? [], "category", []));
    drop(groupsOf(this.brands, not.brands ?? [], "brand", []));
    for (const [name, values] of Object.entries(not.attributes ?? {}))
      drop(groupsOf(this.attribute(name), values, name, []));
    if (available !== undefined) keep([this.indicesOf(available, "available", notices)]);
    drop([this.indicesOf(exclude, "exclude", [])]);
    const items = Int32Array.from(this.items.keys()).filter((item) => mask[item] === 1);
    return { space: { items, count: items.length, words: "that fit the filters" }, key, notices };
  }

  private keepPriced(mask: Uint8Array, { min, max }: NonNullable<Filter["price"]>): void {
    const [least, most] = [min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY];
    for (const [item, { price }] of this.items.entries())
      if (price === undefined || price < least || price > most) mask[item] = 0;
  }

  private indicesOf(ids: readonly string[], what: string, notices: string[]): number[] {
    const found = ids.flatMap((id) => this.ids.get(id) ?? []);
    const unknown = ids.length - found.length;
    if (unknown > 0) {
      const names = ids.filter((id) => !this.ids.has(id)).slice(0, NAMED);
      notices.push(`${what}: ${unknown} of ${ids.length} ids are no items of this run, such as ${names.join(", ")}.`);
    }
    return found;
  }

  /** Kept for names that some item has: requests may ask for any others. */
  private attribute(name: string): Members {
    const known = this.attributes.get(name);
    if (known !== undefined) return known;
    this.attributeNames ??= namesIn(this.items);
    if (!this.attributeNames.has(name)) return NOBODY;
    const made = membersBy(this.items, ({ attributes = {} }) =>
      Object.hasOwn(attributes, name) ? [attributes[name]!] : [],
    );
    this.attributes.set(name, made);
    return made;
  }
}

function namesIn(items: readonly Item[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { attributes = {} } of items) for (const name of Object.keys(attributes)) names.add(name);
  return names;
}

/** Leave in `mask` what at least one group holds. */
function intersect(mask: Uint8Array, groups: readonly (readonly number[])[]): void {
  const fits = new Uint8Array(mask.length);
  for (const group of groups) for (const item of group) fits[item] = 1;
  for (let item = 0; item < mask.length; item++) mask[item]! &= fits[item]!;
}

function groupsOf(members: Members, values: readonly string[], what: string, notices: string[]): (readonly number[])[] {
  return values.flatMap((value) => {
    const found = members.get(plain(value));
    if (found === undefined) notices.push(`No item has the ${what} "${value}".`);
    return found === undefined ? [] : [found];
  });
}

function membersBy(items: readonly Item[], valuesOf: (item: Item) => readonly string[]): Members {
  const members = new Map<string, number[]>();
  for (const [item, entry] of items.entries()) {
    for (const value of new Set(valuesOf(entry).map(plain))) {
      const group = members.get(value);
      if (group === undefined) members.set(value, [item]);
      else group.push(item);
    }
  }
  return members;
}

function plain(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}
