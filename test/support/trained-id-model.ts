// Id models trained on the planted shop without a run directory, and how often they are right.
import { Random } from "../../src/base/random.ts";
import { assertRanking } from "../../src/evaluation/index.ts";
import { optionSpace } from "../../src/recommenders/id-models/definition.ts";
import type { IdModelSpec, IdTrainingData } from "../../src/recommenders/id-models/id-model.ts";
import type { IdOptions } from "../../src/recommenders/id-models/options.ts";
import { IdRecommender } from "../../src/recommenders/id-models/recommender.ts";
import { IdTrainer } from "../../src/recommenders/id-models/trainer.ts";
import { resolveOptions } from "../../src/recommenders/options/index.ts";
import type { DirectRequest, Recommender, Task } from "../../src/recommenders/recommender.ts";
import { validationQuestions } from "../../src/recommenders/training/ranking-validation.ts";
import type { PlantedSplit } from "./planted-split.ts";

type Overrides = Readonly<Record<string, unknown>>;
/** What a model reads of the catalogue beside the ids. */
type Read = Partial<Pick<IdTrainingData, "facts" | "texts">>;

/** A trainer with `tiny` options; it must be disposed of. */
export function tinyIdTrainer<O extends IdOptions>(
  spec: IdModelSpec<O>,
  { split, negatives }: PlantedSplit,
  overrides: Overrides = {},
  read: Read = {},
): { readonly trainer: IdTrainer<O>; readonly options: O; readonly data: IdTrainingData } {
  const options = resolveOptions(optionSpace(spec), "tiny", { set: overrides });
  const { nUsers, nItems, prefixes } = split;
  const data = { nUsers, nItems, prefixes, facts: read.facts ?? {}, texts: read.texts, seed: 3 };
  const validation = validationQuestions(split, negatives, options.validationUsers, 3);
  return { trainer: new IdTrainer(spec, { options, data, validation, compile: {} }), options, data };
}

/** Trained for all its epochs; no epoch is chosen. It must be disposed of. */
export async function trainedIdModel<O extends IdOptions>(
  spec: IdModelSpec<O>,
  shop: PlantedSplit,
  overrides: Overrides = {},
  read: Read = {},
): Promise<Recommender> {
  const { trainer, options, data } = tinyIdTrainer(spec, shop, overrides, read);
  try {
    for (let step = 0; step < options.epochs * trainer.stepsPerEpoch; step++) {
      await trainer.step(step, Math.floor(step / trainer.stepsPerEpoch));
    }
    return new IdRecommender(spec, { ...data, options, vectors: await trainer.vectors() });
  } finally {
    await trainer.dispose();
  }
}

/** Share of users whose test item is among the first ten of their list; every list is checked. */
export async function hitRate(system: Recommender, { split, negatives }: PlantedSplit, task: Task): Promise<number> {
  const questions: readonly DirectRequest[] = split.prefixes.map((prefix, userIndex) => ({
    userIndex,
    history: Int32Array.of(...prefix, split.valid[userIndex]!),
    candidates: Random.of(1, userIndex).shuffle(Int32Array.of(split.test[userIndex]!, ...negatives(userIndex))),
  }));
  const lists =
    task === "sequential" ? await system.rankSequential(questions, 10) : await system.rankDirect(questions, 10);
  const hits = lists.filter((list, user) => {
    const { history, candidates } = questions[user]!;
    const only = task === "direct" ? { only: candidates } : {};
    assertRanking(list, { count: 10, exclude: history, ...only }, system.name);
    return list.items.includes(split.test[user]!);
  });
  return hits.length / lists.length;
}
