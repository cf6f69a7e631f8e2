// Texts and vectors of items that an open run's training never saw, without writing anything.
import { UsageError } from "../../base/errors.ts";
import type { Matrix } from "../../base/matrix.ts";
import type { Report } from "../../base/progress.ts";
import type { Item } from "../../data/index.ts";
import type { OpenRun } from "../../runs/run.ts";
import { openRunEmbeddings, trainedDataset } from "../../runs/run-embeddings.ts";
import { knownItemTexts } from "./known-texts.ts";
import { textsOfNewItems } from "./new-texts.ts";
import { vectorsOfNewTexts } from "./new-vectors.ts";

export interface NewItemVectors {
  /** Beside the items. */
  readonly texts: readonly string[];
  /** Who wrote them. */
  readonly by: string;
  /** [items, d] */
  readonly vectors: Matrix;
}

/** @throws UsageError for a run without texts; InputError where its texts or vectors cannot be made again. */
export async function newItemVectors(run: OpenRun, items: readonly Item[], report: Report): Promise<NewItemVectors> {
  const dataset = await trainedDataset(run);
  const { directory, config } = run;
  const embeddings = await openRunEmbeddings({ directory, config, dataset });
  if (embeddings === undefined) throw new UsageError(`${directory} was trained without texts.`);
  const { manifest } = embeddings;
  const { texts, by } = await textsOfNewItems({ dataset, items, manifest, report });
  const known = await knownItemTexts(dataset, manifest, report);
  return { texts, by, vectors: await vectorsOfNewTexts({ run: directory, embeddings, known, texts, report }) };
}
