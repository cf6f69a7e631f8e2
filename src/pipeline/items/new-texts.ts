// Texts of new items, as the run's were made: the catalogue's own words, rules, or a language model that was asked for.
import { type Report, silent } from "../../base/progress.ts";
import { type Dataset, type Item, splitLeaveLastTwo } from "../../data/index.ts";
import type { EmbeddingsManifest } from "../../embedding/index.ts";
import {
  emptyTally,
  fromCalls,
  fromReasoner,
  itemFallback,
  itemSubject,
  Journal,
  OFFLINE_LABEL,
  promptsOf,
  readReasoningManifest,
  walkChain,
} from "../../reasoning/index.ts";
import { makeReasoner } from "../reason/reasoners.ts";

export interface NewTexts {
  /** Beside the items. */
  readonly texts: readonly string[];
  /** Who wrote them. */
  readonly by: string;
}

export interface NewTextsRequest {
  readonly dataset: Dataset;
  readonly items: readonly Item[];
  readonly manifest: EmbeddingsManifest;
  /** As `isrf reason --llm` takes it. */
  readonly llm?: string | undefined;
  /** Where a language model's answers are kept until the items are added. Default: nowhere. */
  readonly journal?: string | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * No language model is asked unless `llm` names it. @throws UsageError for an `llm` of no known kind, or where the run
 * reads no such texts; and what the reasoner throws.
 */
export async function textsOfNewItems(request: NewTextsRequest): Promise<NewTexts> {
  const { items, manifest, llm, report = silent } = request;
  if (manifest.items.text === "attributes") {
    if (llm !== undefined)
      report({ kind: "warning", message: "--llm: the run reads the catalogue's own words; no model is asked." });
    return { texts: items.map(itemFallback), by: "attributes" };
  }
  if (llm === undefined && manifest.textsBy !== OFFLINE_LABEL) {
    const message = `The run's texts are by ${manifest.textsBy}. Those of the new items are rule-based, since no language model is asked without --llm.`;
    report({ kind: "warning", message });
  }
  return reasoned(request, manifest.items.text);
}

async function reasoned(
  { dataset, items, llm, journal: path, report = silent, signal }: NewTextsRequest,
  step: "positive" | "negative" | "feature",
): Promise<NewTexts> {
  // Rules look at the whole catalogue; who bought what is known of the old items alone.
  const all = { ...dataset, items: [...dataset.items, ...items] };
  const reasoner = makeReasoner(llm ?? "offline", all, splitLeaveLastTwo(dataset));
  const prompts = promptsOf(await readReasoningManifest(dataset.directory), dataset.directory);
  // What costs nothing is written again.
  using journal = path === undefined || reasoner.isCostly !== true ? undefined : Journal.open(path);
  const kept = journal?.counts().answered ?? 0;
  if (kept > 0) report({ kind: "notice", message: `Going on with ${kept} texts of a call that was stopped.` });
  const answer =
    journal === undefined
      ? fromCalls((question) => reasoner.complete(question, signal))
      : fromReasoner({ journal, reasoner, prompts, tally: emptyTally(), attempts: Number.POSITIVE_INFINITY, signal });
  const texts: string[] = [];
  let missing = 0;
  for (const [at, item] of items.entries()) {
    const chain = await walkChain(
      itemSubject(all, dataset.items.length + at),
      { domain: dataset.manifest.domain, prompts },
      answer,
    );
    if (chain[step] === undefined) missing++;
    texts.push(chain[step] ?? itemFallback(item));
    report({ kind: "step", stage: "texts", done: at + 1, total: items.length, unit: "items" });
  }
  if (missing > 0) {
    const message = `${missing} of ${items.length} new items got no usable text; the catalogue's words stand for it.`;
    report({ kind: "warning", message });
  }
  return { texts, by: reasoner.label };
}
