import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cosine, row } from "../../src/base/matrix.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { openRun, type Popular, popular, type Similar, similar, trending } from "../../src/index.ts";
import { shell } from "../support/shell.ts";

let root: string;
const DAY = 86_400;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  // Everybody has six of nine items; p0 was bought a year ago, p8 yesterday by some.
  const rows = Array.from({ length: 12 }, (_, u) =>
    Array.from({ length: 6 }, (_, k) => `u${u},p${(u + k) % 9},${1_700_000_000 + ((u + k) % 9) * 40 * DAY + k}`),
  ).flat();
  await writeFile(join(root, "orders.csv"), ["user,item,timestamp", ...rows].join("\n"));
  const items = Array.from({ length: 9 }, (_, i) => `p${i},thing ${i},${i < 4 ? "tea" : "mug"},${i}`);
  await writeFile(join(root, "items.csv"), ["item,title,category,price", ...items].join("\n"));
  await ok(`data import --interactions ${root}/orders.csv --items ${root}/items.csv --k-core 1 --out ${root}/shop`);
  await ok(`train ${root}/shop --model lightgcn --preset tiny --epochs 1 --out ${root}/run`);
  await ok(
    `train ${root}/shop --model rsl-proxy --preset tiny --set width=16 --set batch=16 --epochs 1 --out ${root}/words`,
  );
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function ok(line: string): Promise<string> {
  const { code, stdout, stderr } = await shell(`${line} --quiet`, commands);
  expect(stderr).not.toContain("error:");
  expect(code).toBe(0);
  return stdout;
}

async function refusal(line: string): Promise<string> {
  const { code, stderr } = await shell(line, commands);
  expect(code).toBe(2);
  return stderr;
}

describe("isrf similar", () => {
  it("lists the items of highest cosine by what the model learnt, the item itself not among them", async () => {
    const run = await openRun(join(root, "run"));
    try {
      const { items } = run.recommender.vectors!;
      const [list] = await similar(run, { item: ["p3"], top: 3 });
      const index = run.dataset.items.findIndex(({ itemId }) => itemId === "p3");
      const cosines = run.dataset.items.map((item, other) => ({
        id: item.itemId,
        cosine: cosine(row(items, index), row(items, other)),
      }));
      const best = cosines.filter(({ id, cosine }) => id !== "p3" && cosine > 0).sort((a, b) => b.cosine - a.cosine);
      expect(list!.by).toBe("model");
      expect(list!.similar.map(({ item }) => item.itemId)).toEqual(best.slice(0, 3).map(({ id }) => id));
    } finally {
      await run.recommender.dispose();
    }
  });

  it("goes by common buyers where the model has no vectors, says so, and keeps to filters", async () => {
    const list = JSON.parse(await ok(`similar ${root}/words --item p1 --only category=tea --json`)) as Similar;
    expect(list).toMatchObject({ by: "co-occurrence", item: { itemId: "p1" } });
    expect(list.similar.length).toBeGreaterThan(0);
    for (const { item } of list.similar) expect(item.category).toBe("tea");
    expect(await ok(`similar ${root}/words --item p1,p2 --top 2`)).toMatch(
      /like p1 {2}thing 1.*\nscore: share of buyers in common[\s\S]*like p2/,
    );
    expect(await refusal(`similar ${root}/words --item p1 --by model`)).toContain("rsl-proxy has no vector an item");
    expect(await refusal(`similar ${root}/run --item P1`)).toContain("did you mean p1?");
    expect(await refusal(`similar ${root}/run --item p1 --by texts`)).toContain("isrf embed");
  });
});

