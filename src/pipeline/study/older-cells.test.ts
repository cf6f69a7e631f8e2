import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeSealedJson } from "../../base/sealed-json.ts";
import type { Dataset } from "../../data/index.ts";
import { isRun, type RunConfig, writeRunConfig } from "../../runs/run.ts";
import { adoptOlderCells, isSameTraining } from "./older-cells.ts";
import type { Race } from "./race.ts";
import { type CellRecord, cellDirectory } from "./run-cell.ts";
import type { StoredVectors } from "./stored-vectors.ts";
import { DEFAULT_STUDY } from "./study-config.ts";
import { cellOf, planSystems } from "./study-plan.ts";

const [planned] = planSystems({ ...DEFAULT_STUDY, systems: [{ model: "sasrec", set: { width: 8 } }], trials: 1 });
const cell = cellOf("shop", planned!, 0, 1);
const options = planned!.resolved[0]!;

const isSame = (changed: Partial<RunConfig>, settings: Record<string, unknown> = { width: 8 }): boolean => {
  const config = { model: "sasrec", preset: "tiny", protocol: "strict", seed: 1, options, ...changed } as RunConfig;
  return isSameTraining(cell, config, { settings } as CellRecord);
};

describe("a training of an older version is the same", () => {
  it("when it had options more, which nobody set, or lacked some", () => {
    expect(isSame({ options: { ...options, gone: true } })).toBe(true);
    const { heads: _later, ...fewer } = options;
    expect(isSame({ options: fewer })).toBe(true);
  });

  it("when the others make nothing of what differs", () => {
    const [silent] = planSystems({ ...DEFAULT_STUDY, systems: [{ model: "isrf", set: { witnessText: false } }] });
    const resolved = silent!.resolved[0]!;
    const isLike = (changed: Record<string, unknown>) => {
      const { model, preset, protocol } = silent!;
      const config = { model, preset, protocol, seed: 1, options: { ...resolved, ...changed } } as unknown as RunConfig;
      return isSameTraining(cellOf("shop", silent!, 0, 1), config, { settings: {} } as CellRecord);
    };
    expect(isLike({ textMapRank: 7 })).toBe(true);
    expect(isLike({ sequenceWidth: 7 })).toBe(false);
  });

  it("but not when it lacked an option that is by now set to what no training then did", () => {
    const { layers: _later, ...fewer } = options;
    expect(isSame({ options: fewer })).toBe(false);
  });

  it("but not with another value, seed or protocol, nor when it was told what is gone", () => {
    expect(isSame({ options: { ...options, width: 16 } })).toBe(false);
    expect(isSame({ seed: 2 })).toBe(false);
    expect(isSame({ protocol: "paper" })).toBe(false);
    expect(isSame({ options: { ...options, gone: true } }, { gone: true })).toBe(false);
  });

  it("but not one that started from another run", () => {
    const from = { directory: "base", hash: "a", known: { users: 1, items: 1 } };
    expect(isSame({ from })).toBe(false);
  });
});

describe("what an older version finished", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "isrf-older-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("moves to where this one looks, but for trainings on vectors that are others by now", async () => {
    const [system] = planSystems({
      ...DEFAULT_STUDY,
      systems: [{ model: "stacked", set: {} }],
      seeds: [1, 2],
      trials: 1,
    });
    const dataset = join(folder, "shop");
    const side = (textHash: string) => ({ textHash });
    const manifest = { name: "lsa", items: side("items"), users: side("users"), encoder: { kind: "lsa" } };
    const vectors = { manifest, digest: "d" } as StoredVectors;
    const older = (seed: number) => join(folder, "cells", "shop", "stacked", "0a1b2c3d", `seed-${seed}`);
    for (const [seed, userTextHash] of [[1, "users"] as const, [2, "others"] as const]) {
      await mkdir(older(seed), { recursive: true });
      await writeRunConfig(older(seed), {
        ...{ format: 1, kind: "run", productVersion: "0", model: "stacked", preset: "tiny", protocol: "strict" },
        ...{
          options: system!.resolved[0]!,
          seed,
          device: "cpu",
          dataset: { directory: dataset, name: "shop", hash: "d" },
        },
        embeddings: { name: "lsa", textsBy: "rules", itemTextHash: "items", userTextHash },
      });
      const record = {
        format: 1,
        kind: "study cell",
        id: "shop/stacked/0a1b2c3d",
        label: "stacked",
        settings: {},
        seed,
      };
      await writeSealedJson(join(older(seed), "cell.json"), record);
    }
    const options = { out: folder, dataset, embeddings: "lsa" };
    const data = { hash: "d", directory: dataset, manifest: { name: "shop" } } as Dataset;
    const race: Race = { dataset: data, vectors, name: "shop", system: system!, options };
    await adoptOlderCells(folder, [race]);
    const isAt = (seed: number) => isRun(cellDirectory(folder, cellOf("shop", system!, 0, seed)));
    expect([await isAt(1), await isAt(2), await isRun(older(2))]).toEqual([true, false, true]);
  });
});
