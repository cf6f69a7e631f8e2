// The vectors that a run was trained with, or none: texts that changed since are other vectors.
import { InputError } from "../base/errors.ts";
import { type Embeddings, openEmbeddings } from "../embedding/index.ts";
import type { OpenRun } from "./run.ts";

/**
 * Undefined for a model that reads none. @throws InputError when they are gone, damaged, or made anew from other texts.
 */
export async function openRunEmbeddings({
  config,
  dataset,
}: Pick<OpenRun, "config" | "dataset">): Promise<Embeddings | undefined> {
  if (config.embeddings === null) return undefined;
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
