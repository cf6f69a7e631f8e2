// A reasoner without a language model: fixed rules over attributes and training purchases. It lets the whole product
// run anywhere, and everything it writes is labelled as rule-based.
import { createHash } from "node:crypto";
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
  // The text of [catalogue, histories] in JSON, piece by piece: as one, it would outgrow what a string can hold.
  const hash = createHash("sha256").update(`[${JSON.stringify(catalogue)},[`);
  train.forEach((sequence, user) => {
    hash.update(`${user === 0 ? "" : ","}"${sequence.join(" ")}"`);
  });
  return hash.update("]]").digest("hex").slice(0, 16);
}
