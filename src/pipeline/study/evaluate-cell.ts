// Test questions for a chosen training, once; and for what needs no training, once per data set.

import { join } from "node:path";
import { z } from "zod";
import { DamageError } from "../../base/checksums.ts";
import { InputError } from "../../base/errors.ts";
import { exists, writeJsonAtomic } from "../../base/files.ts";
import { readRecord } from "../../base/records.ts";
import { type Dataset, type Protocol, splitOf } from "../../data/index.ts";
import { openEmbeddings, vectorsDigest } from "../../embedding/index.ts";
import { popularity } from "../../recommenders/yardsticks/index.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { evaluateRecommender } from "../evaluate/evaluate-recommender.ts";
import { readEvaluation } from "../evaluate/store.ts";
import type { CellOptions } from "./run-cell.ts";
import { USUAL_EMBEDDINGS } from "./study-plan.ts";

export interface EvaluateCellOptions
  extends Pick<CellOptions, "embeddings" | "report" | "signal" | "device" | "threads"> {
  readonly users?: number | undefined;
  /** Run of a graph system to fuse with texts and neighbours. */
  readonly fuse?: string | undefined;
}

/** Vectors that an evaluation read, beside it. */
const READ = "vectors.json";
const readSchema = z.object({ format: z.literal(1), kind: z.literal("evaluated vectors"), digest: z.string() });

/** The run's own system beside the id canary; the yardsticks have their own folder. */
export async function evaluateCell(
  directory: string,
  options: EvaluateCellOptions & Pick<CellOptions, "dataset">,
): Promise<void> {
  const { fuse, embeddings, users, report, signal, device, threads } = options;
  const digest = fuse === undefined ? undefined : await vectorsDigest(options.dataset, embeddings);
  if (await isEvaluated(directory, { users, digest, embeddings })) return;
  await evaluate(directory, {
    split: "test",
    yardsticks: "canary",
    // No table of a study shows them.
    sentences: 0,
    fuse,
    embeddings: fuse === undefined ? undefined : embeddings,
    users,
    report,
    signal,
    device,
    threads,
  });
  await keepDigest(directory, digest);
}

/** Popularity and all others that need no training, on the same questions. The directory that holds them. */
export async function evaluateYardsticks(
  out: string,
  name: string,
  dataset: Dataset,
  options: EvaluateCellOptions & { readonly protocol: Protocol },
): Promise<string> {
  const directory = join(out, "cells", name, "yardsticks");
  const { embeddings, protocol, users, report, signal } = options;
  const digest = await vectorsDigest(dataset.directory, embeddings).catch((error: unknown) => {
    if (error instanceof InputError) return undefined;
    throw error;
  });
  if (await isEvaluated(directory, { users, digest, embeddings, data: dataset.hash })) return directory;
  const split = splitOf(dataset);
  const vectors = await openEmbeddings(dataset.directory, embeddings, dataset).catch((error: unknown) => {
    if (error instanceof InputError && !(error instanceof DamageError)) return undefined;
    throw error;
  });
  await evaluateRecommender({
    recommender: popularity({ split }),
    kind: "yardstick",
    dataset,
    split,
    splitName: "test",
    protocol,
    directory,
    itemEmbeddings: vectors?.items,
    users,
    report,
    signal,
  });
  await keepDigest(directory, digest);
  return directory;
}

interface Asked {
  readonly users: number | undefined;
  /** Of the vectors that answers are made from, where they are. */
  readonly digest: string | undefined;
  readonly embeddings: string;
  /** Hash of the dataset, where no training vouches for it. */
  readonly data?: string | undefined;
}

/** Another sample of users is another evaluation, and so are other vectors and other data. */
async function isEvaluated(directory: string, { users, digest, embeddings, data }: Asked): Promise<boolean> {
  if (!(await exists(join(directory, "evaluation.json")))) return false;
  const { users: asked, split, dataset } = await readEvaluation(directory);
  if (split !== "test" || asked.evaluated !== Math.min(users ?? asked.total, asked.total)) return false;
  if (data !== undefined && data !== dataset.hash) return false;
  return digest === undefined || (await hasRead(directory, digest, embeddings));
}

/** Earlier versions did not say what they read. */
async function hasRead(directory: string, digest: string, embeddings: string): Promise<boolean> {
  const path = join(directory, READ);
  if (!(await exists(path))) return embeddings === USUAL_EMBEDDINGS;
  const words = { expected: "which vectors an evaluation read", todo: "Delete the file: the study evaluates again." };
  return (await readRecord(path, readSchema, words)).digest === digest;
}

async function keepDigest(directory: string, digest: string | undefined): Promise<void> {
  if (digest !== undefined)
    await writeJsonAtomic(join(directory, READ), { format: 1, kind: "evaluated vectors", digest });
}
