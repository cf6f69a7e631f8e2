// The vectors that a run was trained with, or none: of texts that changed since, of another encoder or of another seed
// they lie in another space, and nothing that the model learnt holds there.
import { InputError } from "../base/errors.ts";
import { stacked } from "../base/matrix.ts";
import type { Dataset } from "../data/index.ts";
import {
  type Embeddings,
  type EmbeddingsManifest,
  openEmbeddings,
  readEmbeddingsManifest,
  vectorsDigest,
} from "../embedding/index.ts";
import type { OpenRun } from "./run.ts";
import { openRunDataset } from "./run-dataset.ts";

type OpenedWith = Pick<OpenRun, "directory" | "config" | "dataset" | "later" | "added">;

/**
 * Items that were added to the run stand behind the others, as in its dataset. Undefined for a model that reads none.
 * @throws InputError when they are gone, damaged, or made anew: from other texts, or otherwise.
 */
export async function openRunEmbeddings(run: OpenedWith): Promise<Embeddings | undefined> {
  const { config, added } = run;
  if (config.embeddings === null) return undefined;
  const dataset = await trainedDataset(run);
  const { name } = config.embeddings;
  // Other vectors are refused before they are read, which takes a while; what is gone or damaged, the reading says.
  const told = await readEmbeddingsManifest(dataset.directory, name).catch(() => undefined);
  if (told?.datasetHash === dataset.hash) await requireTrained(config.embeddings, told, dataset.directory);
  const embeddings = await openEmbeddings(dataset.directory, name, dataset);
  // They may have been replaced meanwhile.
  await requireTrained(config.embeddings, embeddings.manifest, dataset.directory);
  return added === undefined ? embeddings : { ...embeddings, items: stacked(embeddings.items, added.vectors) };
}

async function requireTrained(
  { name, itemTextHash, userTextHash, vectorsDigest: trained }: NonNullable<OpenRun["config"]["embeddings"]>,
  { items, users }: EmbeddingsManifest,
  dataset: string,
): Promise<void> {
  const where = `${dataset}/embeddings/${name}`;
  if (items.textHash !== itemTextHash || users.textHash !== userTextHash)
    throw new InputError({
      where,
      found: "vectors of other texts",
      expected: "those of the texts that the run was trained with",
      todo: "Reason and embed as before the training, or train again.",
    });
  if (trained === undefined || trained === (await vectorsDigest(dataset, name))) return;
  throw new InputError({
    where,
    found: "vectors made anew, other than those that the run was trained with",
    expected: "the same vectors: others lie in another space",
    todo: "Embed with the encoder, options and seed of before the training, or train again.",
  });
}

/**
 * The data that the run was trained on, beside which its texts and vectors lie, also where it is asked about a later
 * version or items were added to it. @throws InputError when they are gone.
 */
export async function trainedDataset({ directory, config, dataset, later, added }: OpenedWith): Promise<Dataset> {
  if (later === undefined)
    return added === undefined ? dataset : { ...dataset, items: dataset.items.slice(0, -added.entries.length) };
  return openRunDataset(directory, config.dataset).catch((cause: unknown) => {
    if (!(cause instanceof InputError)) throw cause;
    const expected = `the data that ${directory} was trained on, whose texts this reads beside the later ones`;
    const todo = `Put them back, or train again: isrf train ${later.staleness.dataset} --from ${directory} --out NEW.`;
    throw new InputError({ where: cause.facts.where, found: cause.facts.found, expected, todo }, { cause });
  });
}
