// `isrf reproduce`: all studies by one command, estimated without training, and a step that trains.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { commands } from "../../src/cli/commands/index.ts";
import { shell } from "../support/shell.ts";

let folder: string;
let line: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
  const shop = "datasets: [{ name: shop, synth: { users: 60, items: 120, seed: 3 } }]";
  const set =
    "{ width: 32, epochs: 1, visitsPerEpoch: 0.5, trainNegatives: 5, beams: 3, sequentialBeams: 3, validationUsers: 4 }";
  const file = join(folder, "paper.yaml");
  const settings = `preset: tiny, threads: 1, seeds: [1], systems: [lightgcn], minutes: 0.02, users: 12, layers: [1, 4], set: ${set}`;
  await writeFile(file, `reproduce: { out: ${folder}/paper, ${shop}, ${settings} }\n`);
  line = `reproduce --config ${file} --no-probe`;
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it("estimates every step without training, and says what is left out", async () => {
  const { code, stdout } = await shell(`${line} --estimate --minutes 60`, commands);
  expect(code).toBe(0);
  for (const step of ["stats", "main", "ablation", "variants", "layers", "neighbours", "cost"])
    expect(stdout).toContain(`== ${step}\n`);
  expect(stdout).toContain("rules wrote the texts");
  expect(stdout).toContain("groupLayers-4: 1 trainings");
  const rows = stdout.match(/^shop \S+: 1 trainings, .* each at most 1h 00m$/gm)!.length;
  const [, hours] = /all steps: at most ([\d.]+) hours of training, what they have in common once/.exec(stdout)!;
  // ISRF of the main tables is the whole row of the ablation, and a value of a sweep.
  expect(rows - Number(hours)).toBeGreaterThanOrEqual(2);
}, 60_000);

