// Texts of one subject for a similar one, by rule: names are put in the other's places, and what would then still be
// said of the wrong one is not said at all.
import { type Item, isStopWord, wordsOf } from "../data/index.ts";
import type { ChainTexts, Subject } from "./reasoner.ts";

/** Least cosine, by kind, at which a subject may have another one's texts; absent: none may. */
export interface Likeness {
  readonly adaptItems?: number | undefined;
  readonly adaptUsers?: number | undefined;
}

/** Texts for a subject that is not asked about. */
export interface Adapted {
  readonly texts: ChainTexts;
  /** Id of the subject that was asked about. */
  readonly from: string;
  /** Cosine of the two. */
  readonly similarity: number;
}

export interface Adapting extends Likeness {
  /** Undefined for a subject that has to be asked about. */
  textsFor(subject: Subject): Adapted | undefined;
}

/** Names before a user's FEATURE text. */
const NAMED = 3;

/**
 * The texts of `from` in words that hold for `to`. An item's title, brand and last category stand where the other's
 * stood, and FEATURE names the subject: an item as "TITLE (BRAND, CATEGORY): ...", a user by the brands and categories
 * bought most.
 * @returns undefined where a text would still tell a word or a number of the other's data that is not in its own.
 */
export function adaptedTexts(texts: ChainTexts, from: Subject, to: Subject): ChainTexts | undefined {
  const renamed = from.kind === "item" && to.kind === "item" ? renaming(from.item, to.item) : (text: string) => text;
  const positive = renamed(texts.positive);
  const negative = renamed(texts.negative);
  const feature = renamed(texts.feature);
  const own = dataWords(to);
  const foreign = [...dataWords(from)].filter((word) => !own.has(word));
  const told = new Set([positive, negative, feature].flatMap(wordsOf));
  if (foreign.some((word) => told.has(word))) return undefined;
  return { positive, negative, feature: named(feature, to) };
}

/** Puts the names of `to` where those of `from` stand. */
function renaming(from: Item, to: Item): (text: string) => string {
  const pairs = [
    [from.title, to.title],
    [from.brand, to.brand],
    [from.categories?.at(-1), to.categories?.at(-1)],
  ].flatMap(([before, after]) => (before && after && before !== after ? [[before, after] as const] : []));
  if (pairs.length === 0) return (text) => text;
  const byName = new Map(pairs.map(([before, after]) => [before.toLowerCase(), after]));
  // The longest first: a title may hold the brand.
  const names = [...byName.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${names.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  return (text) => text.replace(pattern, (name) => byName.get(name.toLowerCase()) ?? name);
}

function escaped(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function named(feature: string, subject: Subject): string {
  if (subject.kind === "user") {
    const items = subject.history.map(({ item }) => item);
    const names = [...mostOften(items.map(({ brand }) => brand)), ...mostOften(items.map(lastCategory))];
    return names.length === 0 ? feature : `${names.join(", ")}: ${feature}`;
  }
  const { title, brand } = subject.item;
  if (title === undefined || feature.toLowerCase().includes(title.toLowerCase())) return feature;
  const rest = [brand, lastCategory(subject.item)].filter((name) => name !== undefined && name !== "");
  return `${title}${rest.length === 0 ? "" : ` (${rest.join(", ")})`}: ${feature}`;
}

/** The most frequent values; among equals the one met first. */
function mostOften(values: readonly (string | undefined)[]): string[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  const order = [...counts].sort(([, a], [, b]) => b - a);
  return order.slice(0, NAMED).map(([value]) => value);
}

function lastCategory({ categories }: Item): string | undefined {
  return categories?.at(-1);
}

/** Words and numbers by which its data names a subject. Descriptions are left out: their words are everybody's. */
function dataWords(subject: Subject): ReadonlySet<string> {
  const items = subject.kind === "item" ? [subject.item] : subject.history.map(({ item }) => item);
  const fields = items.flatMap(({ title, brand, categories, price }) => [
    title,
    brand,
    price?.toFixed(2),
    ...(categories ?? []),
  ]);
  const words = fields.flatMap((field) => (field === undefined ? [] : wordsOf(field)));
  return new Set(words.filter((word) => word.length > 1 && !isStopWord(word)));
}
