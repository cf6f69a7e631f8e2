// Models that guess at every position of a training prefix: what stands behind a position must not help to guess it.
import { expect, it } from "vitest";
import { matrix } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
import { trainingLists } from "../../data/index.ts";
import { compile, listed, trace } from "../../engine/index.ts";
import { esasrec } from "../esasrec/esasrec.ts";
import { resolveOptions } from "../options/index.ts";
import { sasrecText } from "../sasrec-text/sasrec-text.ts";
import { optionSpace } from "./definition.ts";
import { historyFeeds } from "./histories.ts";
import type { IdModelSpec } from "./id-model.ts";
import type { IdOptions } from "./options.ts";

const ITEMS = 12;
const LENGTH = 6;
const prefixes = trainingLists([Int32Array.from({ length: ITEMS }, (_, i) => i)]);
const texts = matrix(ITEMS, 5, Random.of(2, "texts").normals(ITEMS * 5));
const data = { nUsers: 1, nItems: ITEMS, prefixes, facts: {}, texts, seed: 1 };

/** Loss of the guess at each of `places` of one history, whose target is item 5. */
async function losses(spec: IdModelSpec<IdOptions>, overrides: object, history: readonly number[]): Promise<number[]> {
  const set = { width: 8, heads: 2, dropout: 0, maxHistory: LENGTH, ...overrides };
  const options = resolveOptions(optionSpace(spec), "tiny", { set });
  const model = spec.create(options, data);
  const shape = { rows: 1, groups: [{ rows: 1, length: LENGTH }], targets: 1 };
  const program = await compile(
    trace((t) => ({ loss: model.objective(t, shape).loss })),
    { threads: 1 },
  );
  const parameters = listed(model.tensors).map(({ name, shape, init }) => [
    name,
    init(shape, Random.of(1, name)).map((x) => 3 * x),
  ]);
  const fixed = { ...Object.fromEntries(parameters), target: Int32Array.of(5), weight: Float32Array.of(1) };
  const histories = historyFeeds([Int32Array.from(history)], { length: LENGTH, padding: "left", pad: ITEMS });
  const found: number[] = [];
  for (let at = 0; at < history.length; at++) {
    const drawn = Int32Array.of(0, 6, 10);
    const batch = { shape, feeds: { ...histories, drawn, places: Int32Array.of(LENGTH - history.length + at) } };
    const feeds = { ...fixed, ...batch.feeds, ...model.stepFeeds?.(batch, Random.of(1, "step")) };
    const { loss } = await program.run(feeds);
    found.push(loss![0] as number);
  }
  await program.dispose();
  return found;
}

it.each([
  ["sasrec-text", sasrecText, {}],
  ["sasrec-text with a filter", sasrecText, { filter: 5 }],
  ["esasrec", esasrec, { negatives: 2, pool: 3 }],
] as const)("%s sees nothing of what comes later", async (_name, spec, more) => {
  const model = spec as unknown as IdModelSpec<IdOptions>;
  const whole = await losses(model, more, [3, 8, 1, 9, 4]);
  const changed = await losses(model, more, [3, 8, 1, 2, 7]);
  whole.slice(0, 3).forEach((loss, at) => {
    expect(changed[at]).toBeCloseTo(loss, 5);
  });
  whole.slice(3).forEach((loss, i) => {
    expect(Math.abs(changed[i + 3]! - loss)).toBeGreaterThan(1e-3);
  });
});
