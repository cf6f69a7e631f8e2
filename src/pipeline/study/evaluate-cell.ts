// Test questions for a chosen training, once; and for what needs no training, once per data set.

import { join } from "node:path";
import { type Dataset, loadReviews, type Protocol, type Split, splitOf, trainingView } from "../../data/index.ts";
import { popularity } from "../../recommenders/yardsticks/index.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { evaluateRecommender } from "../evaluate/evaluate-recommender.ts";
import { type AskedUntrained, isKeptCell, isKeptUntrained, vectorsIfThere } from "./kept-evaluation.ts";
import type { CellOptions } from "./run-cell.ts";

export interface EvaluateCellOptions
  extends Pick<CellOptions, "embeddings" | "report" | "signal" | "device" | "threads"> {
  readonly users?: number | undefined;
  /** Run of a graph system to fuse with texts and neighbours. */
  readonly fuse?: string | undefined;
}

/** The run's own system beside the id canary; the yardsticks have their own folder. */
export async function evaluateCell(
  directory: string,
  { dataset, ...options }: EvaluateCellOptions & Pick<CellOptions, "dataset">,
): Promise<void> {
  const { fuse, embeddings, users, report, signal, device, threads } = options;
  const vectors = fuse === undefined ? undefined : await vectorsIfThere(dataset, embeddings);
  if (await isKeptCell(directory, { users, fuse, vectors, embeddings })) return;
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

/** Where what needs no training is evaluated: in a folder a protocol, as cells are. */
async function yardsticksDirectory(out: string, name: string, asked: AskedUntrained): Promise<string> {
  const usual = join(out, "cells", name, "yardsticks");
  if (asked.protocol === "strict") return usual;
  // Versions that had one folder for both kept them there.
  return (await isKeptUntrained(usual, asked)) ? usual : `${usual}-${asked.protocol}`;
}

/** What trainings of the study see where reviews say which pairs these are; undefined: what the protocol says. */
async function viewOf(dataset: Dataset, split: Split, protocol: Protocol) {
  if (protocol === "strict") return undefined;
  return trainingView(protocol, dataset, split, undefined, await loadReviews(dataset));
}

/** Popularity and all others that need no training, on the same questions. The directory that holds them. */
export async function evaluateYardsticks(
  out: string,
  name: string,
  dataset: Dataset,
  options: EvaluateCellOptions & { readonly protocol: Protocol },
): Promise<string> {
  const { embeddings, protocol, users, report, signal, threads } = options;
  const vectors = await vectorsIfThere(dataset.directory, embeddings, dataset);
  const split = splitOf(dataset);
  const view = await viewOf(dataset, split, protocol);
  const asked = { users, vectors, embeddings, protocol, hash: dataset.hash, graph: view?.description.graph };
  const directory = await yardsticksDirectory(out, name, asked);
  if (await isKeptUntrained(directory, asked)) return directory;
  await evaluateRecommender({
    recommender: popularity({ split }),
    kind: "yardstick",
    dataset,
    split,
    splitName: "test",
    protocol,
    view,
    directory,
    itemEmbeddings: vectors?.items,
    users,
    threads,
    report,
    signal,
  });
  return directory;
}
