import { expect, it } from "vitest";
import { Random } from "../../base/random.ts";
import { trainingLists } from "../../data/index.ts";
import { compile, listed, trace } from "../../engine/index.ts";
import { bert4rec } from "../bert4rec/bert4rec.ts";
import { gru4rec } from "../gru4rec/gru4rec.ts";
import { resolveOptions } from "../options/index.ts";
import { sasrec } from "../sasrec/sasrec.ts";
import { optionSpace } from "./definition.ts";
import { groupedFeeds } from "./histories.ts";
import type { HistoryGroup, IdModelSpec } from "./id-model.ts";
import type { IdOptions } from "./options.ts";
import { batchQuery } from "./queries.ts";

const ITEMS = 12;
const HISTORIES = [[1], [5, 2, 7], [3, 3, 9, 0, 11], [4, 8, 1, 6]].map((items) => Int32Array.from(items));
const data = { nUsers: 4, nItems: ITEMS, prefixes: trainingLists(HISTORIES), facts: {}, seed: 1 };

async function queries(spec: IdModelSpec<IdOptions>, groups: readonly HistoryGroup[]): Promise<Float32Array> {
  const options = resolveOptions(optionSpace(spec), "tiny", { set: { width: 8 } });
  const query = spec.query!;
  const shape = { rows: HISTORIES.length, groups };
  const context = { options, ...data, isTraining: false };
  const model = spec.create(options, data);
  const program = await compile(
    trace((t) => ({ queries: batchQuery(t, query, context, shape, model.tables(t).items) })),
    { threads: 1 },
  );
  const parameters = listed(model.tensors).map(({ name, shape, init }) => {
    return [name, init(shape, Random.of(1, name))] as const;
  });
  const form = { padding: query.padding, pad: ITEMS, token: query.token?.(ITEMS) };
  const feeds = { ...groupedFeeds(HISTORIES, groups, form), user: Int32Array.from(HISTORIES.keys()) };
  const { queries } = await program.run({ ...Object.fromEntries(parameters), ...feeds });
  await program.dispose();
  return queries as Float32Array;
}

it.each([
  ["sasrec", sasrec],
  ["gru4rec", gru4rec],
  ["bert4rec", bert4rec],
])("%s reads a history alike, whatever the lengths that it is grouped by", async (_name, spec) => {
  const model = spec as unknown as IdModelSpec<IdOptions>;
  const together = await queries(model, [{ rows: 4, length: 8 }]);
  const apart = await queries(model, [
    { rows: 2, length: 4 },
    { rows: 2, length: 8 },
  ]);
  expect(Math.max(...together.map(Math.abs))).toBeGreaterThan(0.01);
  apart.forEach((value, i) => {
    expect(value).toBeCloseTo(together[i]!, 5);
  });
});
