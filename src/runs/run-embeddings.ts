// The vectors that a run was trained with, or none: texts that changed since are other vectors.
import { InputError } from "../base/errors.ts";
import type { Dataset } from "../data/index.ts";
import { type Embeddings, openEmbeddings } from "../embedding/index.ts";
import type { OpenRun } from "./run.ts";
import { openRunDataset } from "./run-dataset.ts";

/**
 * Undefined for a model that reads none. @throws InputError when they are gone, damaged, or made anew from other texts.
 */
export async function openRunEmbeddings(
  run: Pick<OpenRun, "directory" | "config" | "dataset" | "later">,
): Promise<Embeddings | undefined> {
  const { config } = run;
  if (config.embeddings === null) return undefined;
  const dataset = await trainedDataset(run);
  const { name, itemTextHash, userTextHash } = config.embeddings;
  const embeddings = await openEmbeddings(dataset.directory, name, dataset);
  const { items, users } = embeddings.manifest;
  if (items.textHash === itemTextHash && users.textHash === userTextHash) return embeddings;
  throw new InputError({
    where: `${dataset.directory}/embeddings/${name}`,
    found: "vectors of other texts",
    expected: "those of the texts that the run was trained with",
    todo: "Reason and embed as before the training, or train again.",
  });
}

/**
 * The data that the run was trained on, beside which its texts and vectors lie, also where it is asked about a later
 * version. @throws InputError when they are gone.
 */
export async function trainedDataset({
  directory,
  config,
  dataset,
  later,
}: Pick<OpenRun, "directory" | "config" | "dataset" | "later">): Promise<Dataset> {
  if (later === undefined) return dataset;
  return openRunDataset(directory, config.dataset).catch((cause: unknown) => {
    if (!(cause instanceof InputError)) throw cause;
    const expected = `the data that ${directory} was trained on, whose texts this reads beside the later ones`;
    const todo = `Put them back, or train again: isrf train ${later.staleness.dataset} --from ${directory} --out NEW.`;
    throw new InputError({ where: cause.facts.where, found: cause.facts.found, expected, todo }, { cause });
  });
}
