// An open run that takes more items along than its directory holds.
import { stacked } from "../base/matrix.ts";
import type { CompileOptions } from "../engine/index.ts";
import { trainable } from "../recommenders/registry.ts";
import { Checkpoints } from "../training/checkpoints.ts";
import type { AddedItems } from "./added-items.ts";
import type { OpenRun } from "./run.ts";

/**
 * `run` with the items of `more` behind its own, and a recommender that knows them; that of `run` stays the caller's to
 * dispose of. Undefined where its checkpoint is gone. @throws what loading the model throws.
 */
export async function withAddedItems(
  run: OpenRun,
  more: AddedItems,
  compile: CompileOptions,
): Promise<OpenRun | undefined> {
  const { directory, config } = run;
  const checkpoint = await Checkpoints.ofRun(directory).open("best");
  if (checkpoint === undefined) return undefined;
  const vectors = run.added === undefined ? more.vectors : stacked(run.added.vectors, more.vectors);
  const { device = config.device, threads } = compile;
  const recommender = await trainable(config.model).load(checkpoint, { device, threads }, directory, vectors);
  const items = [...run.dataset.items, ...more.entries.map(({ item }) => item)];
  return {
    ...run,
    dataset: { ...run.dataset, items },
    split: { ...run.split, nItems: items.length },
    recommender,
    added: { entries: [...(run.added?.entries ?? []), ...more.entries], vectors },
  };
}
