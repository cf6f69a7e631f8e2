// Writing the text index of a journal, when a run has gone through everything or a walk has found the texts again.
import { sha256 } from "../base/files.ts";
import type { Report } from "../base/progress.ts";
import { reasonOf } from "../base/system-errors.ts";
import type { Dataset } from "../data/index.ts";
import { keywordsOf } from "../data/index.ts";
import type { KeyListener } from "./chain.ts";
import { assemble, type Chains, type Reasoning } from "./chain-texts.ts";
import type { Journal } from "./journal.ts";
import { promptsOf, type ReasoningManifest } from "./manifest.ts";
import type { ChainKeys } from "./text-index.ts";

/** Gathers the keys of answers as a walk or a run finds them. */
export class KeyCollector {
  readonly item: ChainKeys[];
  readonly user: ChainKeys[];

  constructor({ items, users }: Pick<Dataset, "items" | "users">) {
    this.item = Array.from(items, () => ({}));
    this.user = Array.from(users, () => ({}));
  }

  readonly add: KeyListener = ({ subject, step }, key) => {
    this[subject.kind][subject.index]![step] = key;
  };
}

/** What an index is made of. */
type Indexable = Chains & { readonly keys: KeyCollector };

/** `writeIndex`, where there is none of these texts yet. */
export function indexTexts(
  journal: Journal,
  dataset: Dataset,
  manifest: ReasoningManifest,
  found: Indexable,
  report: Report,
): void {
  if (journal.texts.read(identityOf(manifest, dataset), () => true)) return;
  writeIndex(journal, dataset, manifest, found, report);
}

/**
 * Write the index of texts that were found in `journal` since it was opened. It only saves time: what stands in its way
 * is told, not thrown.
 */
export function writeIndex(
  journal: Journal,
  dataset: Dataset,
  manifest: ReasoningManifest,
  found: Indexable,
  report: Report,
): void {
  try {
    const wordHolders = countWordHolders(assemble(dataset, found, manifest.label));
    journal.texts.write({ identity: identityOf(manifest, dataset), keys: found.keys, wordHolders });
  } catch (error) {
    const message = `${journal.path}: the index of texts could not be written (${reasonOf(error)}); reading texts takes longer without it.`;
    report({ kind: "notice", message });
  }
}

/** Everything that decides which answers are a dataset's texts. */
export function identityOf(manifest: ReasoningManifest, dataset: Dataset): string {
  const { provider, model, parameters, seed, historyItems, historySource, historyPart } = manifest;
  const { adaptItems, adaptUsers } = manifest;
  const { domain } = dataset.manifest;
  const prompts = promptsOf(manifest, dataset.directory);
  // The usual histories are left out: indexes of older runs stay what they are.
  const histories = [historyItems, historySource, historyPart];
  const unusual = histories.some((one) => one !== undefined) ? [histories] : [];
  const similar = [adaptItems, adaptUsers];
  const adapted = similar.some((one) => one !== undefined) ? [{ similar }] : [];
  const usual = [dataset.hash, domain, provider, model, parameters, prompts, seed];
  return sha256(JSON.stringify([...usual, ...unusual, ...adapted]));
}

export function countWordHolders({ users }: Reasoning): Map<string, number> {
  const holders = new Map<string, number>();
  for (const { feature } of users) {
    for (const word of keywordsOf(feature)) holders.set(word, (holders.get(word) ?? 0) + 1);
  }
  return holders;
}
