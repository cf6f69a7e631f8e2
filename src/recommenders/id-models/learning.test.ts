import { describe, expect, it } from "vitest";
import { plantedSplit } from "../../../test/support/planted-split.ts";
import { hitRate, trainedIdModel } from "../../../test/support/trained-id-model.ts";
import { gru4rec } from "../gru4rec/gru4rec.ts";
import { lightgcn } from "../lightgcn/lightgcn.ts";
import type { Recommender, Task } from "../recommender.ts";
import { sasrec } from "../sasrec/sasrec.ts";
import { simplex } from "../simplex/simplex.ts";
import { popularity } from "../yardsticks/index.ts";

const shop = plantedSplit();

/** Model, task that the literature reports it for, least gain over popularity's HR@10 in it. */
const CASES: readonly (readonly [string, () => Promise<Recommender>, Task, number])[] = [
  ["lightgcn", () => trainedIdModel(lightgcn, shop), "direct", 1.3],
  ["sasrec", () => trainedIdModel(sasrec, shop), "sequential", 1.5],
  ["gru4rec", () => trainedIdModel(gru4rec, shop), "sequential", 1.5],
  ["simplex", () => trainedIdModel(simplex, shop), "direct", 1.3],
];

describe("on the planted shop, HR@10 of", () => {
  it.each(CASES)("%s is more than popularity's in its task, by the stated factor", async (_, train, task, factor) => {
    const system = await train();
    const ours = await hitRate(system, shop, task);
    const theirs = await hitRate(popularity({ split: shop.split }), shop, task);
    expect(ours).toBeGreaterThan(factor * theirs);
    await system.dispose();
  });
});
