import { describe, expect, it } from "vitest";
import { plantedSplit } from "../../../test/support/planted-split.ts";
import { tinyIdTrainer } from "../../../test/support/trained-id-model.ts";
import { bert4rec } from "../bert4rec/bert4rec.ts";
import { caser } from "../caser/caser.ts";
import { fdsa } from "../fdsa/fdsa.ts";
import { itemFacts } from "../fdsa/item-facts.ts";
import { gru4rec } from "../gru4rec/gru4rec.ts";
import { hgn } from "../hgn/hgn.ts";
import { lightgcn } from "../lightgcn/lightgcn.ts";
import { sasrec } from "../sasrec/sasrec.ts";
import { simplex } from "../simplex/simplex.ts";
import type { IdModelSpec } from "./id-model.ts";
import type { IdOptions } from "./options.ts";
import { IdRecommender } from "./recommender.ts";

const shop = plantedSplit();
const history = Int32Array.of(5, 2, 9);
const candidates = Int32Array.of(1, 3, 4, 6, 7, 8);

/** Untrained: what it reads is what matters here. */
async function untrained<O extends IdOptions>(spec: IdModelSpec<O>, read: Parameters<typeof tinyIdTrainer>[3] = {}) {
  const { trainer, options, data } = tinyIdTrainer(spec, shop, {}, read);
  try {
    return new IdRecommender(spec, { ...data, options, vectors: await trainer.vectors() });
  } finally {
    await trainer.dispose();
  }
}

const READERS: readonly (readonly [string, () => ReturnType<typeof untrained>])[] = [
  ["sasrec", () => untrained(sasrec)],
  ["gru4rec", () => untrained(gru4rec)],
  ["bert4rec", () => untrained(bert4rec)],
  ["fdsa", () => untrained(fdsa, { facts: itemFacts(shop.items) })],
];
const ROW_READERS: readonly (readonly [string, () => ReturnType<typeof untrained>])[] = [
  ["lightgcn", () => untrained(lightgcn)],
  ["simplex", () => untrained(simplex)],
  ["hgn", () => untrained(hgn)],
  ["caser", () => untrained(caser)],
];

describe("somebody known by a history alone", () => {
  it.each(READERS)("gets from %s what any user with that history gets", async (_, make) => {
    const model = await make();
    expect(model.answersNewUsers).toEqual(["sequential", "direct"]);
    const [known] = await model.rankSequential([{ userIndex: 11, history }], 10);
    const [unknown] = await model.rankSequential([{ userIndex: undefined, history }], 10);
    expect(unknown).toEqual(known);
    const direct = { history, candidates };
    const [chosen] = await model.rankDirect([{ userIndex: undefined, ...direct }], 3);
    expect(chosen).toEqual((await model.rankDirect([{ userIndex: 3, ...direct }], 3))[0]);
    await expect(model.rankSequential([{ userIndex: undefined, history: new Int32Array(0) }], 1)).rejects.toThrow(
      "somebody new",
    );
    await model.dispose();
  });

  it.each(ROW_READERS)("is refused by %s, which reads a row of its own for every user", async (name, make) => {
    const model = await make();
    expect(model.answersNewUsers).toEqual([]);
    const refusal = `${name} knows users by what it learnt of each`;
    await expect(model.rankSequential([{ userIndex: undefined, history }], 10)).rejects.toThrow(refusal);
    await expect(model.rankDirect([{ userIndex: undefined, history, candidates }], 3)).rejects.toThrow(refusal);
    await model.dispose();
  });
});