it("runs the steps that are asked for, each in a folder of its own, what they have in common once", async () => {
  const some = `${line} --steps main --steps layers --steps case --steps stats`;
  const { code, stdout, stderr } = await shell(some, commands);
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  expect(await readFile(join(folder, "paper", "stats.tex"), "utf8")).toContain("\\#Users & 60");
  expect(stdout.match(/2 of 2 trainings are done/g)).toHaveLength(2);
  const begun = [...stderr.matchAll(/training \d of 2 (begins|is another's): shop\/([\w-]+)/g)];
  const [isrf, rival, ...layers] = begun.map(([, how, row]) => `${row} ${how}`);
  expect([isrf, rival]).toEqual(["isrf begins", "lightgcn begins"]);
  // One of the two values is the one that the main tables have.
  expect(layers).toHaveLength(2);
  expect(layers.filter((words) => words.endsWith("is another's"))).toHaveLength(1);
  expect(await readdir(join(folder, "paper"))).toContain("shared");
  expect(await readdir(join(folder, "paper", "main"))).not.toContain("shared");
  expect(await readFile(join(folder, "paper", "case", "shop", "case.html"), "utf8")).toContain("What is recommended");
  const again = await shell(some, commands);
  expect(again.stderr).toContain("finished before");
}, 120_000);

it("hands vectors, seeds and tests to each step, and costs their own seed", async () => {
  const [shop, out] = [join(folder, "embedded"), join(folder, "handed")];
  for (const words of [`data synth --users 60 --items 120 --seed 3 --out ${shop}`, `reason ${shop}`])
    expect((await shell(words, commands)).code).toBe(0);
  expect((await shell(`embed ${shop} --dimensions 24 --name narrow`, commands)).code).toBe(0);
  const words = "--preset tiny --seeds 1 --seeds 2 --systems lightgcn --rules --no-probe --estimate";
  const { code, stderr } = await shell(
    `reproduce --datasets ${shop} --embeddings narrow ${words} --steps main --steps variants --steps cost --rows teacher-e --out ${out}`,
    commands,
  );
  expect(stderr).not.toContain("error");
  expect(stderr).toContain("rows: read by step ablation alone");
  expect(code).toBe(0);
  const configOf = async (step: string) =>
    JSON.parse(await readFile(join(out, step, "study-config.json"), "utf8")) as {
      seeds: number[];
      embeddings: string;
      systems: { embeddings?: string }[];
    };
  expect(await configOf("main")).toMatchObject({ embeddings: "narrow", seeds: [1, 2] });
  const { systems, ...variants } = await configOf("variants");
  expect(variants).toMatchObject({ embeddings: "narrow", seeds: [1, 2] });
  const names = systems.map(({ embeddings }) => embeddings!);
  expect(names.slice(0, 2)).toEqual(["narrow", "variants-narrow-feature-positive"]);
  for (const name of names.slice(0, -1)) {
    const manifest = JSON.parse(await readFile(join(shop, "embeddings", name, "manifest.json"), "utf8"));
    expect(manifest, name).toMatchObject({ dimensions: 24, encoder: { kind: "lsa" } });
  }
  expect(await configOf("cost")).toMatchObject({ embeddings: "narrow", seeds: [1] });
}, 60_000);

it("plans all steps before the first begins", async () => {
  const words = "--preset tiny --seeds 1 --systems lightgcn --no-probe --steps main --steps neighbours";
  const line = `reproduce --datasets ${folder}/embedded ${words} --neighbours 5 --neighbours 5 --out ${folder}/unplanned`;
  const { code, stderr } = await shell(line, commands);
  expect(code).toBe(2);
  expect(stderr).toContain("--values: 5 stands there twice");
  expect(stderr).not.toContain("begins");
}, 60_000);

it("makes no vectors by a name alone", async () => {
  const words = "--preset tiny --seeds 1 --no-probe --estimate --steps main";
  const line = `reproduce --datasets ${folder}/embedded --embeddings easyrec ${words} --out ${folder}/unmade`;
  const { code, stderr } = await shell(line, commands);
  expect(code).toBe(2);
  expect(stderr).toMatch(/embeddings\/easyrec: found only .*narrow.*isrf embed/s);
});

/** An example's settings, all of them options of the command. */
async function exampleOf(name: string): Promise<Record<string, unknown>> {
  const { reproduce } = parse(await readFile(`examples/${name}`, "utf8")) as { reproduce: Record<string, unknown> };
  const command = commands.find(({ path }) => path.join(" ") === "reproduce")!;
  expect(Object.keys(reproduce).filter((key) => !(key in command.options.shape))).toEqual([]);
  return reproduce;
}

it.each([
  ["paper.yaml", /^isrf, p5, rsl-proxy, pod, elmrec: preset paper$/m, /^caser, .*, xsimgcl: preset mini$/m],
  [
    "paper-cpu.yaml",
    /^isrf: preset paper, checkpoint none, width 128, .*groupLearningRate 0.01, groupSigma 1$/m,
    /^p5, .*, elmrec: preset mini, itemHead 0, candidateHead 0$/m,
  ],
])(
  "plans all that the example %s asks for, and says what each row is",
  async (name, own, rivals) => {
    const shop = { name: "shop", synth: { users: 60, items: 120, seed: 3 } };
    const settings = {
      ...(await exampleOf(name)),
      datasets: [shop],
      out: join(folder, "planned", name),
      device: "cpu",
    };
    const file = join(folder, `planned-${name}`);
    await writeFile(file, stringify({ reproduce: settings }));
    const { code, stdout, stderr } = await shell(`reproduce --config ${file} --estimate --no-probe`, commands);
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    expect(stdout).toMatch(own);
    expect(stdout).toMatch(rivals);
    expect(stdout).toMatch(/neighbours-100: \d trainings/);
  },
  120_000,
);

it("has an example that writes defaults out", async () => {
  const reproduce = await exampleOf("paper.yaml");
  const command = commands.find(({ path }) => path.join(" ") === "reproduce")!;
  const defaults = command.options.parse({}) as Record<string, unknown>;
  for (const key of ["out", "protocol", "test", "published", "steps", "layers", "neighbours", "rules"])
    expect(reproduce[key], key).toEqual(defaults[key]);
});
