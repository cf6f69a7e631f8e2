// The embedding stage: one text per item and user, as unit vectors in one space, under a name.
import { sha256 } from "../base/files.ts";
import { productVersion } from "../base/product-version.ts";
import { type Report, silent } from "../base/progress.ts";
import type { Matrix } from "../base/typed-arrays.ts";
import type { Dataset, Split } from "../data/dataset.ts";
import {
  type EmbeddingsManifest,
  embeddingsDirectory,
  fitLsa,
  type TextSource,
  writeEmbeddings,
} from "../embedding/index.ts";
import { itemFallback, type Reasoning, readReasoning, userFallback } from "../reasoning/index.ts";

export interface EmbedOptions {
  readonly dataset: Dataset;
  readonly split: Split;
  /** Folder under dataset/embeddings/; default "lsa" for the full model's texts, else "lsa-ITEMS-USERS". */
  readonly name?: string;
  /** Text embedded for items; default "feature" (the full model). */
  readonly itemText?: TextSource;
  /** Text embedded for users; default "feature". */
  readonly userText?: TextSource;
  /** At most this many columns; default 256. */
  readonly dimensions?: number;
  /** Word pairs as terms; default false. */
  readonly bigrams?: boolean;
  readonly seed: number;
  readonly report?: Report;
  readonly signal?: AbortSignal;
}

export interface EmbedResult {
  readonly directory: string;
  readonly manifest: EmbeddingsManifest;
  readonly seconds: number;
}

/**
 * Embed a dataset's texts into `dataset/embeddings/NAME/`, replacing what is there only when done.
 * @throws UsageError for a name that is no folder name; InputError when chain texts are asked for and nothing has been
 * reasoned; CancelledError when stopped.
 */
export async function embedDataset(options: EmbedOptions): Promise<EmbedResult> {
  const { dataset, itemText = "feature", userText = "feature", dimensions = 256, bigrams = false, seed } = options;
  const { report = silent, signal } = options;
  const start = performance.now();
  const name = options.name ?? defaultName(itemText, userText);
  // A bad name should not cost the work.
  embeddingsDirectory(dataset.directory, name);
  report({ kind: "stage", stage: "embed", detail: `lsa, items by ${itemText}, users by ${userText}` });
  const needsChains = itemText !== "attributes" || userText !== "attributes";
  const reasoning = needsChains ? await readReasoning(dataset.directory, dataset) : undefined;
  warnOfGaps(reasoning, report);
  const itemTexts = dataset.items.map((item, i) =>
    itemText === "attributes" ? itemFallback(item) : reasoning!.items[i]![itemText],
  );
  const userTexts = dataset.users.map((_, u) =>
    userText === "attributes" ? userFallback(dataset, options.split.train[u]!) : reasoning!.users[u]![userText],
  );
  const encoder = await fitLsa(itemTexts, {
    dimensions,
    bigrams,
    seed,
    ...(signal && { signal }),
    onProgress: (share) =>
      report({ kind: "step", stage: "embed", done: Math.round(share * 100), total: 100, unit: "percent" }),
  });
  const [items, users] = [encoder.encode(itemTexts), encoder.encode(userTexts)];
  const manifest: EmbeddingsManifest = {
    format: 1,
    kind: "embeddings",
    name,
    encoder: { kind: "lsa", options: { dimensions, bigrams, terms: encoder.terms } },
    textsBy: reasoning?.source ?? "attributes",
    items: sideOf(itemText, itemTexts, items, reasoning?.coverage.items),
    users: sideOf(userText, userTexts, users, reasoning?.coverage.users),
    dimensions: encoder.dimensions,
    seed,
    datasetHash: dataset.hash,
    productVersion: productVersion(),
  };
  const directory = await writeEmbeddings(dataset.directory, { items, users, manifest });
  return { directory, manifest, seconds: (performance.now() - start) / 1000 };
}

function defaultName(itemText: TextSource, userText: TextSource): string {
  return itemText === "feature" && userText === "feature" ? "lsa" : `lsa-${itemText}-${userText}`;
}

function warnOfGaps(reasoning: Reasoning | undefined, report: Report): void {
  if (reasoning === undefined) return;
  for (const side of ["items", "users"] as const) {
    const share = reasoning.coverage[side];
    if (share === 1) continue;
    const message = `${(share * 100).toFixed(1)} % of the ${side} have reasoned texts; the others are embedded by their attributes.`;
    report({ kind: "warning", message });
  }
}

function sideOf(
  text: TextSource,
  texts: readonly string[],
  vectors: Matrix,
  coverage = 1,
): EmbeddingsManifest["items"] {
  let emptyRows = 0;
  for (let r = 0; r < vectors.rows; r++) {
    if (vectors.data.subarray(r * vectors.columns, (r + 1) * vectors.columns).every((value) => value === 0))
      emptyRows++;
  }
  const covered = text === "attributes" ? 1 : coverage;
  return { text, count: texts.length, coverage: covered, emptyRows, textHash: sha256(JSON.stringify(texts)) };
}
