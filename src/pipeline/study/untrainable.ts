// Rows that some data cannot train: found when a study is planned, not when their turn comes after hours.
import type { Dataset } from "../../data/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import { isReasoned } from "../train/index.ts";
import type { Race } from "./race.ts";

type Planned = Pick<Race, "dataset" | "system" | "vectors">;

/** Why, and what to do; undefined for a row that can be trained as far as is known. */
export async function whyUntrainable({ dataset, system, vectors }: Planned): Promise<string | undefined> {
  const { learnsSentences } = trainable(system.model);
  for (const options of system.resolved) {
    const lacking = lackingColumns(options, dataset, vectors);
    if (lacking !== undefined) return lacking;
    if (learnsSentences?.(options) && !(await hasSentences(dataset)))
      return `it learns sentences, and ${dataset.directory} has no reasoned texts and no reviews: run isrf reason ${dataset.directory}, or import the data with --explanations`;
  }
  return undefined;
}

/** Items that are their texts themselves need texts as wide as what they stand for. */
function lackingColumns(
  { itemSource, width, semanticWidth }: Readonly<Record<string, unknown>>,
  { items, directory }: Dataset,
  vectors: Planned["vectors"],
): string | undefined {
  if (itemSource !== "frozen-semantic" || vectors === undefined) return undefined;
  const { name, dimensions } = vectors.manifest;
  const columns = Math.min(Number(semanticWidth), dimensions, items.length);
  if (columns >= Number(width)) return undefined;
  const most =
    items.length < Number(width)
      ? `there are only ${items.length} items: lower width`
      : `lower width, or embed with more columns (isrf embed ${directory} --dimensions ${width} --name NAME)`;
  return `its items are texts of ${width} columns (width), and embeddings ${name} give ${columns}: ${most}`;
}

async function hasSentences({ directory, manifest }: Dataset): Promise<boolean> {
  return manifest.explanations !== undefined || isReasoned(directory);
}
