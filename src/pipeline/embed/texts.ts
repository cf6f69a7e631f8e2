// The texts that vectors are made of.
import { hashOfTexts } from "../../base/hash-of-texts.ts";
import { type Report, silent } from "../../base/progress.ts";
import { percent } from "../../base/written-numbers.ts";
import { type Dataset, splitOf } from "../../data/index.ts";
import type { EmbeddingsManifest, TextSource } from "../../embedding/index.ts";
import { itemFallback, type Reasoning, readReasoning, userFallback } from "../../reasoning/index.ts";

interface Sources {
  readonly itemText: TextSource;
  readonly userText: TextSource;
}

/** One text per item and user; `reasoning` only where chain texts are wanted. */
export async function readTexts(dataset: Dataset, { itemText, userText }: Sources, report: Report) {
  const { prefixes } = splitOf(dataset);
  const needsChains = itemText !== "attributes" || userText !== "attributes";
  const reasoning = needsChains ? await readReasoning(dataset.directory, dataset, report) : undefined;
  warnOfGaps(reasoning, report);
  const items = dataset.items.map((item, i) =>
    itemText === "attributes" ? itemFallback(item) : reasoning!.items[i]![itemText],
  );
  const users = dataset.users.map((_, u) =>
    userText === "attributes" ? userFallback(dataset, prefixes[u]!) : reasoning!.users[u]![userText],
  );
  return { items, users, reasoning };
}

function warnOfGaps(reasoning: Reasoning | undefined, report: Report): void {
  if (reasoning === undefined) return;
  for (const side of ["items", "users"] as const) {
    const share = reasoning.coverage[side];
    if (share === 1) continue;
    const message = `${percent(share, 1)} of the ${side} have reasoned texts; the others are embedded by their attributes.`;
    report({ kind: "warning", message });
  }
}

/** Whether vectors are of the texts that the data have now. @throws InputError where the texts they name are gone. */
export async function areOfTextsNow(dataset: Dataset, { items, users }: EmbeddingsManifest): Promise<boolean> {
  const now = await readTexts(dataset, { itemText: items.text, userText: users.text }, silent);
  return hashOfTexts(now.items) === items.textHash && hashOfTexts(now.users) === users.textHash;
}
