// Models of histories padded on the left against PyTorch in float64, from the papers' formulas and without padding
// (peers/sequence_models.py): loss, every gradient, the losses of five Adam steps, and the scores of full ranking.
import { expect, it } from "vitest";
import { matrix } from "../../src/base/matrix.ts";
import { trainingLists } from "../../src/data/index.ts";
import { bsarec } from "../../src/recommenders/bsarec/bsarec.ts";
import { esasrec } from "../../src/recommenders/esasrec/esasrec.ts";
import { historyFeeds } from "../../src/recommenders/id-models/histories.ts";
import type { IdModelSpec } from "../../src/recommenders/id-models/id-model.ts";
import type { IdOptions } from "../../src/recommenders/id-models/options.ts";
import { sasrecText } from "../../src/recommenders/sasrec-text/sasrec-text.ts";
import { worstDifference } from "./closeness.ts";
import { Fixture } from "./fixture.ts";
import { type IdModelCase, referenceGradients, valuesOf } from "./id-model-case.ts";

const fixture = await Fixture.open("sequence-models.safetensors");
const [ITEMS, LENGTH] = [23, 6];
const SIZE = { width: 8, heads: 2, inner: 12, layers: 2, maxHistory: LENGTH, dropout: 0 };

/** float32 against float64, through two blocks and back. */
const TOLERANCE = 1e-5;
/** Adam divides by the size of each gradient, so tiny ones step at full size. */
const STEP_TOLERANCE = 1e-4;

const { shape: prefixShape } = fixture.get("prefixes");
const prefixes = Array.from({ length: prefixShape[0]! }, (_, user) =>
  fixture
    .ints("prefixes")
    .subarray(user * prefixShape[1]!, (user + 1) * prefixShape[1]!)
    .filter((item) => item >= 0),
);
const texts = matrix(ITEMS, fixture.get("texts").shape[1]!, fixture.floats("texts"));
const data = { nUsers: prefixes.length, nItems: ITEMS, prefixes: trainingLists(prefixes), facts: {}, texts, seed: 1 };
const questions = prefixes.map((prefix, userIndex) => ({ userIndex, history: prefix.slice(0, -1) }));
const rows = prefixes.length;
const group = { rows, length: LENGTH };
const slots = historyFeeds(
  questions.map(({ history }) => history),
  { length: LENGTH, padding: "left", pad: ITEMS },
);

function everyPosition(spec: unknown, prefix: string, options: object): IdModelCase<IdOptions> {
  const targets = prefixes.flatMap((items, row) =>
    Array.from(items.slice(1), (target, at) => ({ place: (row + 1) * LENGTH - items.length + 1 + at, target })),
  );
  const feeds = {
    ...slots,
    places: Int32Array.from(targets, ({ place }) => place),
    target: Int32Array.from(targets, ({ target }) => target),
    weight: new Float32Array(targets.length).fill(1 / targets.length),
    hasFree: fixture.floats("hasFree"),
    drawn: fixture.ints("drawn"),
  };
  return {
    spec: spec as IdModelSpec<IdOptions>,
    prefix,
    options: { ...SIZE, ...options },
    data,
    shape: { rows, groups: [group], targets: targets.length },
    feeds,
    questions,
  };
}

function lastPosition(spec: unknown, prefix: string, options: object): IdModelCase<IdOptions> {
  const feeds = {
    ...slots,
    user: Int32Array.from({ length: rows }, (_, i) => i),
    target: Int32Array.from(prefixes, (items) => items.at(-1)!),
    weight: new Float32Array(rows).fill(1 / rows),
  };
  return {
    spec: spec as IdModelSpec<IdOptions>,
    prefix,
    options: { ...SIZE, ...options },
    data,
    shape: { rows, groups: [group] },
    feeds,
    questions,
  };
}

it.each([
  ["sasrec-text", everyPosition(sasrecText, "sasrec-text/all", {})],
  ["sasrec-text with a filter", everyPosition(sasrecText, "sasrec-text/filter", { filter: 5, filterShare: 0.3 })],
  ["sasrec-text with a sampled softmax", everyPosition(sasrecText, "sasrec-text/drawn", { negatives: 4, pool: 7 })],
  ["eSASRec", everyPosition(esasrec, "esasrec", { negatives: 4, pool: 7 })],
  ["BSARec", lastPosition(bsarec, "bsarec", { c: 5, alpha: 0.3 })],
])("%s agrees with PyTorch in loss, gradients, Adam steps and scores", async (_name, parity) => {
  const { prefix } = parity;
  const values = await valuesOf(fixture, parity);
  const [losses, scores] = [fixture.floats(`${prefix}/losses`), fixture.floats(`${prefix}/scores`)];
  expect(Math.abs(values.loss / losses[0]! - 1)).toBeLessThan(TOLERANCE);
  expect(worstDifference(values.scores, scores)).toBeLessThan(TOLERANCE);
  expect(worstDifference(values.losses, losses)).toBeLessThan(STEP_TOLERANCE);

  const expected = referenceGradients(fixture, prefix, values.gradients, data);
  expect(Object.keys(expected).sort()).toEqual(Object.keys(values.gradients).sort());
  // What cancels exactly (a key's bias) keeps the rounding error of the terms that cancel.
  const largest = Math.max(...Object.values(expected).map((values) => Math.max(...values.map(Math.abs))));
  for (const [name, gradient] of Object.entries(expected)) {
    expect(worstDifference(values.gradients[name]!, gradient, 0.01 * largest), name).toBeLessThan(TOLERANCE);
  }
});
