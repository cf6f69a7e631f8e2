// A sentence that the run's model writes on what an item is to a user (docs/explanations.md).
import { UsageError } from "../../base/errors.ts";
import { settingsOf } from "../../base/settings.ts";
import { ItemIds } from "../../runs/item-ids.ts";
import { type OpenRun, userIndexOf } from "../../runs/run.ts";
import { withRun } from "../../runs/with-run.ts";
import type { ExplainOptions } from "./explain.ts";
import { explainSettings } from "./settings.ts";

export interface WrittenSentence {
  readonly user: string;
  readonly item: string;
  readonly system: string;
  readonly sentence: string;
}

/** @throws UsageError for a model that learnt no sentences, and for unknown ids; otherwise as `openRun`. */
export async function writeSentence(run: string | OpenRun, options: ExplainOptions): Promise<WrittenSentence> {
  const { user, item, ...place } = settingsOf("explain", explainSettings, options);
  if (item === undefined) throw new UsageError("--generate writes about one item: name it with --item ID.");
  return withRun(run, place, async ({ dataset, directory, recommender }) => {
    if (recommender.explains === undefined)
      throw new UsageError(
        `${directory} writes no sentences: train with --set tasks=three in the text form and without witnesses (--preset small), or with --preset paper or authors.`,
      );
    const [itemIndex] = await new ItemIds(dataset).require([item]);
    const sentence = await recommender.explains(await userIndexOf(dataset, user), itemIndex!);
    return { user, item, system: recommender.name, sentence };
  });
}
