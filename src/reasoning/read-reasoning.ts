// The chain texts of a dataset as later stages want them: one record per item and user, gaps filled visibly.
import { exists } from "../base/files.ts";
import type { Dataset, Item, Split } from "../data/index.ts";
import { splitLeaveLastTwo } from "../data/index.ts";
import { fromJournal, isComplete, type PartialChain, walkChain } from "./chain.ts";
import { Journal } from "./journal.ts";
import { journalPath, promptsOf, readReasoningManifest } from "./manifest.ts";
import { attributesText } from "./prompts.ts";
import type { ChainTexts, Subject } from "./reasoner.ts";
import { itemSubject, userSubject } from "./subjects.ts";

export interface Reasoning {
  /** By item index and user index. */
  readonly items: readonly ChainTexts[];
  readonly users: readonly ChainTexts[];
  /** Who wrote the texts, e.g. "rule-based (offline)": show it wherever they appear. */
  readonly source: string;
  /** Shares in [0, 1] with a whole chain; the others' missing texts are plain attributes. */
  readonly coverage: { readonly items: number; readonly users: number };
}

/**
 * The texts of the last reasoning run over a dataset directory; a run under way or stopped counts as far as it came.
 * @throws InputError when nothing has been reasoned yet.
 */
export async function readReasoning(directory: string, dataset: Dataset): Promise<Reasoning> {
  const manifest = await readReasoningManifest(directory);
  const split = splitLeaveLastTwo(dataset);
  const path = journalPath(directory);
  if (!(await exists(path))) return assemble(dataset, split, [], [], manifest.label);
  const wording = { domain: dataset.manifest.domain, prompts: promptsOf(manifest, directory) };
  using journal = Journal.read(path);
  const answer = fromJournal(journal, { ...manifest, kind: manifest.provider });
  const read = (subject: Subject) => walkChain(subject, wording, answer);
  const items: PartialChain[] = [];
  for (let i = 0; i < dataset.items.length; i++) items.push(await read(itemSubject(dataset, i)));
  const features = items.map(({ feature }) => feature);
  const users: PartialChain[] = [];
  for (let u = 0; u < dataset.users.length; u++) {
    users.push(await read(userSubject(dataset, split, features, u, manifest.seed)));
  }
  return assemble(dataset, split, items, users, manifest.label);
}

/** What stands in for an item without texts. */
export function itemFallback(item: Item): string {
  return attributesText(item);
}

/** What stands in for a user without texts: the attributes of the training items. */
export function userFallback(dataset: Pick<Dataset, "items">, train: Int32Array): string {
  return Array.from(train, (item) => attributesText(dataset.items[item]!)).join("; ");
}

function assemble(
  dataset: Dataset,
  split: Split,
  items: readonly PartialChain[],
  users: readonly PartialChain[],
  source: string,
): Reasoning {
  const whole = (chains: readonly PartialChain[], total: number) =>
    chains.filter(isComplete).length / Math.max(total, 1);
  return {
    items: dataset.items.map((item, i) => filled(items[i], () => itemFallback(item))),
    users: dataset.users.map((_, u) => filled(users[u], () => userFallback(dataset, split.train[u]!))),
    source,
    coverage: { items: whole(items, dataset.items.length), users: whole(users, dataset.users.length) },
  };
}

function filled(chain: PartialChain = {}, fallback: () => string): ChainTexts {
  const { positive, negative, feature } = chain;
  if (positive !== undefined && negative !== undefined && feature !== undefined) return { positive, negative, feature };
  const text = fallback();
  return { positive: positive ?? text, negative: negative ?? text, feature: feature ?? text };
}
