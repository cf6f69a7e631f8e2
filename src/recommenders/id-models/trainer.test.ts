import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantedSplit } from "../../../test/support/planted-split.ts";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { tinyIdTrainer } from "../../../test/support/trained-id-model.ts";
import { matrix } from "../../base/matrix.ts";
import { silent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import { strictView } from "../../data/index.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import { bert4rec } from "../bert4rec/bert4rec.ts";
import { fdsa } from "../fdsa/fdsa.ts";
import { lightgcn, lightgcnDefinition } from "../lightgcn/lightgcn.ts";
import { ncl } from "../ncl/ncl.ts";
import { resolveOptions } from "../options/index.ts";
import { RECOMMENDERS } from "../registry.ts";
import { sasrec, sasrecDefinition } from "../sasrec/sasrec.ts";
import { sasrecText } from "../sasrec-text/sasrec-text.ts";
import { xsimgcl } from "../xsimgcl/xsimgcl.ts";
import type { IdModelSpec } from "./id-model.ts";
import { loadIdModel } from "./model-files.ts";
import type { IdOptions } from "./options.ts";

const shop = plantedSplit({ users: 60, items: 60 });
const texts = matrix(shop.split.nItems, 6, Random.of(1, "texts").normals(shop.split.nItems * 6));
const SMALL = { batch: 64, width: 8 };

/** All parameters and moments after training to `last`, saved and restored at `cut` where one is given. */
async function stateAfter<O extends IdOptions>(spec: IdModelSpec<O>, overrides: object, last: number, cut?: number) {
  let { trainer } = tinyIdTrainer(spec, shop, { ...SMALL, ...overrides }, { texts });
  for (let step = 0; step < last; step++) {
    if (step === cut) {
      const directory = await temporaryDirectory();
      await trainer.saveForResume(directory);
      await trainer.dispose();
      trainer = tinyIdTrainer(spec, shop, { ...SMALL, ...overrides }, { texts }).trainer;
      await trainer.restore(directory);
    }
    await trainer.step(step, Math.floor(step / trainer.stepsPerEpoch));
  }
  const state = trainer.parameters.all.map(({ name, steps, front }) => ({ name, steps, ...front }));
  await trainer.dispose();
  return state;
}

describe("restored in the middle of an epoch, training continues bit for bit", () => {
  it("with dropout (sasrec)", async () => {
    expect(await stateAfter(sasrec, {}, 9, 4)).toEqual(await stateAfter(sasrec, {}, 9));
  });

  it("with free parts left out at random (sasrec-text)", async () => {
    const overrides = { batch: 8, freeDropout: 0.5 };
    expect(await stateAfter(sasrecText, overrides, 9, 4)).toEqual(await stateAfter(sasrecText, overrides, 9));
  });

  it("with noise (xsimgcl)", async () => {
    expect(await stateAfter(xsimgcl, {}, 9, 4)).toEqual(await stateAfter(xsimgcl, {}, 9));
  });

  it("with prototypes of the epoch's start (ncl)", async () => {
    const overrides = { warmupEpochs: 0, prototypes: 1e-4 };
    const { trainer } = tinyIdTrainer(ncl, shop, SMALL);
    const { stepsPerEpoch } = trainer;
    await trainer.dispose();
    const last = stepsPerEpoch + 3;
    expect(await stateAfter(ncl, overrides, last, stepsPerEpoch + 1)).toEqual(await stateAfter(ncl, overrides, last));
  });
});

/** What a checkpoint gives back, and what went in. */
async function roundTrip<O extends IdOptions>(spec: IdModelSpec<O>) {
  const facts = spec.facts?.(shop.items) ?? {};
  const { trainer, options, data } = tinyIdTrainer(spec, shop, SMALL, { facts });
  await trainer.step(0, 0);
  const directory = await temporaryDirectory();
  await trainer.saveModel(directory);
  const vectors = await trainer.vectors();
  await trainer.dispose();
  const { nUsers, nItems } = data;
  return { saved: await loadIdModel(directory, spec), expected: { options, nUsers, nItems, vectors, facts } };
}

describe("a saved model comes back whole", () => {
  it("with user vectors (lightgcn)", async () => {
    const { saved, expected } = await roundTrip(lightgcn);
    expect(saved).toEqual(expected);
  });

  it("with query parameters and item bias (bert4rec)", async () => {
    const { saved, expected } = await roundTrip(bert4rec);
    expect(saved).toEqual(expected);
  });

  it("with item facts (fdsa)", async () => {
    const { saved, expected } = await roundTrip(fdsa);
    expect(saved).toEqual(expected);
  });

  it("only as the model that was saved", async () => {
    const { trainer } = tinyIdTrainer(lightgcn, shop, SMALL);
    const directory = await temporaryDirectory();
    await trainer.saveModel(directory);
    await trainer.dispose();
    await expect(loadIdModel(directory, sasrec)).rejects.toThrow(/expected a sasrec model/);
  });
});

it("refuses options that cannot work, by name", () => {
  expect(() => resolveOptions(sasrecDefinition.options, "mini", { given: { heads: 3 } })).toThrow(
    /option heads: must divide width/,
  );
  expect(() => resolveOptions(lightgcnDefinition.options, "mini", { given: { layrs: 2 } })).toThrow(/option layrs/);
  expect(() => resolveOptions(lightgcnDefinition.options, "small")).toThrow(/one of mini, tiny/);
});

it("a run of the loop leaves a best checkpoint that ranks the whole catalogue without the history", async () => {
  const directory = join(await temporaryDirectory(), "run");
  await mkdir(directory);
  const { summary } = await lightgcnDefinition.train({
    options: resolveOptions(lightgcnDefinition.options, "tiny", { given: { ...SMALL, epochs: 3, selection: "both" } }),
    seed: 3,
    split: shop.split,
    view: strictView(shop.split),
    items: shop.items,
    embeddings: undefined,
    validationNegatives: shop.negatives,
    directory,
    resume: false,
    compile: {},
    report: silent,
  });
  expect(summary.epoch).toBe(3);
  const best = await Checkpoints.ofRun(directory).find("best");
  const system = await lightgcnDefinition.load(best!, {}, directory);
  const history = shop.split.prefixes[0]!;
  const [list] = await system.rankSequential([{ userIndex: 0, history }], 60);
  expect(list!.items).toHaveLength(shop.split.nItems - history.length);
  expect([...list!.scores]).toEqual([...list!.scores].sort((a, b) => b - a));
  await expect(system.rankDirect([{ userIndex: 999, history, candidates: history }], 5)).rejects.toThrow(/60 users/);
  await system.dispose();
});

it("the table names all id models with both tasks and a citation", () => {
  const readers = ["bert4rec", "bsarec", "caser", "esasrec", "fdsa", "gru4rec", "hgn", "sasrec", "sasrec-text"];
  const names = [...readers, "simplex", "lightgcn", "ncl", "xsimgcl"];
  const found = RECOMMENDERS.filter(({ name }) => names.includes(name));
  expect(found.map(({ name }) => name).sort()).toEqual([...names].sort());
  for (const { tasks, citation } of found) {
    expect(tasks).toEqual(["sequential", "direct"]);
    expect(citation).toMatch(/\d{4}/);
  }
  const reading = found.filter(({ usesHistory }) => usesHistory).map(({ name }) => name);
  expect(reading.sort()).toEqual(readers);
});
