// Id models against RecBole's own classes (XSimGCL: SELFRec's) in float64, with equal weights on one batch
// (peers/recbole/id_models.py, which says what it had to make equal): loss, every gradient, the losses of five Adam
// steps, and the scores of full ranking.
import { describe, expect, it } from "vitest";
import { trainingLists } from "../../src/data/index.ts";
import { bert4rec } from "../../src/recommenders/bert4rec/bert4rec.ts";
import { caser } from "../../src/recommenders/caser/caser.ts";
import { fdsa } from "../../src/recommenders/fdsa/fdsa.ts";
import { gru4rec } from "../../src/recommenders/gru4rec/gru4rec.ts";
import { hgn } from "../../src/recommenders/hgn/hgn.ts";
import { historyFeeds } from "../../src/recommenders/id-models/histories.ts";
import type { IdModelSpec } from "../../src/recommenders/id-models/id-model.ts";
import { uniqueShares } from "../../src/recommenders/id-models/losses.ts";
import type { IdOptions } from "../../src/recommenders/id-models/options.ts";
import { lightgcn } from "../../src/recommenders/lightgcn/lightgcn.ts";
import { ncl } from "../../src/recommenders/ncl/ncl.ts";
import { sasrec } from "../../src/recommenders/sasrec/sasrec.ts";
import { simplex } from "../../src/recommenders/simplex/simplex.ts";
import { xsimgcl } from "../../src/recommenders/xsimgcl/xsimgcl.ts";
import { worstDifference } from "./closeness.ts";
import { Fixture } from "./fixture.ts";
import { type IdModelCase, referenceGradients, valuesOf } from "./id-model-case.ts";

const fixture = await Fixture.open("id-models.safetensors");
const [WIDTH, LONGEST, ITEMS] = [8, 6, 23];

/** float32 against float64, through two transformer blocks or three propagations and back. */
const TOLERANCE = 1e-5;
/** SELFRec adds 1e-5 inside the logarithm of its ranking loss, where sigmoids are near one half. */
const TOLERANCE_XSIMGCL = 1e-4;
/**
 * Adam divides by the size of each gradient, so tiny ones (a key's bias has none in exact arithmetic) step at full
 * size.
 */
const STEP_TOLERANCE = 1e-4;

/** Numbers of the reference count from 1. */
const fromZero = (name: string): Int32Array => fixture.ints(name).map((number) => number - 1);

const shopShape = fixture.get("shop").shape as [number, number];
const histories = Array.from({ length: shopShape[0] }, (_, user) =>
  fromZero("shop")
    .subarray(user * shopShape[1], (user + 1) * shopShape[1])
    .filter((item) => item >= 0),
);
const data = { nUsers: histories.length, nItems: ITEMS, prefixes: trainingLists(histories), facts: {}, seed: 1 };

interface Pairs {
  readonly user: Int32Array;
  readonly target: Int32Array;
  readonly negative: Int32Array;
  readonly weight: Float32Array;
  readonly before: readonly Int32Array[];
}

/** The recipe's (user, item, negative) rows with the items before each. */
function pairs(kind: "batch" | "full"): Pairs {
  const [user, target, negative] = ["user", "item", "neg_item"].map((name) => fromZero(`${kind}/${name}`));
  const before = Array.from(user!, (u, i) => histories[u]!.subarray(0, histories[u]!.indexOf(target![i]!)));
  return {
    user: user!,
    target: target!,
    negative: negative!,
    weight: new Float32Array(user!.length).fill(1 / user!.length),
    before,
  };
}

function sequenceCase<O extends IdOptions>(
  spec: IdModelSpec<O>,
  prefix: string,
  kind: "batch" | "full",
  options: IdModelCase<O>["options"],
): IdModelCase<O> {
  const { before, ...feeds } = pairs(kind);
  const rows = feeds.user.length;
  const form = { length: LONGEST, padding: spec.query!.padding, pad: ITEMS };
  return {
    spec,
    prefix,
    options: { width: WIDTH, ...options },
    data,
    shape: { rows, groups: [{ rows, length: LONGEST }] },
    feeds: { ...feeds, ...historyFeeds(before, form) },
    questions: before.map((history, i) => ({ userIndex: feeds.user[i]!, history })),
  };
}

