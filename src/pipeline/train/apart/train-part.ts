// A part of a training whose run another process has begun: everything is read from where that one found it.
import { UsageError } from "../../../base/errors.ts";
import type { Report } from "../../../base/progress.ts";
import { openedDataset, splitOf } from "../../../data/index.ts";
import { openEmbeddings } from "../../../embedding/index.ts";
import type { TrainResult } from "../../../recommenders/definition.ts";
import { trainable } from "../../../recommenders/registry.ts";
import { readRunConfig } from "../../../runs/run.ts";
import { requestFor, whatToShow } from "../request.ts";
import { reviewsOf } from "../sentences.ts";

/** A part as it can be sent: data and run by their place. */
export interface SentPart {
  readonly dataset: string;
  readonly out: string;
  /** Its folder in the run. */
  readonly part: string;
  readonly threads: number;
  readonly resume: boolean;
}

/** @throws as `train` does. */
export async function trainPart(
  { part, ...sent }: SentPart,
  watched: { readonly report: Report; readonly signal: AbortSignal },
): Promise<TrainResult> {
  const { out } = sent;
  // Whoever began the run has told of its data.
  const dataset = await openedDataset(sent.dataset);
  const config = await readRunConfig(out);
  if (config.dataset.hash !== dataset.hash) throw new UsageError(`${sent.dataset} has changed since ${out} was begun.`);
  const name = config.embeddings?.name;
  const embeddings = name === undefined ? undefined : await openEmbeddings(dataset.directory, name, dataset);
  const split = splitOf(dataset);
  const reviews = await reviewsOf(dataset, config);
  // What each part has of its own tells whether it begins, whatever the others have come to meanwhile.
  const { view, from } = await whatToShow({ out, resume: true }, { config, dataset, split, reviews });
  const request = await requestFor(sent, { config, dataset, embeddings, split, view, from, ...watched });
  return trainable(config.model).trainPart!(part, request);
}
