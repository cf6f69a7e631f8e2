import { describe, expect, it } from "vitest";
import { plantedSplit } from "../../../test/support/planted-split.ts";
import { hitRate, trainedIdModel } from "../../../test/support/trained-id-model.ts";
import { matrix } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
import { bert4rec } from "../bert4rec/bert4rec.ts";
import { bsarec } from "../bsarec/bsarec.ts";
import { caser } from "../caser/caser.ts";
import { esasrec } from "../esasrec/esasrec.ts";
import { fdsa } from "../fdsa/fdsa.ts";
import { itemFacts } from "../fdsa/item-facts.ts";
import { gru4rec } from "../gru4rec/gru4rec.ts";
import { hgn } from "../hgn/hgn.ts";
import { lightgcn } from "../lightgcn/lightgcn.ts";
import { ncl } from "../ncl/ncl.ts";
import type { Recommender, Task } from "../recommender.ts";
import { sasrec } from "../sasrec/sasrec.ts";
import { sasrecText } from "../sasrec-text/sasrec-text.ts";
import { simplex } from "../simplex/simplex.ts";
import { xsimgcl } from "../xsimgcl/xsimgcl.ts";
import { popularity } from "../yardsticks/index.ts";

const shop = plantedSplit();
/** Texts that tell items apart and nothing else. */
const texts = matrix(shop.split.nItems, 16, Random.of(1, "texts").normals(shop.split.nItems * 16));

/** Model, and the task that the literature reports it for. Observed HR@10 is 3 to 5 times popularity's. */
const CASES: readonly (readonly [string, Task, () => Promise<Recommender>])[] = [
  ["lightgcn", "direct", () => trainedIdModel(lightgcn, shop)],
  ["ncl", "direct", () => trainedIdModel(ncl, shop)],
  ["xsimgcl", "direct", () => trainedIdModel(xsimgcl, shop)],
  ["simplex", "direct", () => trainedIdModel(simplex, shop)],
  ["sasrec", "sequential", () => trainedIdModel(sasrec, shop)],
  ["gru4rec", "sequential", () => trainedIdModel(gru4rec, shop)],
  ["bert4rec", "sequential", () => trainedIdModel(bert4rec, shop)],
  ["hgn", "sequential", () => trainedIdModel(hgn, shop)],
  ["caser", "sequential", () => trainedIdModel(caser, shop)],
  ["sasrec-text", "sequential", () => trainedIdModel(sasrecText, shop, {}, { texts })],
  ["esasrec", "sequential", () => trainedIdModel(esasrec, shop)],
  ["bsarec", "sequential", () => trainedIdModel(bsarec, shop)],
  ["fdsa", "sequential", () => trainedIdModel(fdsa, shop, {}, { facts: itemFacts(shop.items) })],
];

describe("on the planted shop", () => {
  it.each(CASES)("%s has at least twice popularity's HR@10 in the %s task", async (_, task, train) => {
    const system = await train();
    const theirs = await hitRate(popularity({ split: shop.split }), shop, task);
    expect(await hitRate(system, shop, task)).toBeGreaterThan(2 * theirs);
    await system.dispose();
  });
});