function directCase<O extends IdOptions>(
  spec: IdModelSpec<O>,
  options: IdModelCase<O>["options"],
  extra: IdModelCase<O>["feeds"] = {},
  length = 0,
): IdModelCase<O> {
  const { before: _, ...feeds } = pairs("batch");
  const rows = feeds.user.length;
  return {
    spec,
    prefix: spec.name,
    options: { width: WIDTH, ...options },
    data,
    shape: { rows, groups: length === 0 ? [] : [{ rows, length }] },
    feeds: { ...feeds, ...extra },
    questions: histories.map((history, userIndex) => ({ userIndex, history })),
  };
}

function bert4recCase(): IdModelCase<IdOptions> {
  const { shape, data: places } = fixture.get("bert4rec/index");
  const rows = shape[0]!;
  const [masked, target] = [fixture.ints("bert4rec/masked"), fromZero("bert4rec/target")];
  // Place 0 stands for "none" in the reference.
  const chosen = Array.from(places.keys()).filter((i) => places[i]! > 0);
  const feeds = {
    history: masked.map((item) => (item === 0 ? ITEMS : item === ITEMS + 1 ? ITEMS + 1 : item - 1)),
    length: fixture.ints("bert4rec/length"),
    places: Int32Array.from(chosen, (i) => Math.floor(i / shape[1]!) * LONGEST + places[i]!),
    target: Int32Array.from(chosen, (i) => target[i]!),
    weight: new Float32Array(chosen.length).fill(1 / chosen.length),
  };
  return {
    ...sequenceCase(bert4rec as unknown as IdModelSpec<IdOptions>, "bert4rec", "full", TRANSFORMER),
    shape: { rows, groups: [{ rows, length: LONGEST }], targets: chosen.length },
    feeds,
  };
}

function fdsaCase(): IdModelCase<IdOptions> {
  const facts = Object.fromEntries(
    ["brand", "categories"].map((field) => {
      const { shape, data } = fixture.get(`fdsa/${field}`);
      // Their first row is padding, our last.
      return [field, { shape, data: Int32Array.of(...data.subarray(shape[1]!), ...data.subarray(0, shape[1]!)) }];
    }),
  );
  const plain = sequenceCase(fdsa as unknown as IdModelSpec<IdOptions>, "fdsa/ce", "batch", TRANSFORMER);
  return { ...plain, data: { ...data, facts }, norm: "norm" };
}

const TRANSFORMER = { maxHistory: LONGEST, inner: 12, dropout: 0 };
const GRU = { maxHistory: LONGEST, hidden: 10, dropout: 0 };

function simplexCase() {
  const { history } = historyFeeds(
    Array.from(pairs("batch").user, (user) => histories[user]!),
    { length: shopShape[1], padding: "right", pad: ITEMS },
  );
  const options = { dropout: 0, regularisation: 0, margin: 0.1, ownShare: 0.3, negatives: 4, excludePositive: false };
  return directCase(simplex, options, { history, negative: fromZero("simplex/negatives") }, shopShape[1]);
}

function nclCase() {
  const rows = pairs("batch").user.length;
  // The recipe's weights are of sums over the batch, ours of sums over 2048 rows.
  const scaled = (weight: number): number => (weight * rows) / 2048;
  const options = { layers: 3, regularisation: 0, structure: scaled(0.01), prototypes: scaled(0.02), itemShare: 1.5 };
  const feeds = Object.fromEntries(
    ["user", "item"].flatMap((side) => [
      [`${side}sCentroids`, fixture.floats(`ncl/${side}_centroids`)],
      [`${side}sClusters`, fixture.ints(`ncl/${side}_2cluster`)],
    ]),
  );
  return directCase(ncl, { ...options, clusters: 4 }, { ...feeds, prototypeWeight: Float32Array.of(0.02 * rows) });
}

