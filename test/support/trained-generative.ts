// Generative systems trained on the planted shop without a run directory.
import { builtinTokenizer } from "../../src/backbone/tokenizer.ts";
import { matrix } from "../../src/base/matrix.ts";
import type { Item } from "../../src/data/dataset.ts";
import type { TrainingData } from "../../src/recommenders/generative/examples/training-data.ts";
import { validationPrompts } from "../../src/recommenders/generative/examples/validation-prompts.ts";
import { type GenerativeSystem, systemOptions } from "../../src/recommenders/generative/options/system.ts";
import { GenerativeRecommender } from "../../src/recommenders/generative/recommender.ts";
import { prepare } from "../../src/recommenders/generative/tables/preparation.ts";
import { GenerativeTrainer } from "../../src/recommenders/generative/trainer.ts";
import type { Recommender } from "../../src/recommenders/recommender.ts";
import { validationQuestions } from "../../src/recommenders/training/ranking-validation.ts";
import type { PlantedSplit } from "./planted-split.ts";

/** Trained with `tiny` options for all its epochs; no epoch is chosen. It must be disposed of. */
export async function trainedGenerative(
  system: GenerativeSystem,
  { split, items, negatives }: PlantedSplit,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<Recommender> {
  const options = systemOptions(system, "tiny", { set: overrides });
  const validation = validationQuestions(split, negatives, options.validationUsers, 3);
  const context = { options, seed: 3, compile: {}, validation };
  const itemNumbers = Int32Array.from({ length: split.nItems }, (_, i) => i + 1);
  const data: TrainingData = {
    prefixes: split.prefixes,
    nItems: split.nItems,
    itemNumbers,
    items,
    ...(system.needsEmbeddings ? { embeddings: categoryVectors(items, split.prefixes) } : {}),
  };
  const { extraTask } = system;
  const words = extraTask?.words(items) ?? [];
  const trainer = await GenerativeTrainer.create({
    data,
    prepared: await prepare(data, context, false),
    context,
    validation: validationPrompts(validation, options),
    tokenizer: builtinTokenizer(words),
    words,
    extraTask,
  });
  try {
    for (let step = 0; step < options.epochs * trainer.stepsPerEpoch; step++) {
      await trainer.step(step);
    }
    await trainer.settle();
    return new GenerativeRecommender(system.name, trainer.state);
  } finally {
    await trainer.dispose();
  }
}

/** In place of text vectors: an item's deepest category, and the mean of a user's items. */
function categoryVectors(
  items: readonly Item[],
  histories: readonly Int32Array[],
): NonNullable<TrainingData["embeddings"]> {
  const deepest = items.map(({ categories }) => categories?.at(-1));
  const names = [...new Set(deepest)];
  const ofItem = (item: number) => names.map((name) => Number(name === deepest[item]));
  const ofUser = (history: Int32Array) => {
    const vectors = Array.from(history, ofItem);
    return names.map((_, i) => vectors.reduce((sum, vector) => sum + vector[i]!, 0) / history.length);
  };
  const stacked = (rows: readonly number[][]) => matrix(rows.length, names.length, Float32Array.from(rows.flat()));
  return { items: stacked(items.map((_, item) => ofItem(item))), users: stacked(histories.map(ofUser)) };
}
