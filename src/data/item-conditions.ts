// Conditions on catalogue fields as people type them: `category=tea`, `brand=Opal`, `price=5..20`, `price<=20`,
// `title~refill`, `colour=red` (an attribute). Words are compared without case and blanks around them.
import { didYouMean, UsageError, unknownName } from "../base/errors.ts";
import type { Item } from "./dataset.ts";

export interface ItemCondition {
  /** As it was typed. */
  readonly words: string;
  readonly field: string;
  /** Equalities of one field are alternatives; everything else must hold beside the others. */
  readonly isAlternative: boolean;
  fits(item: Item): boolean;
}

/** `category` is any step of an item's path, or the whole path: "Outdoor > Camping". */
const FIELDS: Readonly<Record<string, (item: Item) => readonly string[]>> = {
  category: ({ categories = [] }) => [...categories, categories.join(" > ")],
  brand: ({ brand }) => present(brand),
  price: ({ price }) => present(price?.toString()),
  title: ({ title }) => present(title),
};
const OTHER_NAMES: Readonly<Record<string, string>> = { categories: "category" };
const FORM = /^\s*(.+?)\s*(<=|>=|<|>|=|~)\s*(.*?)\s*$/s;
const RANGE = /^(-?\d+(?:\.\d+)?)?\.\.(-?\d+(?:\.\d+)?)?$/;
/** So many attribute names a message lists. */
const NAMED = 12;

/**
 * The condition that `words` ask for. @param flag Such as "--only", for messages.
 * @throws UsageError for another form, a field or a value that no item has, with the nearest known one.
 */
export function itemCondition(words: string, flag: string, items: readonly Item[]): ItemCondition {
  const [, name, sign, value] = FORM.exec(words) ?? [];
  if (name === undefined || value === undefined || value === "") {
    throw new UsageError(
      `${flag} ${words}: expected FIELD=VALUE, such as category=tea, brand=Opal, price=5..20 or title~refill.`,
    );
  }
  const { field, valuesOf } = fieldOf(name, flag, items);
  const fits = testOf(sign!, value);
  const condition = {
    words: words.trim(),
    field,
    isAlternative: sign === "=" && !RANGE.test(value),
    fits: (item: Item) => valuesOf(item).some(fits),
  };
  if (!items.some(condition.fits)) throw nothingFits(condition, flag, value, items.flatMap(valuesOf));
  return condition;
}

/**
 * Whether an item fits: of each field one of the alternatives of `only`, all its other conditions, and none of `not`.
 */
export function fitsAll(item: Item, only: readonly ItemCondition[], not: readonly ItemCondition[]): boolean {
  const isMet = (condition: ItemCondition) =>
    condition.isAlternative
      ? only.some((other) => other.isAlternative && other.field === condition.field && other.fits(item))
      : condition.fits(item);
  return only.every(isMet) && !not.some(({ fits }) => fits(item));
}

function fieldOf(
  name: string,
  flag: string,
  items: readonly Item[],
): { readonly field: string; readonly valuesOf: (item: Item) => readonly string[] } {
  const plain = plainText(name);
  const field = own(OTHER_NAMES, plain) ?? plain;
  const given = own(FIELDS, field);
  if (given !== undefined) return { field, valuesOf: given };
  const attributes = [...new Set(items.flatMap(({ attributes = {} }) => Object.keys(attributes)))];
  const attribute = attributes.find((each) => each === name) ?? attributes.find((each) => plainText(each) === plain);
  if (attribute === undefined) {
    throw unknownName(`${flag} field`, name, [...Object.keys(FIELDS), ...attributes.slice(0, NAMED)]);
  }
  return { field: attribute, valuesOf: ({ attributes = {} }) => present(own(attributes, attribute)) };
}

function testOf(sign: string, value: string): (found: string) => boolean {
  const [, low, high] = RANGE.exec(value) ?? [];
  if (sign === "=" && (low !== undefined || high !== undefined)) {
    const [least, most] = [Number(low ?? Number.NEGATIVE_INFINITY), Number(high ?? Number.POSITIVE_INFINITY)];
    return (found) => isNumber(found) && Number(found) >= least && Number(found) <= most;
  }
  const plain = plainText(value);
  if (sign === "~") return (found) => plainText(found).includes(plain);
  if (sign === "=" && isNumber(value)) return (found) => plainText(found) === plain || sameNumber(found, value);
  if (sign === "=") return (found) => plainText(found) === plain;
  if (!isNumber(value)) return () => false;
  const bound = Number(value);
  const compare: Readonly<Record<string, (x: number) => boolean>> = {
    "<": (x) => x < bound,
    "<=": (x) => x <= bound,
    ">": (x) => x > bound,
    ">=": (x) => x >= bound,
  };
  return (found) => isNumber(found) && compare[sign]!(Number(found));
}

function nothingFits(
  { words, field }: ItemCondition,
  flag: string,
  value: string,
  values: readonly string[],
): UsageError {
  if (values.every((each) => each === "")) return new UsageError(`${flag} ${words}: no item has a ${field}.`);
  const known = [...new Set(values)].filter((each) => each !== "");
  const near = known.find((each) => plainText(each).includes(plainText(value))) ?? "";
  const hint = didYouMean(value, known) || (near === "" ? ` A known one is ${known[0]}.` : ` Did you mean ${near}?`);
  return new UsageError(`${flag} ${words}: no item fits.${hint}`);
}

/** What a name stands for; undefined for words that every object has, such as "constructor". */
function own<T>(named: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(named, name) ? named[name] : undefined;
}

function present(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

function plainText(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

function sameNumber(found: string, value: string): boolean {
  return isNumber(found) && Number(found) === Number(value);
}
