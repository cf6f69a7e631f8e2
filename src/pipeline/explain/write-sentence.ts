// A sentence that the run's model writes on what an item is to a user (docs/explanations.md).
import { UsageError } from "../../base/errors.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import type { SentenceDecoding } from "../../recommenders/recommender.ts";
import { ItemIds } from "../../runs/item-ids.ts";
import { type OpenRun, userIndexOf } from "../../runs/run.ts";
import { withRun } from "../../runs/with-run.ts";
import { sentenceSettings } from "./settings.ts";

export interface WriteSentenceOptions extends Given<typeof sentenceSettings> {
  readonly signal?: AbortSignal | undefined;
}

export interface WrittenSentence {
  readonly user: string;
  readonly item: string;
  readonly system: string;
  /** Empty where the model ended it at once. */
  readonly sentence: string;
  readonly decoding: SentenceDecoding;
}

/** @throws UsageError for a model that learnt no sentences, and for unknown ids; otherwise as `openRun`. */
export async function writeSentence(run: string | OpenRun, options: WriteSentenceOptions): Promise<WrittenSentence> {
  const { user, item, leastTokens, ...place } = settingsOf("explain", sentenceSettings, options);
  return withRun(run, place, async ({ dataset, directory, recommender }) => {
    const { sentences: writer, name: system } = recommender;
    if (writer === undefined)
      throw new UsageError(
        `${directory} writes no sentences: train with --set tasks=three in the text form and without witnesses (--preset small).`,
      );
    const decoding = { ...writer.decoding, leastTokens: leastTokens ?? writer.decoding.leastTokens };
    if (decoding.leastTokens >= decoding.mostTokens)
      throw new UsageError(
        `least-tokens ${decoding.leastTokens}: expected fewer than ${decoding.mostTokens}, the run's explanationTokens.`,
      );
    const [itemIndex] = await new ItemIds(dataset).require([item]);
    const pair = { userIndex: await userIndexOf(dataset, user), itemIndex: itemIndex! };
    const { signal } = options;
    const [sentence] = await writer.write([pair], { leastTokens: decoding.leastTokens, signal });
    return { user, item, system, sentence: sentence!, decoding };
  });
}
