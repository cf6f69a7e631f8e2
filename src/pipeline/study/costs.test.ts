import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Dataset, synthesiseShop } from "../../data/index.ts";
import { type Cost, costOf, estimateSystem, totalEstimate } from "./costs.ts";
import type { Race } from "./race.ts";
import type { CellOptions, CellRecord } from "./run-cell.ts";
import { DEFAULT_STUDY, type SystemConfig } from "./study-config.ts";
import { cellOf, type PlannedSystem, planSystems } from "./study-plan.ts";

const planned = (system: SystemConfig): PlannedSystem =>
  planSystems({ ...DEFAULT_STUDY, preset: "tiny", systems: [system], trials: 1 })[0]!;

describe("the cost of a training", () => {
  let folder: string;
  let dataset: Dataset;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "isrf-costs-"));
    dataset = await synthesiseShop({ users: 40, items: 80, seed: 5, out: join(folder, "shop") });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function measured(
    set: SystemConfig["set"],
    { mayProbe = false, seed = 1, hash, ...more }: Partial<CellOptions> & MeasureOptions = {},
  ): Promise<Cost | undefined> {
    const system = planned({ model: "sasrec", set: { epochs: 2, batch: 16, ...set } });
    const options = { out: folder, dataset: dataset.directory, embeddings: "lsa", threads: 1, ...more };
    const data = hash === undefined ? dataset : { ...dataset, hash };
    const race: Race = { dataset: data, name: "shop", system, options };
    return costOf(cellOf("shop", system, 0, seed), race, mayProbe);
  }

  it("is measured once for settings, data and threads, whatever the seed, and serves no others", async () => {
    const cost = await measured({ width: 8 }, { mayProbe: true });
    expect(cost!.secondsPerEpoch).toBeGreaterThan(0);
    expect(await measured({ width: 8 })).toEqual(cost);
    expect(await measured({ width: 8 }, { seed: 2 })).toEqual(cost);
    expect(await measured({ width: 16 })).toBeUndefined();
    expect(await measured({ width: 8 }, { hash: "other data of this name" })).toBeUndefined();
    expect(await measured({ width: 8 }, { threads: 2 })).toBeUndefined();
    expect(await measured({ width: 8 }, { device: "cuda" })).toBeUndefined();
  });
});

interface MeasureOptions {
  readonly mayProbe?: boolean;
  readonly seed?: number;
  readonly hash?: string;
}

describe("an estimate", () => {
  const cost: Cost = { secondsPerEpoch: 10, preparationSeconds: 5, withValidation: true };
  const isrf = planned({ model: "isrf", set: { epochs: 4 } });
  const sasrec = planned({ model: "sasrec", set: { epochs: 4 } });
  const left = { left: 2, keys: [] };
  const took = (seconds: number, besideSeconds?: number) =>
    ({ wallSeconds: seconds, training: { seconds: 1, preparationSeconds: 1, besideSeconds } }) as CellRecord;

  it("is all epochs and the preparation, and says which rows train parts that nothing has seen", () => {
    expect(estimateSystem("shop", sasrec, left, cost, [])).toMatchObject({ mostSeconds: 45 });
    expect(estimateSystem("shop", sasrec, left, cost, []).hasUnseenParts).toBeUndefined();
    expect(estimateSystem("shop", isrf, left, cost, [])).toMatchObject({ mostSeconds: 45, hasUnseenParts: true });
  });

  it("counts the parts of finished trainings, and is no less than what these took", () => {
    const seen = estimateSystem("shop", isrf, left, cost, [took(20, 30)]);
    expect(seen).toMatchObject({ mostSeconds: 75, usualSeconds: 20 });
    expect(seen.hasUnseenParts).toBeUndefined();
    expect(estimateSystem("shop", isrf, left, cost, [took(100, 30), took(200, 30)])).toMatchObject({
      mostSeconds: 150,
      usualSeconds: 150,
    });
  });

  it("is what finished trainings took where nothing was measured, and then the row is not unknown", () => {
    const row = estimateSystem("shop", sasrec, left, undefined, [took(1800)]);
    expect(row.mostSeconds).toBe(1800);
    expect(totalEstimate([row])).toMatchObject({ mostHours: 1, usualHours: 1, unknown: [] });
    const unknown = estimateSystem("shop", sasrec, left, undefined, []);
    expect(totalEstimate([unknown])).toMatchObject({ mostHours: 0, unknown: ["sasrec on shop"] });
  });
});
