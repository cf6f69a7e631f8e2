// Studies in which a training fails by itself: the others are done, and the command says by its exit code that not all
// went well.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { stringify } from "yaml";
import { commands } from "../../src/cli/commands/index.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import { shell } from "../support/shell.ts";

/** At such a rate a loss is infinite after a few steps. */
const DIVERGING = "learningRate=1e30";

let root: string;
let shop: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = join(root, "shop");
  await synthesiseShop({ users: 40, items: 80, seed: 5, name: "shop", out: shop });
});

afterAll(() => rm(root, { recursive: true, force: true }));

const small = () => `--datasets ${shop} --preset tiny --seeds 1 --threads 1 --no-probe --users 4`;

it("ends with 1 where a training failed, after the others and with what they gave", async () => {
  const line = `study sweep --model lightgcn --option learningRate --values 1e30,0.001 --set epochs=1 ${small()} --out ${root}/study`;
  const { code, stdout, stderr } = await shell(line, commands);
  expect(stdout).toContain("2 of 2 trainings are done");
  expect(stdout).toMatch(/^FAILED \S+: .*training has diverged/m);
  expect(stdout).toContain("written: ");
  expect(stdout).toContain(
    "learningRate-1e+30, which all are to be held against, has no result: tests and gains are about learningRate-0.001",
  );
  expect(stderr).toMatch(
    new RegExp(`error: ${root}/study: 1 of 2 trainings failed and rows lack them; the result says why\\. .*\\n$`),
  );
  expect(code).toBe(1);
});

it("ends with 0 where a setting that was tried failed and another was chosen", async () => {
  const config = join(root, "tuned.yaml");
  const systems = [{ model: "lightgcn", grid: [{ learningRate: 1e30 }, {}], set: { epochs: 1 } }];
  await writeFile(config, stringify({ "study-compare": { systems, trials: 2 } }));
  const line = `study compare --config ${config} ${small()} --out ${root}/tuned`;
  const { code, stdout } = await shell(line, commands);
  expect(stdout).toMatch(/^FAILED \S+: .*training has diverged/m);
  expect(code).toBe(0);
});

it("ends a reproduction with 1, naming the step", async () => {
  const line = `reproduce --steps stats,main --systems lightgcn --set-all ${DIVERGING} ${small()} --out ${root}/paper`;
  const { code, stdout, stderr } = await shell(line, commands);
  expect(stdout).toMatch(/^FAILED \S+: .*training has diverged/m);
  expect(stderr).toContain(`error: main: ${root}/paper/main: 2 of 2 trainings failed`);
  expect(code).toBe(1);
});
