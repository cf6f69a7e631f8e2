// Each study of the paper has an example that writes its defaults out, and can be estimated on any data.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { commands } from "../../src/cli/commands/index.ts";
import { shell } from "../support/shell.ts";

const STUDIES = ["main", "ablation", "variants", "sweep", "cost"];
/** Of a command line rather than of a study. */
const OF_THE_CALL = ["estimate", "probe"];

let folder: string;
let shop: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = join(folder, "shop");
  for (const line of [`data synth --users 60 --items 120 --seed 3 --out ${shop}`, `reason ${shop}`, `embed ${shop}`])
    expect((await shell(line, commands)).code).toBe(0);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function exampleOf(name: string): Promise<Record<string, unknown>> {
  const file = parse(await readFile(`examples/study-${name}.yaml`, "utf8")) as Record<string, Record<string, unknown>>;
  return file[`study-${name}`]!;
}

it.each(STUDIES)("examples/study-%s.yaml holds every default of its command, as it is", async (name) => {
  const given = await exampleOf(name);
  const { options } = commands.find(({ path }) => path.join(" ") === `study ${name}`)!;
  const { option, values } = given;
  const defaults = options.parse(name === "sweep" ? { option, values } : {}) as Record<string, unknown>;
  const { set, setAll, preset, datasets, ...own } = given;
  expect([set, setAll, preset]).toEqual([{}, {}, "mini"]);
  expect(datasets).toHaveLength(2);
  const kept = Object.keys(defaults).filter((key) => ![...OF_THE_CALL, "set", "setAll"].includes(key));
  expect(own).toEqual(Object.fromEntries(kept.map((key) => [key, defaults[key]])));
});

it.each(STUDIES)(
  "examples/study-%s.yaml can be estimated, and trains nothing for it",
  async (name) => {
    const file = join(folder, `${name}.yaml`);
    const rules = name === "variants" ? { rules: true } : {};
    const asked = { ...(await exampleOf(name)), ...rules, datasets: [shop], out: join(folder, name) };
    await writeFile(file, stringify({ [`study-${name}`]: asked }));
    const { code, stdout, stderr } = await shell(`study ${name} --config ${file} --estimate --no-probe`, commands);
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^synthetic-shop \S+: [13] trainings, at most \d+ epochs/m);
    expect(stdout).toMatch(/of training/);
    expect(existsSync(join(folder, name, "cells"))).toBe(false);
  },
  60_000,
);
