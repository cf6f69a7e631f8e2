import { describe, expect, it } from "vitest";
import { missingPackage } from "../../../../test/support/optional-package.ts";
import { temporaryDirectory } from "../../../../test/support/temporary.ts";
import { smallestOptions, tinyData } from "../../../../test/support/tiny-isrf.ts";
import { rms } from "../../../base/matrix.ts";
import type { ProgressEvent } from "../../../base/progress.ts";
import { trainingLists } from "../../../data/index.ts";
import { pca } from "../../../embedding/index.ts";
import { SharedWork } from "../../../training/shared-work.ts";
import { prepare } from "./preparation.ts";

const reason = missingPackage("usearch");

async function groupTable(neighbourSearch: string, nUsers: number) {
  const events: ProgressEvent[] = [];
  const options = smallestOptions({ neighbourSearch, neighbours: 5 });
  const context = { options, seed: 5, compile: { threads: 1 }, report: (event: ProgressEvent) => events.push(event) };
  const { individual, group } = await prepare(tinyData({ nUsers }), context, false);
  const table = group!.value.slice();
  await Promise.all([individual!.dispose(), group!.dispose()]);
  return { table, notices: events.flatMap((event) => (event.kind === "notice" ? [event.message] : [])) };
}

it("says so where texts have fewer columns than the adapter was to read", async () => {
  const notices = async (semanticWidth: number) => {
    const messages: string[] = [];
    const report = (event: ProgressEvent) => event.kind === "notice" && messages.push(event.message);
    const context = { options: smallestOptions({ semanticWidth }), seed: 5, compile: { threads: 1 }, report };
    const { individual, group } = await prepare(tinyData(), context, false);
    await Promise.all([individual!.dispose(), group!.dispose()]);
    return messages;
  };
  expect(await notices(16)).toEqual(["semanticWidth 16: item texts give 12 columns for 30 items, so d_m is 12."]);
  expect(await notices(12)).toEqual([]);
});

it("refuses histories without an interaction that a warm start could be fitted to", async () => {
  const data = { ...tinyData(), prefixes: trainingLists(Array.from({ length: 12 }, () => new Int32Array(0))) };
  const preparing = prepare(data, { options: smallestOptions(), seed: 5, compile: { threads: 1 } }, false);
  await expect(preparing).rejects.toThrow(/training histories: found none of two items/);
});

describe("items before the first step", () => {
  /** What items start from, E~ of items, and d_m. */
  const start = async (overrides: object) => {
    const options = smallestOptions({ warmStartEpochs: 0, sigma: 5, individualLayers: 0, ...overrides }, "small");
    const { individual, group, texts } = await prepare(
      tinyData(),
      { options, seed: 5, compile: { threads: 1 } },
      false,
    );
    const items = individual!.value.slice(12 * options.width);
    await Promise.all([individual!.dispose(), group!.dispose()]);
    return { items: rms(items), texts: rms(texts!.data) };
  };
  const raw = async () => rms((await pca(tinyData().embeddings!.items, 8)).matrix.data);

  it("are as large as users, from texts of size 1, unless they are asked to start as linear layers do", async () => {
    const sized = await start({});
    expect(sized.items).toBeCloseTo(5, 3);
    expect(sized.texts).toBeCloseTo(await raw(), 6);
    expect((await start({ adapterStart: "linear" })).items).toBeLessThan(1);
  });

  it("come from texts as PCA leaves them where that is asked, adapted or not", async () => {
    const { matrix, scale } = await pca(tinyData().embeddings!.items, 8);
    const kept = rms(matrix.data) / scale;
    expect(kept).toBeGreaterThan(1.1);
    expect((await start({ textScale: "kept" })).texts).toBeCloseTo(kept, 5);
    const alone = { itemSource: "frozen-semantic", width: 8 };
    expect((await start(alone)).items).toBeCloseTo(5, 4);
    expect((await start({ ...alone, textScale: "kept" })).items).toBeCloseTo(kept, 5);
  });
});

