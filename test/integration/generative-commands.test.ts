import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { openDataset, synthesiseShop } from "../../src/data/index.ts";
import type { EvaluationRecord } from "../../src/pipeline/evaluate/evaluation-record.ts";
import type { Recommendations } from "../../src/pipeline/recommend/index.ts";
import { shell } from "../support/shell.ts";

/** A model of toy size: what is tested is the way from command to command. */
const TOY =
  "--preset tiny --set width=16 --set warmStartEpochs=2 --set validationUsers=20 --set batch=16 --set visitsPerEpoch=1 --epochs 1";

let root: string;
let shop: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = join(root, "shop");
  // No reasoning and no vectors: these systems read none.
  await synthesiseShop({ users: 40, items: 120, seed: 5, out: shop });
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function json<T>(line: string): Promise<T> {
  const { code, stdout, stderr } = await shell(`${line} --json`, commands);
  expect(stderr).not.toContain("error:");
  expect(code).toBe(0);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as T;
}

describe.each(["elmrec", "pod", "p5", "rsl-proxy"])("%s, from a dataset without texts", (name) => {
  it("trains, resumes, evaluates, recommends in both tasks, and says that it has no explanations", async () => {
    const run = join(root, name);
    const trained = await json<{ summary: object; config: object }>(
      `train ${shop} --model ${name} ${TOY} --out ${run}`,
    );
    expect(trained).toMatchObject({ summary: { stopped: "epochs" }, config: { model: name, embeddings: null } });
    const resumed = await json<{ summary: object }>(`train ${shop} --out ${run} --resume`);
    expect(resumed.summary).toEqual(trained.summary);

    const { tasks } = await json<EvaluationRecord>(`evaluate ${run} --users 10`);
    expect(new Set(tasks.map(({ task }) => task))).toEqual(new Set(["sequential", "direct"]));
    for (const { systems } of tasks) expect(systems[0]!.name).toBe(name);

    const { users, items, sequences } = await openDataset(shop);
    const own = new Set(Array.from(sequences[0]!, (item) => items[item]!.itemId));
    for (const task of ["sequential", "direct"]) {
      const list = await json<Recommendations>(`recommend ${run} --user ${users[0]} --top 5 --task ${task}`);
      expect(list).toMatchObject({ task, system: name });
      expect(list.recommendations).toHaveLength(5);
      for (const { item } of list.recommendations) expect(own).not.toContain(item.itemId);
    }
    const explained = await shell(`explain ${run} --user ${users[0]}`, commands);
    expect(explained.code).toBe(2);
    expect(explained.stderr).toContain(
      `${name} has no explanations: it has no individual and group interests to tell apart`,
    );
  });
});
