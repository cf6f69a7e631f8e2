// Trainings that lie in a study's folder already were made from some data, vectors and sentences. What was made from
// others than those that are there now is no row of this study: it is refused before anything is trained.
import { InputError } from "../../base/errors.ts";
import { vectorsDigest } from "../../embedding/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import { isRun, type RunConfig, readRunConfig } from "../../runs/run.ts";
import { reviewsFor } from "../train/index.ts";
import { possibleCells, type Race } from "./race.ts";
import { cellDirectory } from "./run-cell.ts";
import type { StoredVectors } from "./stored-vectors.ts";

/** What a training reads. */
export type Sources = Pick<Race, "dataset" | "vectors" | "texts">;

/** @throws InputError that names the first training that was made from others, and says what differs. */
export async function refuseOthersCells(out: string, races: readonly Race[]): Promise<void> {
  const wrong: { readonly directory: string; readonly found: string; readonly expected: string }[] = [];
  for (const race of races) {
    for (const cell of possibleCells(race)) {
      const directory = cellDirectory(out, cell);
      if (!(await isRun(directory))) continue;
      const other = await differenceOf(await readRunConfig(directory), race);
      if (other !== undefined) wrong.push({ directory, ...other });
    }
  }
  const [first] = wrong;
  if (first === undefined) return;
  const more = wrong.length === 1 ? "" : ` (so are ${wrong.length - 1} more of this study)`;
  throw new InputError({
    where: first.directory,
    found: `a training on ${first.found}${more}`,
    expected: `one on ${first.expected}, as they are now`,
    todo: "To train anew, name another --out or delete the folders of such trainings; or put back what they were trained on.",
  });
}

interface Difference {
  readonly found: string;
  readonly expected: string;
}

/** What a training was made from where that is something else than `sources`, both in words. */
export async function differenceOf(config: RunConfig, sources: Sources): Promise<Difference | undefined> {
  return (await ofData(config, sources)) ?? ofSentences(config, sources);
}

/** Sentences of reviews, or the texts that sentences are made of: neither is part of the hash of the data. */
function ofSentences(
  { model, options, protocol, reviews, learntTexts }: RunConfig,
  { dataset, texts }: Sources,
): Difference | undefined {
  const learnsSentences = trainable(model).learnsSentences?.(options) ?? false;
  const now = reviewsFor(dataset, { learnsSentences, protocol, sentences: undefined });
  if (reviews?.hash !== now?.hash) return { found: reviewWords(reviews?.hash), expected: reviewWords(now?.hash) };
  // Earlier versions did not say which texts they learnt.
  if (learntTexts === undefined || texts === undefined || learntTexts === texts) return undefined;
  return { found: textWords(learntTexts), expected: textWords(texts) };
}

function reviewWords(hash: string | undefined): string {
  return hash === undefined ? "no sentences of reviews" : `sentences of reviews ${hash.slice(0, 12)}`;
}

function textWords(hash: string): string {
  return `sentences made of reasoned texts ${hash.slice(0, 12)}`;
}

async function ofData(
  { dataset: trained, embeddings }: RunConfig,
  { dataset, vectors }: Sources,
): Promise<Difference | undefined> {
  if (trained.hash !== dataset.hash)
    return {
      found: dataWords(trained.name, trained.hash),
      expected: `${dataWords(dataset.manifest.name, dataset.hash)}`,
    };
  if (embeddings === null || vectors === undefined) return undefined;
  if (await areSame(embeddings, dataset.directory, vectors)) return undefined;
  const { name, items, users, textsBy, encoder, dimensions } = vectors.manifest;
  const hasSameTexts = embeddings.itemTextHash === items.textHash && embeddings.userTextHash === users.textHash;
  const of = hasSameTexts ? "the same texts, encoded otherwise" : `other texts, ${embeddings.textsBy}`;
  return {
    found: `embeddings ${embeddings.name} of ${of}`,
    expected: `embeddings ${name} (${encoder.kind}, ${dimensions} columns, texts ${textsBy})`,
  };
}

function dataWords(name: string, hash: string): string {
  return `data ${name} ${hash.slice(0, 12)}`;
}

/** Older runs tell the texts and the name alone; vectors of another name may be the same ones. */
async function areSame(
  { name, itemTextHash, userTextHash, vectorsDigest: trained }: NonNullable<RunConfig["embeddings"]>,
  dataset: string,
  { manifest, digest }: StoredVectors,
): Promise<boolean> {
  if (trained !== undefined) return trained === digest;
  if (itemTextHash !== manifest.items.textHash || userTextHash !== manifest.users.textHash) return false;
  if (name === manifest.name) return true;
  return digest === (await vectorsDigest(dataset, name).catch(() => undefined));
}
