import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import { readRunConfig, writeRunConfig } from "../../src/runs/run.ts";
import { shell } from "../support/shell.ts";

let root: string;
let user: string;
let place: string;
let copies = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  const dataset = await synthesiseShop({ users: 40, items: 120, seed: 5, out: join(root, "made", "shop") });
  user = dataset.users[0]!;
  await ok(`train ${root}/made/shop --model lightgcn --preset tiny --epochs 1 --out ${root}/made/runs/one`);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** `place/shop` and `place/runs/one`, moved there from where they were made. */
beforeEach(async () => {
  const made = join(root, `made-${++copies}`);
  place = join(root, `place-${copies}`);
  await cp(join(root, "made"), made, { recursive: true });
  const run = join(made, "runs", "one");
  const config = await readRunConfig(run);
  await writeRunConfig(run, { ...config, dataset: { ...config.dataset, directory: join(made, "shop") } });
  await rename(made, place);
});

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

describe("a run", () => {
  it("finds its dataset where both moved together, also by way of a link", async () => {
    expect(await ok(`recommend ${place}/runs/one --user ${user}`)).toContain("by lightgcn");
    await symlink(join(place, "runs", "one"), join(root, `link-${copies}`));
    expect(await ok(`recommend ${root}/link-${copies} --user ${user}`)).toContain("by lightgcn");
  });

  it("finds its dataset where the run alone moved", async () => {
    const config = await readRunConfig(join(root, "made", "runs", "one"));
    expect(config.dataset).toMatchObject({ directory: join(root, "made", "shop"), beside: join("..", "..", "shop") });
    const elsewhere = join(root, `elsewhere-${copies}`, "deep", "down");
    await cp(join(root, "made", "runs", "one"), elsewhere, { recursive: true });
    expect(await ok(`recommend ${elsewhere} --user ${user}`)).toContain("by lightgcn");
  });

  it("of an older version, which knows an absolute place alone, opens as it did", async () => {
    const run = join(place, "runs", "one");
    const { dataset, ...config } = await readRunConfig(run);
    const { name, hash } = dataset;
    await writeRunConfig(run, { ...config, dataset: { directory: join(place, "shop"), name, hash } });
    expect(await ok(`recommend ${run} --user ${user}`)).toContain("by lightgcn");
  });

  it("names --dataset where the dataset is gone, and one beside it that looks like it", async () => {
    await rename(join(place, "shop"), join(place, "runs", "renamed"));
    const said = await refusal(`recommend ${place}/runs/one --user ${user}`);
    expect(said).toMatch(/found no dataset, expected that of the run .*name its place with --dataset DIR/);
    expect(said).toMatch(/renamed looks like it: add --dataset \S*renamed\./);
    expect(await ok(`recommend ${place}/runs/one --user ${user} --dataset ${place}/runs/renamed`)).toContain(
      "by lightgcn",
    );
    await rm(join(place, "runs", "renamed"), { recursive: true });
    expect(await refusal(`recommend ${place}/runs/one --user ${user}`)).not.toContain("looks like it");
  });

  it("says what changed in a dataset that was made anew, and what to do", async () => {
    const orders = Array.from({ length: 12 }, (_, u) =>
      Array.from({ length: 6 }, (_, k) => `u${u},i${(u + k) % 9},${k}`),
    );
    const shop = join(place, "imported");
    const imported = async (lines: readonly string[]): Promise<void> => {
      await writeFile(join(place, "orders.csv"), ["user,item,timestamp", ...lines].join("\n"));
      await ok(`data import --interactions ${place}/orders.csv --out ${shop} --overwrite --k-core 1 --min-length 3`);
    };
    await imported(orders.flat());
    await ok(`train ${shop} --model lightgcn --preset tiny --epochs 1 --out ${place}/new`);
    await imported([...orders.flat(), "u0,i8,99"]);
    const said = await refusal(`recommend ${place}/new --user u0`);
    expect(said).toMatch(/changed data: 73 interactions \(1 more\), the same 12 users, the same 9 items/);
    expect(said).toMatch(/Train again .*--out NEW.*--dataset DIR/);
    await imported([...orders.flat(), ...["i1", "i2", "new"].map((item, k) => `late,${item},${k}`)]);
    expect(await refusal(`recommend ${place}/new --user u0`)).toMatch(
      /75 interactions \(3 more\), 13 users \(1 more\), 10 items \(1 more\)/,
    );
    const { dataset } = await readRunConfig(join(place, "new"));
    expect(dataset.held).toMatchObject({ users: 12, items: 9, interactions: 72 });
    await mkdir(join(place, "other"));
    expect(await refusal(`recommend ${place}/new --user u0 --dataset ${place}/other`)).toContain("no manifest.json");
  });
});
