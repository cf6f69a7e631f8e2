// The texts of a dataset's items that a run's vectors were made from: the space of the vectors is known by them.
import { InputError } from "../../base/errors.ts";
import { hashOfTexts } from "../../base/hash-of-texts.ts";
import type { Report } from "../../base/progress.ts";
import type { Dataset } from "../../data/index.ts";
import type { EmbeddingsManifest } from "../../embedding/index.ts";
import { itemFallback, readReasoning } from "../../reasoning/index.ts";

/** By item index. @throws InputError when they are others by now. */
export async function knownItemTexts(
  dataset: Dataset,
  { name, items: { text, textHash } }: EmbeddingsManifest,
  report: Report,
): Promise<readonly string[]> {
  const texts =
    text === "attributes"
      ? dataset.items.map(itemFallback)
      : (await readReasoning(dataset.directory, dataset, report)).items.map((chain) => chain[text]);
  if (hashOfTexts(texts) === textHash) return texts;
  throw new InputError({
    where: dataset.directory,
    found: `other texts of its items than those that embeddings/${name} were made from`,
    expected: "the same texts: vectors of new items must lie in the same space",
    todo: `Put reasoning/ of that time back, or embed and train again, with the new items in the data.`,
  });
}