describe("isrf popular and trending", () => {
  it("count who has an item, of a dataset or of a run's", async () => {
    const list = JSON.parse(await ok(`popular ${root}/shop --top 20 --json`)) as Popular;
    expect(list.items.reduce((sum, { score }) => sum + score, 0)).toBe(72);
    const scores = list.items.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect((await popular(join(root, "run"), { top: 20 })).items).toEqual(list.items);
    const mugs = await ok(`popular ${root}/shop --only category=mug`);
    expect(mugs).toContain("mug");
    expect(mugs).not.toContain("tea");
  });

  it("weigh an interaction half for every half-life before the newest", async () => {
    const { items, scores } = await trending(join(root, "shop"), { halfLife: 40, top: 9 });
    expect(items[0]!.item.itemId).toBe("p8");
    const sold = new Map(items.map(({ item, score }) => [item.itemId, score]));
    const counts = new Map(
      (await popular(join(root, "shop"), { top: 9 })).items.map(({ item, score }) => [item.itemId, score]),
    );
    expect(sold.get("p6")! / counts.get("p6")!).toBeCloseTo(0.25, 4);
    expect(scores).toContain("halved for every 40 days before 2024-");
  });

  it("say that times are missing, and what needs none", async () => {
    const rows = Array.from({ length: 5 }, (_, u) =>
      ["a", "b", "c", "d"].map((item) => `u${u},${item}${u % 2}`),
    ).flat();
    await writeFile(join(root, "timeless.csv"), ["user,item", ...rows].join("\n"));
    await ok(`data import --interactions ${root}/timeless.csv --k-core 1 --min-length 3 --out ${root}/timeless`);
    expect(await refusal(`trending ${root}/timeless`)).toMatch(/found no times.*isrf popular/);
    expect(await ok(`popular ${root}/timeless --top 1`)).toContain("users who have it");
  });
});

describe("isrf export", () => {
  it("writes vectors with their ids: rows of JSON lines, a matrix of NumPy, Parquet", async () => {
    await ok(`export ${root}/run --what item-vectors --out ${root}/items.jsonl`);
    expect(await refusal(`export ${root}/run --what item-vectors --top 5 --out ${root}/none.jsonl`)).toContain(
      "--top is not read beside --what item-vectors",
    );
    const rows = (await readFile(join(root, "items.jsonl"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: string; vector: number[] });
    expect(rows).toHaveLength(9);
    const run = await openRun(join(root, "run"));
    const { items, users } = run.recommender.vectors!;
    await run.recommender.dispose();
    expect(Float32Array.from(rows[4]!.vector)).toEqual(row(items, 4));
    const written = JSON.parse(
      await ok(`export ${root}/run --what user-vectors --out ${root}/users.npy --json`),
    ) as object;
    expect(written).toMatchObject({ rows: 12, columns: items.columns, ids: `${root}/users.npy.ids.json` });
    const bytes = await readFile(join(root, "users.npy"));
    const start = 10 + bytes.readUInt16LE(8);
    expect(bytes.subarray(0, 6).toString("latin1")).toBe("\u0093NUMPY");
    expect(bytes.subarray(10, start).toString()).toContain(`'shape': (12, ${items.columns})`);
    expect(start % 64).toBe(0);
    expect(bytes.readFloatLE(start + 4)).toBe(users!.data[1]);
    await ok(`export ${root}/run --what item-vectors --out ${root}/items.parquet`);
    expect((await readFile(join(root, "items.parquet"))).subarray(0, 4).toString()).toBe("PAR1");
    const scores = await ok(`export ${root}/run --what scores --top 3 --out ${root}/scores.jsonl`);
    expect(scores).toContain("36 scores of 12 users");
  });

  it.each([
    ["words --what item-vectors --out OUT.npy", "rsl-proxy has no vector an item"],
    ["run --what item-vectors --out OUT.txt", "its ending says no format"],
    ["run --what scores --out OUT.npy --format npy", "scores are rows"],
    ["run --what item-vectors --out items.csv", "its ending says no format"],
  ])("is refused: %s", async (words, reason) => {
    expect(await refusal(`export ${root}/${words.replace("OUT", `${root}/out`)}`)).toContain(reason);
    await writeFile(join(root, "there.npy"), "");
    expect(await refusal(`export ${root}/run --what item-vectors --out ${root}/there.npy`)).toContain("--overwrite");
  });
});
