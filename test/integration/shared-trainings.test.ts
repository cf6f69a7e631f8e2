// Runs of a study that differ in their witnesses take one another's backbone, sequence model and text map: to the last
// bit what each would have trained alone.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ProgressEvent } from "../../src/base/progress.ts";
import { train } from "../../src/pipeline/train/index.ts";
import { SharedWork } from "../../src/training/shared-work.ts";
import { preparedShop } from "../support/trained-shop.ts";

const SMALL = {
  ...{ width: 16, warmStartEpochs: 2, validationUsers: 20, batch: 16, epochs: 1 },
  ...{ sequenceWidth: 16, sequenceEpochs: 2, textMapSteps: 5 },
};

let root: string;
let shop: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = await preparedShop(root);
}, 60_000);

afterAll(() => rm(root, { recursive: true, force: true }));

interface Asked {
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  readonly resume?: boolean;
  readonly onEvent?: (event: ProgressEvent) => void;
}

async function trained(name: string, folder: string | undefined, { onEvent, ...asked }: Asked = {}) {
  const work = folder === undefined ? undefined : new SharedWork(join(root, folder), { limitBytes: 1e9 });
  const out = join(root, name);
  const overrides = { ...SMALL, ...asked.overrides };
  const given = { seed: 1, ...asked, overrides, threads: 1, report: onEvent };
  await train({ dataset: shop, out, model: "isrf", preset: "tiny", shared: work, ...given });
  return { out, tally: work?.tally };
}

/** Everything of a run but its clocks. */
async function content(out: string): Promise<Record<string, string>> {
  const paths = (await readdir(out, { recursive: true })).filter((path) =>
    /\.(safetensors|jsonl)$|model\.json$/.test(path),
  );
  const files = paths.sort().map(async (path) => [path, (await readFile(join(out, path))).toString("base64")] as const);
  return Object.fromEntries(await Promise.all(files));
}

/** Names of what is kept, without their hashes. */
async function kept(folder: string): Promise<string[]> {
  return (await readdir(join(root, folder))).map((name) => name.replace(/-[0-9a-f]{24}\.safetensors$/, "")).sort();
}

const PARTS = ["backbone", "sequence-model", "text-map"];

it("gives a run with other witnesses the files that it would have trained alone", async () => {
  const without = { overrides: { witnessPopularity: false } };
  await trained("first", "shared");
  expect(await kept("shared")).toEqual(expect.arrayContaining(PARTS));
  const messages: string[] = [];
  const onEvent = (event: ProgressEvent) => event.kind === "notice" && messages.push(event.message);
  const { out, tally } = await trained("second", "shared", { ...without, onEvent: (event) => void onEvent(event) });
  expect(tally).toMatchObject({ made: 0 });
  expect(messages.filter((text) => text.includes("taken from"))).toHaveLength(2);
  const alone = await content((await trained("alone", undefined, without)).out);
  expect(Object.keys(alone)).toEqual(expect.arrayContaining([expect.stringMatching(/^sequence.*best.*model/)]));
  expect(await content(out)).toEqual(alone);
}, 120_000);

it("trains a part anew for another seed or another option of it", async () => {
  const { tally } = await trained("seed", "shared", { seed: 2 });
  expect(tally!.reused).toBe(1); // Texts on their principal components know no seed.
  const wider = await trained("wider", "shared", { overrides: { sequenceWidth: 8, textMapSteps: 4 } });
  expect(wider.tally!.made).toBe(2);
}, 120_000);

it("goes on from what a kill left of files that were being laid out", async () => {
  const whole = await content(join(root, "first"));
  await trained("killed", "shared");
  const checkpoint = join(root, "killed", "sequence", "checkpoint");
  await rm(join(checkpoint, "current.json"));
  await rm(join(root, "killed", "evidence"), { recursive: true });
  for (const name of await readdir(checkpoint)) await writeFile(join(checkpoint, name, "model.safetensors"), "half");
  await trained("killed", "shared", { resume: true });
  expect(await content(join(root, "killed"))).toEqual(whole);
}, 120_000);

it("serves two runs at once, and keeps one entry of each part", async () => {
  const both = await Promise.all(["left", "right"].map((name) => trained(name, "at-once")));
  const [left, right] = await Promise.all(both.map(({ out }) => content(out)));
  expect(left).toEqual(right);
  expect(left).toEqual(await content(join(root, "first")));
  const names = await kept("at-once");
  expect(names).toEqual([...new Set(names)]);
}, 120_000);

it("keeps nothing that a clock cut short", async () => {
  await trained("timed", "clock", { overrides: { epochs: 2, maxMinutes: 1e-6, sequenceMinutes: 1e-6 } });
  expect(await kept("clock")).not.toContain("backbone");
  expect(await kept("clock")).not.toContain("sequence-model");
}, 120_000);
