import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeSealedJson } from "../../../base/sealed-json.ts";
import type { Race } from "../race.ts";
import { cellDirectory, cellRecordPath } from "../run-cell.ts";
import { DEFAULT_STUDY } from "../study-config.ts";
import { cellOf, planSystems } from "../study-plan.ts";
import { furtherSeeds } from "./train-ahead.ts";

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "isrf-ahead-"));
});
afterAll(() => rm(out, { recursive: true, force: true }));

const grid = [{ dropout: 0.1 }, { dropout: 0.2 }, { dropout: 0.3 }];
const seeds = [1, 2];
const [system] = planSystems({ ...DEFAULT_STUDY, systems: [{ model: "sasrec", set: {}, grid }], seeds, trials: 3 });

async function finish(trial: number, bestScore: number | undefined): Promise<void> {
  const cell = cellOf("shop", system!, trial, 1);
  const { id, seed } = cell;
  const outcome = bestScore === undefined ? { failed: "diverged" } : { training: { bestScore, seconds: 1, epoch: 1 } };
  const record = { format: 1, kind: "study cell", id, label: "sasrec", settings: {}, seed, ...outcome };
  await writeSealedJson(cellRecordPath(cellDirectory(out, cell)), record);
}

it("gives out further seeds of the best trial, and none while a trial is not done: others would be taken for it", async () => {
  const race = { name: "shop", system: system!, options: { out } } as Race;
  await finish(1, 0.1);
  await finish(2, 0.3);
  expect(await furtherSeeds([race], seeds)).toEqual([]);
  await finish(0, undefined);
  const further = await furtherSeeds([race], seeds);
  expect(further.map(({ cell: { trial, seed } }) => [trial, seed])).toEqual([[2, 2]]);
  expect(dirname(further[0]!.cell.id)).toBe(dirname(cellOf("shop", system!, 2, 1).id));
});
