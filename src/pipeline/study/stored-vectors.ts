// The vectors that a study's trainings read, as they lie beside a data set: what they are, without reading them.
import { InputError } from "../../base/errors.ts";
import type { Dataset } from "../../data/index.ts";
import {
  type EmbeddingsManifest,
  embeddingsDirectory,
  readEmbeddingsManifest,
  vectorsDigest,
} from "../../embedding/index.ts";

export interface StoredVectors {
  readonly manifest: EmbeddingsManifest;
  /** Of their content. */
  readonly digest: string;
}

/** @throws InputError when there are none of this name, or they were made for other data. */
export async function storedVectors(
  { directory, hash }: Pick<Dataset, "directory" | "hash">,
  name: string,
): Promise<StoredVectors> {
  const digest = await vectorsDigest(directory, name);
  const manifest = await readEmbeddingsManifest(directory, name);
  if (manifest.datasetHash === hash) return { manifest, digest };
  throw new InputError({
    where: embeddingsDirectory(directory, name),
    found: `vectors for data ${manifest.datasetHash.slice(0, 12)}`,
    expected: `those for ${hash.slice(0, 12)}, which the data are now`,
    todo: `Run \`isrf embed ${directory}\` again.`,
  });
}
