// Answers of many as a real process: killed in the midst, the same command goes on, and the file is what it would have
// been.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import { ISRF } from "../support/isrf-command.ts";
import { shell } from "../support/shell.ts";
import { until } from "../support/until.ts";

const TIMEOUT_MS = 240_000;
const USERS = 900;

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  await synthesiseShop({ users: USERS, items: 90, seed: 5, out: join(root, "shop") });
  for (const [name, seed] of [
    ["run", 1],
    ["other", 2],
  ] as const) {
    const words = `train ${root}/shop --model rsl-proxy --preset tiny --set width=16 --set batch=256 --set validationUsers=5`;
    const { code } = await shell(
      `${words} --set visitsPerEpoch=1 --epochs 1 --seed ${seed} --out ${root}/${name} --quiet`,
      commands,
    );
    expect(code).toBe(0);
  }
}, TIMEOUT_MS);

afterAll(() => rm(root, { recursive: true, force: true }));

/** A part after every block. */
const words = (run: string, out: string) =>
  `recommend ${run} --all-users --top 3 --threads 1 --part-seconds 0 --out ${out}`;

function start(run: string, out: string): ChildProcess {
  return spawn(process.execPath, [...ISRF, ...words(run, out).split(" ")], { stdio: ["ignore", "ignore", "pipe"] });
}

async function partsOf(out: string): Promise<string[]> {
  const names = await readdir(`${out}.parts`).catch((): string[] => []);
  return names.filter((name) => /^\d+-\d+$/.test(name)).sort();
}

it(
  "are whole after kills, as if there had been none, and never those of two runs",
  async () => {
    const [run, other] = [join(root, "run"), join(root, "other")];
    const out = join(root, "killed.csv");
    for (const parts of [1, 3]) {
      const child = start(run, out);
      const ended = once(child, "exit");
      await until(async () => (await partsOf(out)).length >= parts, { child });
      child.kill("SIGKILL");
      expect((await ended)[1]).toBe("SIGKILL");
      expect(existsSync(out)).toBe(false);
    }
    const kept = await partsOf(out);
    expect(kept[0]).toMatch(/^000000000-/);

    const refused = await shell(words(other, out), commands);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/differ from what is asked now in: run\..*--overwrite/);
    expect(await partsOf(out)).toEqual(kept);

    const { code, stdout } = await shell(`${words(run, out)} --json`, commands);
    expect(code).toBe(0);
    const written = JSON.parse(stdout) as { readonly resumedAt: number };
    expect(written).toMatchObject({ users: USERS, recommendations: 3 * USERS });
    expect(written.resumedAt).toBeGreaterThan(0);
    const whole = join(root, "whole.csv");
    expect((await shell(`${words(run, whole)} --quiet`, commands)).code).toBe(0);
    expect(await readFile(out, "utf8")).toBe(await readFile(whole, "utf8"));
    expect((await readdir(root)).sort()).toEqual(["killed.csv", "other", "run", "shop", "whole.csv"]);
  },
  TIMEOUT_MS,
);

it(
  "keep what is in hand when they are stopped, and may be begun anew for another run",
  async () => {
    const out = join(root, "stopped.jsonl");
    const controller = new AbortController();
    const ending = shell(words(join(root, "run"), out), commands, { signal: controller.signal });
    await until(async () => (await partsOf(out)).length > 0);
    controller.abort("SIGINT");
    const { code, stderr } = await ending;
    expect(code).toBe(130);
    expect(stderr).toContain(`what was answered is kept in ${out}.parts. Run the same command again to go on.`);
    const anew = await shell(`${words(join(root, "other"), out)} --overwrite --json`, commands);
    expect(JSON.parse(anew.stdout)).toMatchObject({ users: USERS, resumedAt: 0 });
    expect((await readFile(out, "utf8")).trim().split("\n")).toHaveLength(USERS);
  },
  TIMEOUT_MS,
);
