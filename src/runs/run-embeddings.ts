// The vectors that a run was trained with, or none: texts that changed since are other vectors.
import { InputError } from "../base/errors.ts";
import { stacked } from "../base/matrix.ts";
import type { Dataset } from "../data/index.ts";
import { type Embeddings, openEmbeddings } from "../embedding/index.ts";
import type { OpenRun } from "./run.ts";
import { openRunDataset } from "./run-dataset.ts";

type OpenedWith = Pick<OpenRun, "directory" | "config" | "dataset" | "later" | "added">;

/**
 * Items that were added to the run stand behind the others, as in its dataset. Undefined for a model that reads none.
 * @throws InputError when they are gone, damaged, or made anew from other texts.
 */
export async function openRunEmbeddings(run: OpenedWith): Promise<Embeddings | undefined> {
  const { config, added } = run;
  if (config.embeddings === null) return undefined;
  const dataset = await trainedDataset(run);
  const { name, itemTextHash, userTextHash } = config.embeddings;
  const embeddings = await openEmbeddings(dataset.directory, name, dataset);
  const { items, users } = embeddings.manifest;
  if (items.textHash === itemTextHash && users.textHash === userTextHash)
    return added === undefined ? embeddings : { ...embeddings, items: stacked(embeddings.items, added.vectors) };
  throw new InputError({
    where: `${dataset.directory}/embeddings/${name}`,
    found: "vectors of other texts",
    expected: "those of the texts that the run was trained with",
    todo: "Reason and embed as before the training, or train again.",
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
