// Generative systems trained on the planted shop without a run directory.
import { builtinTokenizer } from "../../src/backbone/tokenizer.ts";
import { prepare } from "../../src/recommenders/generative/preparation.ts";
import { GenerativeRecommender } from "../../src/recommenders/generative/recommender.ts";
import { type GenerativeSystem, systemOptions } from "../../src/recommenders/generative/system.ts";
import { GenerativeTrainer } from "../../src/recommenders/generative/trainer.ts";
import type { TrainingData } from "../../src/recommenders/generative/training-data.ts";
import { validationSet } from "../../src/recommenders/generative/validation-set.ts";
import type { Recommender } from "../../src/recommenders/recommender.ts";
import type { PlantedSplit } from "./planted-split.ts";

/** Trained with `tiny` options for all its epochs; no epoch is chosen. It must be disposed of. */
export async function trainedGenerative(
  system: GenerativeSystem,
  { split, items, negatives }: PlantedSplit,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<Recommender> {
  const options = systemOptions(system, "tiny", overrides);
  const context = { options, seed: 3, compile: {} };
  const itemNumbers = Int32Array.from({ length: split.nItems }, (_, i) => i + 1);
  const data: TrainingData = { histories: split.train, nItems: split.nItems, itemNumbers, items };
  const { extraTask } = system;
  const words = extraTask?.words(items) ?? [];
  const trainer = await GenerativeTrainer.create({
    data,
    prepared: await prepare(data, context, false),
    context,
    validation: validationSet(split, negatives, options, 3),
    tokenizer: builtinTokenizer(words),
    words,
    ...(extraTask && { extraTask }),
  });
  try {
    for (let step = 0; step < options.epochs * trainer.stepsPerEpoch; step++) {
      await trainer.step(step, Math.floor(step / trainer.stepsPerEpoch));
    }
    await trainer.settle();
    return new GenerativeRecommender(system.name, trainer.state);
  } finally {
    await trainer.dispose();
  }
}
