// Who is asked: the recommender, and beside it what needs no training.
import { idRule, itemKnn, markov, popularity, textYardsticks } from "../../recommenders/yardsticks/index.ts";
import type { EvaluateOptions, System } from "./evaluate-options.ts";

/** The recommender first; a yardstick that is itself evaluated does not appear twice. */
export async function systemsOf(options: EvaluateOptions, seed: number): Promise<System[]> {
  const { recommender, kind = "model", yardsticks = true, beside = [] } = options;
  const others = [
    ...(yardsticks === true ? await untrained(options, seed) : []),
    ...(yardsticks === false ? [] : [canary(options)]),
  ];
  return [{ recommender, kind }, ...beside, ...others.filter((other) => other.recommender.name !== recommender.name)];
}

async function untrained(options: EvaluateOptions, seed: number): Promise<System[]> {
  const { split, itemEmbeddings, signal } = options;
  const yardsticks = [popularity({ split, seed }), markov({ split, seed }), itemKnn({ split, seed })];
  if (itemEmbeddings) {
    const texts = await textYardsticks({ split, itemEmbeddings, seed, ...(signal ? { signal } : {}) });
    yardsticks.push(texts.textKnn, texts.itemKnnText);
  }
  return yardsticks.map((recommender) => ({ recommender, kind: "yardstick" }));
}

/** Under the names that the recommender reads, where it reads any. */
function canary({ split, recommender: { itemOrder } }: EvaluateOptions): System {
  return { recommender: idRule({ split, ...(itemOrder ? { numbers: itemOrder } : {}) }), kind: "canary" };
}