it("starts random group interests at the size that is asked for", async () => {
  const start = async (overrides: object) => {
    const options = smallestOptions({ groupStart: "random", ...overrides });
    const { individual, group } = await prepare(tinyData(), { options, seed: 5, compile: { threads: 1 } }, false);
    const values = group!.definition.parameters.get("group.users").front.value.slice();
    await Promise.all([individual!.dispose(), group!.dispose()]);
    return values;
  };
  const [one, five] = [await start({}), await start({ groupSigma: 5 })];
  // Each is rounded to single precision by itself.
  for (const [i, value] of one.entries()) expect(five[i]).toBeCloseTo(5 * value, 5);
});

it("has users and k - 1 others in a row of R as eq. 6 is printed, and k others besides as the authors' code has it", async () => {
  const spread = async (preset: string, neighbours: number) => {
    const options = smallestOptions(
      { neighbours, groupLayers: 1, groupSigma: 1, width: 4, checkpoint: "none", accumulate: 1 },
      preset,
    );
    const { individual, group } = await prepare(tinyData(), { options, seed: 5, compile: { threads: 1 } }, false);
    const start = group!.definition.parameters.get("group.users").front.value;
    // With one layer H = (H0 + R H0) / 2.
    const own = Array.from({ length: 12 }, (_, user) => {
      const mean = (c: number) => 2 * group!.value[user * 4 + c]! - start[user * 4 + c]!;
      return [0, 1, 2, 3].map(mean);
    });
    await Promise.all([individual!.dispose(), group!.dispose()]);
    return { own, start: start.slice() };
  };
  const alone = await spread("paper", 1);
  for (const [i, mean] of alone.own.flat().entries()) expect(mean).toBeCloseTo(alone.start[i]!, 5);
  const pair = await spread("authors", 1);
  const others = pair.own.map((row, user) => row.map((mean, c) => 2 * mean - pair.start[user * 4 + c]!));
  for (const row of others) {
    const near = Array.from({ length: 12 }, (_, other) =>
      Math.max(...row.map((value, c) => Math.abs(value - pair.start[other * 4 + c]!))),
    );
    expect(Math.min(...near)).toBeLessThan(1e-5);
  }
});

describe.skipIf(reason !== "")(`the search for similar users${reason}`, () => {
  it("says what share of neighbours the approximate one found, and leads to the exact one's group interests", async () => {
    const [exact, near] = [await groupTable("exact", 60), await groupTable("approximate", 60)];
    expect(exact.notices).toEqual([]);
    expect(near.notices).toEqual(["100.0 % of the exact neighbours were found, measured on a sample of users."]);
    const worst = Math.max(...exact.table.map((value, i) => Math.abs(value - near.table[i]!)));
    expect(worst).toBeLessThan(1e-6);
  });
});

describe("shared preparation", () => {
  it("gives tables, losses and the optimiser's memory that were made alone, to the last bit", async () => {
    const shared = new SharedWork(await temporaryDirectory(), { limitBytes: 1e9 });
    const prepared = async (work: SharedWork | undefined, lambdaDirect: number) => {
      const losses: number[] = [];
      const options = smallestOptions({ lambdaDirect, warmStartEpochs: 2 });
      const onWarmStart = (_: number, loss: number) => losses.push(loss);
      const context = { options, seed: 5, compile: { threads: 1 }, shared: work, onWarmStart };
      const { individual, group } = await prepare(tinyData(), context, false);
      const fitted = individual!.definition.parameters.all.map(({ name, steps, front: { value, m, v } }) => {
        return { name, steps, value: value.slice(), m: m.slice(), v: v.slice() };
      });
      const tables = [individual!.value.slice(), group!.value.slice()];
      await Promise.all([individual!.dispose(), group!.dispose()]);
      return { fitted, tables, losses };
    };
    const alone = await prepared(undefined, 1);
    expect(await prepared(shared, 1)).toEqual(alone);
    expect(shared.tally).toMatchObject({ reused: 0, made: 3 });
    // A row of an ablation that differs in a loss alone.
    expect(await prepared(shared, 0)).toEqual(alone);
    expect(shared.tally).toMatchObject({ reused: 3, made: 3 });
  });
});
