// Vectors of texts that were written anew since: whoever trains on them trains on what nobody reads any more.
import { InputError } from "../../base/errors.ts";
import type { Dataset } from "../../data/index.ts";
import { type EmbeddingsManifest, embeddingsManifestPath } from "../../embedding/index.ts";
import { hasReasoningManifest, readReasoningManifest } from "../../reasoning/index.ts";
import { areOfTextsNow } from "../embed/index.ts";

export interface OlderTexts {
  /** Who wrote those of the vectors, and those that the data have, in words. */
  readonly before: string;
  readonly now: string;
  /** False while those that the data have are being written. */
  readonly isWhole: boolean;
}

/** Noise is of no text. */
const WITHOUT_TEXTS = "random";

/** Undefined for vectors of the texts that the data have, and where these are gone: nothing was written anew. */
export async function olderTexts(dataset: Dataset, manifest: EmbeddingsManifest): Promise<OlderTexts | undefined> {
  if (manifest.encoder.kind === WITHOUT_TEXTS) return undefined;
  // Texts that are there and damaged, or lack answers, are no texts that are gone.
  const isGone = !(await hasReasoningManifest(dataset.directory));
  const whereThere = <T>(read: Promise<T>) =>
    read.catch((error: unknown) => {
      if (isGone && error instanceof InputError) return undefined;
      throw error;
    });
  if ((await whereThere(areOfTextsNow(dataset, manifest))) !== false) return undefined;
  const { items, users, textsBy } = manifest;
  const isOfAttributes = items.text === "attributes" && users.text === "attributes";
  const now = isOfAttributes ? undefined : await whereThere(readReasoningManifest(dataset.directory));
  const label = now?.label ?? textsBy;
  return {
    before: `by ${textsBy}`,
    now: label === textsBy ? `others by ${label}` : `by ${label}`,
    isWhole: now === undefined || now.counts !== undefined,
  };
}

export function refuseUnfinished({ directory }: Dataset, name: string): InputError {
  return new InputError({
    where: embeddingsManifestPath(directory, name),
    found: "vectors of other texts than the data have now, which are not all written yet",
    expected: "texts that are whole, to make the vectors anew",
    todo: `Finish \`isrf reason ${directory}\` first, with the options that it was begun with.`,
  });
}

export function refuseOlder({ directory }: Dataset, name: string, { before, now }: OlderTexts): InputError {
  return new InputError({
    where: embeddingsManifestPath(directory, name),
    found: `vectors of other texts (${before}) than the data have now (${now})`,
    expected: "vectors of the texts that the data have",
    todo: `Make them anew with \`isrf embed ${directory} --name ${name}\` and the options of before; or, to study the older texts, reason again as before (isrf reason asks no question twice).`,
  });
}