function xsimgclCase() {
  const { user, target, weight } = pairs("batch");
  const noise = fixture.floats("xsimgcl/noise");
  const feeds = {
    noise0: noise.slice(0, noise.length / 2),
    noise1: noise.slice(noise.length / 2),
    userShares: uniqueShares(user, weight),
    targetShares: uniqueShares(target, weight),
    filled: new Float32Array(user.length).fill(1),
  };
  return directCase(xsimgcl, { noise: 0.1, regularisation: 0.05 }, feeds);
}

const CASES = [
  ["SASRec with cross entropy", sequenceCase(sasrec, "sasrec/ce", "batch", TRANSFORMER)],
  ["SASRec with BPR", sequenceCase(sasrec, "sasrec/bpr", "batch", { ...TRANSFORMER, loss: "bpr" })],
  ["GRU4Rec with cross entropy", sequenceCase(gru4rec, "gru4rec/ce", "batch", GRU)],
  ["GRU4Rec with BPR", sequenceCase(gru4rec, "gru4rec/bpr", "batch", { ...GRU, loss: "bpr" })],
  ["BERT4Rec", bert4recCase()],
  ["FDSA", fdsaCase()],
  ["HGN", sequenceCase(hgn, "hgn", "full", { window: LONGEST })],
  [
    "Caser",
    sequenceCase(caser, "caser", "full", {
      window: LONGEST,
      vertical: 3,
      horizontal: 2,
      dropout: 0,
      regularisation: 0.05,
    }),
  ],
  ["LightGCN", directCase(lightgcn, { layers: 2, regularisation: 0.05 })],
  ["SimpleX", simplexCase()],
  ["NCL", nclCase()],
  ["XSimGCL", xsimgclCase()],
] as unknown as readonly (readonly [string, IdModelCase<IdOptions>])[];

describe("id models against the published code", () => {
  it.each(CASES)("%s agrees in loss, gradients, Adam steps and scores", async (_name, parity) => {
    const { prefix, norm } = parity;
    const tolerance = prefix === "xsimgcl" ? TOLERANCE_XSIMGCL : TOLERANCE;
    const values = await valuesOf(fixture, parity);
    const [losses, scores] = [fixture.floats(`${prefix}/losses`), fixture.floats(`${prefix}/scores`)];
    expect(Math.abs(values.loss / losses[0]! - 1)).toBeLessThan(tolerance);
    expect(worstDifference(values.scores, scores)).toBeLessThan(TOLERANCE);
    expect(worstDifference(values.losses, losses)).toBeLessThan(STEP_TOLERANCE);

    const expected = referenceGradients(fixture, prefix, values.gradients, data, norm);
    expect(Object.keys(expected).sort()).toEqual(Object.keys(values.gradients).sort());
    // What cancels exactly (a key's bias) keeps the rounding error of the terms that cancel.
    const termSize = 0.01 * largestOf(Object.values(expected));
    for (const [name, gradient] of Object.entries(expected)) {
      expect(worstDifference(values.gradients[name]!, gradient, termSize), name).toBeLessThan(tolerance);
    }
  });

  it("RecBole's own cross entropy differs by the padding row that it ranks as an item", async () => {
    const { questions, feeds } = CASES[0]![1];
    const { scores } = await valuesOf(fixture, CASES[0]![1]);
    const padding = fixture.floats("sasrec/published/padding");
    const losses = questions.map((_, row) => {
      const own = [...scores.subarray(row * ITEMS, (row + 1) * ITEMS)];
      const total = [...own, padding[row]!].reduce((sum, score) => sum + Math.exp(score), 0);
      return Math.log(total) - own[(feeds.target as Int32Array)[row]!]!;
    });
    const mean = losses.reduce((a, b) => a + b) / losses.length;
    expect(Math.abs(mean / fixture.floats("sasrec/published/loss")[0]! - 1)).toBeLessThan(TOLERANCE);
    expect(mean / fixture.floats("sasrec/ce/losses")[0]!).toBeGreaterThan(1.001);
  });
});

function largestOf(tensors: readonly Float32Array[]): number {
  return tensors.reduce((largest, values) => values.reduce((top, x) => Math.max(top, Math.abs(x)), largest), 0);
}
