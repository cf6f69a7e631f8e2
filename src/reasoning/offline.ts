// A reasoner without a language model: fixed rules over attributes and training purchases. It lets the whole product
// run anywhere, and everything it writes is labelled as rule-based.
import { sha256 } from "../base/files.ts";
import type { Dataset, Split } from "../data/index.ts";
import { learnShop } from "./offline-facts.ts";
import { itemText, userText } from "./offline-texts.ts";
import type { Reasoner } from "./reasoner.ts";

/** Changing a rule needs a new model name: it is part of the journal key. */
export const OFFLINE_MODEL = "rules-1";
export const OFFLINE_LABEL = "rule-based (offline)";

/** Deterministic; reads the catalogue and `split.train`, nothing else. */
export function offlineReasoner(
  dataset: Pick<Dataset, "items" | "manifest">,
  split: Pick<Split, "prefixes">,
): Reasoner {
  const shop = learnShop(dataset.items, split.prefixes);
  const { domain } = dataset.manifest;
  return {
    kind: "offline",
    model: OFFLINE_MODEL,
    label: OFFLINE_LABEL,
    // The answers depend on more than the prompt: on what everybody bought.
    parameters: { shop: shopHash(dataset.items, split.prefixes) },
    concurrency: 1,
    async complete({ subject, step }) {
      const start = performance.now();
      const text =
        subject.kind === "item" ? itemText(step, subject, shop, domain) : userText(step, subject, shop, domain);
      return { text, promptTokens: 0, completionTokens: 0, milliseconds: performance.now() - start };
    },
  };
}

function shopHash(items: Dataset["items"], train: Split["prefixes"]): string {
  const catalogue = items.map(({ itemId, title, brand, price, categories, description, attributes }) => [
    itemId,
    title,
    brand,
    price,
    categories,
    description,
    attributes,
  ]);
  return sha256(JSON.stringify([catalogue, train.map((sequence) => sequence.join(" "))])).slice(0, 16);
}
