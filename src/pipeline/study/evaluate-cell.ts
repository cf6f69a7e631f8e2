// Test questions for a chosen training, once; and for what needs no training, once per data set.

import { join } from "node:path";
import { DamageError } from "../../base/checksums.ts";
import { InputError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { type Dataset, type Protocol, splitOf } from "../../data/index.ts";
import { openEmbeddings } from "../../embedding/index.ts";
import { popularity } from "../../recommenders/yardsticks/index.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { evaluateRecommender } from "../evaluate/evaluate-recommender.ts";
import { readEvaluation } from "../evaluate/store.ts";
import type { CellOptions } from "./run-cell.ts";

export interface EvaluateCellOptions
  extends Pick<CellOptions, "embeddings" | "report" | "signal" | "device" | "threads"> {
  readonly users?: number | undefined;
  /** Run of a graph system to fuse with texts and neighbours. */
  readonly fuse?: string | undefined;
}

/** The run's own system beside the id canary; the yardsticks have their own folder. */
export async function evaluateCell(directory: string, options: EvaluateCellOptions): Promise<void> {
  const { fuse, embeddings, users, report, signal, device, threads } = options;
  if (await isEvaluated(directory, users)) return;
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
  if (await isEvaluated(directory, users)) return directory;
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
  return directory;
}

/** Another sample of users is another evaluation. */
async function isEvaluated(directory: string, users: number | undefined): Promise<boolean> {
  if (!(await exists(join(directory, "evaluation.json")))) return false;
  const { users: asked, split } = await readEvaluation(directory);
  return split === "test" && asked.evaluated === Math.min(users ?? asked.total, asked.total);
}
