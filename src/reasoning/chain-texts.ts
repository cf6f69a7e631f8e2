// A dataset's texts as one record per item and user: what was reasoned, gaps filled visibly.
import type { Dataset, Item, Split } from "../data/index.ts";
import { splitOf } from "../data/index.ts";
import { isComplete, type PartialChain } from "./chain.ts";
import { attributesText } from "./prompts.ts";
import type { ChainTexts } from "./reasoner.ts";

export interface Reasoning {
  /** By item index and user index. */
  readonly items: readonly ChainTexts[];
  readonly users: readonly ChainTexts[];
  /** Who wrote the texts, e.g. "rule-based (offline)": show it wherever they appear. */
  readonly source: string;
  /** Shares in [0, 1] with a whole chain; the others' missing texts are plain attributes. */
  readonly coverage: { readonly items: number; readonly users: number };
}

/** Answers by item index and by user index. */
export interface Chains {
  readonly items: readonly PartialChain[];
  readonly users: readonly PartialChain[];
}

/** All texts of a dataset from the chains that were found. */
export function assemble(dataset: Dataset, { items, users }: Chains, source: string): Reasoning {
  const { prefixes }: Split = splitOf(dataset);
  const whole = (chains: readonly PartialChain[], total: number) =>
    chains.filter(isComplete).length / Math.max(total, 1);
  return {
    items: dataset.items.map((item, i) => filled(items[i], () => itemFallback(item))),
    users: dataset.users.map((_, u) => filled(users[u], () => userFallback(dataset, prefixes[u]!))),
    source,
    coverage: { items: whole(items, dataset.items.length), users: whole(users, dataset.users.length) },
  };
}

/** A chain whose missing texts are the fallback's. */
export function filled(chain: PartialChain = {}, fallback: () => string): ChainTexts {
  const { positive, negative, feature } = chain;
  if (positive !== undefined && negative !== undefined && feature !== undefined) return { positive, negative, feature };
  const text = fallback();
  return { positive: positive ?? text, negative: negative ?? text, feature: feature ?? text };
}

/** What stands in for an item without texts. */
export function itemFallback(item: Item): string {
  return attributesText(item);
}

/** What stands in for a user without texts: the attributes of the training items. */
export function userFallback(dataset: Pick<Dataset, "items">, train: Int32Array): string {
  return Array.from(train, (item) => attributesText(dataset.items[item]!)).join("; ");
}
