// Vectors of other texts, made as those of a name were made: by the same encoder, with the same options.
import { z } from "zod";
import { InputError } from "../../base/errors.ts";
import { silent } from "../../base/progress.ts";
import type { Dataset } from "../../data/index.ts";
import {
  askedAgain,
  differingOptions,
  type EmbeddingsManifest,
  embeddingsManifestPath,
  readEmbeddingsManifest,
  wordRule,
} from "../../embedding/index.ts";
import type { EmbedOptions } from "../embed/embed.ts";
import { encoderSettings } from "../embed/settings.ts";
import { readTexts } from "../embed/texts.ts";

type Recipe = Pick<EmbedOptions, "encoder" | "dimensions" | "bigrams" | "pooling" | "maxTokens" | "whiten" | "seed">;

const { dimensions, pooling, maxTokens } = encoderSettings.shape;
const recorded = z.object({
  model: z.string().optional(),
  dimensions,
  bigrams: z.boolean().optional(),
  pooling,
  maxTokens,
});
/** Kinds that `isrf embed --encoder` names; others are objects of a program. */
const NAMED = ["lsa", "random", "transformer", "ollama", "openai"];

/**
 * How the vectors of a name were made.
 * @throws InputError when they are gone, are of other texts than features, or by an encoder that no name opens.
 */
export async function recipeOf(dataset: string, name: string): Promise<Recipe> {
  const manifest = await readEmbeddingsManifest(dataset, name);
  const { items, users, whiten, seed } = manifest;
  const encoder = askedAgain(manifest);
  const refuse = (found: string, expected: string) =>
    new InputError({
      where: embeddingsManifestPath(dataset, name),
      found,
      expected,
      todo: "Name other embeddings, or an encoder (--encoder KIND:MODEL).",
    });
  if (items.text !== "feature" || users.text !== "feature")
    throw refuse(`vectors of ${items.text} and ${users.text}`, "vectors of features, beside which other texts are put");
  const known = recorded.safeParse(encoder.options);
  if (!NAMED.includes(encoder.kind) || !known.success)
    throw refuse(`vectors by ${encoder.kind}`, `vectors by one of ${NAMED.join(", ")}, which can be asked again`);
  const { model, ...options } = known.data;
  const own = encoder.kind === "ollama" ? { ...options, dimensions: undefined } : options;
  return {
    ...own,
    encoder: model === undefined ? encoder.kind : `${encoder.kind}:${model}`,
    whiten: whiten?.power,
    seed,
  };
}

/** @throws InputError where vectors of `name` were made otherwise than those of `like`, or of texts of another time. */
export async function refuseUnlike(dataset: Dataset, name: string, like: string): Promise<void> {
  const { directory } = dataset;
  const [own, base] = await Promise.all([name, like].map((each) => readEmbeddingsManifest(directory, each)));
  const found = await differenceFrom(base!, own!, dataset);
  if (found === undefined) return;
  throw new InputError({
    where: embeddingsManifestPath(directory, name),
    found,
    expected: `vectors made as embeddings ${like} are now`,
    todo: "Delete that folder to have them made anew, or put back what they were made from.",
  });
}

async function differenceFrom(
  base: EmbeddingsManifest,
  own: EmbeddingsManifest,
  dataset: Dataset,
): Promise<string | undefined> {
  const differing = differingOptions(askedAgain(base), askedAgain(own));
  const isWordsAlone = differing.join() === "unspacedText";
  const isAlike = isWordsAlone && !(await haveOlderWords([base, own], dataset));
  if ((differing.length > 0 && !isAlike) || base.whiten?.power !== own.whiten?.power || base.seed !== own.seed)
    return `vectors by ${own.encoder.kind}, ${own.dimensions} columns, made otherwise`;
  for (const side of ["items", "users"] as const)
    if (own[side].text === base[side].text && own[side].textHash !== base[side].textHash)
      return `vectors whose texts of ${side} were written at another time`;
  return undefined;
}

/** Whether some were made by a version that took a run of signs without spaces for one word, and not of other texts. */
async function haveOlderWords(manifests: readonly EmbeddingsManifest[], dataset: Dataset): Promise<boolean> {
  for (const { encoder, items, users } of manifests) {
    if (encoder.options.unspacedText !== undefined) continue;
    const texts = await readTexts(dataset, { itemText: items.text, userText: users.text }, silent);
    if (wordRule(texts.items, texts.users).unspacedText !== undefined) return true;
  }
  return false;
}
