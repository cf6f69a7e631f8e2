// Answers and evaluations by many processes: the files are those of a single process. test/faults/workers kills them.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { sha256 } from "../../src/base/files.ts";
import { ownFolderPath } from "../../src/base/own-folder.ts";
import type { ProgressEvent } from "../../src/base/progress.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import { openObjects } from "../../src/objects/index.ts";
import { recommendToFile } from "../../src/pipeline/recommend/index.ts";
import { ISRF } from "../support/isrf-command.ts";
import { getRaw } from "../support/raw-objects.ts";
import { missingRedis, startRedis } from "../support/redis.ts";
import { startS3rver } from "../support/s3-server.ts";
import { shell } from "../support/shell.ts";

const TIMEOUT_MS = 240_000;
const USERS = 768;

let root: string;
let whole: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  await synthesiseShop({ users: USERS, items: 60, seed: 5, out: join(root, "shop") });
  await done(
    `train ${root}/shop --model rsl-proxy --preset tiny --set width=16 --set batch=256 --set validationUsers=5 --set visitsPerEpoch=1 --epochs 1 --seed 1 --out ${root}/run --quiet`,
  );
  await done(words("whole.csv"));
  whole = await readFile(join(root, "whole.csv"), "utf8");
}, TIMEOUT_MS);

afterAll(() => rm(root, { recursive: true, force: true }));

const words = (out: string, more = "") =>
  `recommend ${root}/run --all-users --top 3 --threads 1 --out ${root}/${out}${more && ` ${more}`}`;

async function done(line: string): Promise<string> {
  const { code, stdout, stderr } = await shell(line, commands);
  expect(code, stderr).toBe(0);
  return stdout + stderr;
}

function start(line: string): ChildProcess {
  return spawn(process.execPath, [...ISRF, ...line.split(" ")], { stdio: "ignore" });
}

/** Wait for `count` whole shards among objects, the first one among them. */
async function shardsIn(objects: () => Promise<readonly string[]>, count: number): Promise<void> {
  for (;;) {
    const whole = (await objects()).filter((name) => /\d{9}-\d{9}\.json$/.test(name));
    if (whole.length >= count && whole.some((name) => /\/0{9}-\d{9}\.json$/.test(name))) return;
    await sleep(10);
  }
}

it(
  "are put together from shares that numbered processes answered, in any order",
  async () => {
    const objects = `--objects ${root}/shares`;
    for (const shard of ["3/3", "1/3"]) {
      const said = await done(words("shares.csv", `${objects} --shard ${shard}`));
      expect(said).toContain(`share ${shard.replace("/", " of ")}: `);
    }
    await done(words("shares.csv", `${objects} --shard 2/3`));
    const joined = await shell(`${words("shares.csv", objects)} --json`, commands);
    expect(JSON.parse(joined.stdout)).toMatchObject({ users: USERS, resumedAt: USERS });
    expect(await readFile(join(root, "shares.csv"), "utf8")).toBe(whole);
  },
  TIMEOUT_MS,
);

it(
  "are put together from shares that lie beside the file, where no other place was named",
  async () => {
    for (const shard of ["2/2", "1/2"]) await done(words("beside.csv", `--shard ${shard}`));
    const joined = await shell(`${words("beside.csv")} --json`, commands);
    expect(JSON.parse(joined.stdout)).toMatchObject({ users: USERS, resumedAt: USERS });
    expect(await readFile(join(root, "beside.csv"), "utf8")).toBe(whole);
    expect(existsSync(join(root, "beside.csv.parts"))).toBe(false);
  },
  TIMEOUT_MS,
);

it(
  "an evaluation by workers is the one that a single process makes, and leaves nothing behind",
  async () => {
    const evaluated = async (more: string) => {
      await done(`evaluate ${root}/run --users 150 --no-yardsticks --threads 1 --quiet ${more}`);
      const names = (await readdir(join(root, "run"))).sort();
      const ranks = names.filter((name) => name.startsWith("ranks"));
      const texts = await Promise.all(ranks.map((name) => readFile(join(root, "run", name), "utf8")));
      const record = await readFile(join(root, "run", "evaluation.json"), "utf8");
      return { names, texts, record: record.replace(/"(seconds|checksum)": [^\n]+/g, "") };
    };
    const alone = await evaluated("");
    expect(alone.texts.length).toBeGreaterThan(0);
    expect(await evaluated("--workers 2")).toEqual(alone);
  },
  TIMEOUT_MS,
);

it(
  "are put as an object when they are whole, after a stop as well, and not twice",
  async () => {
    const server = await startS3rver();
    onTestFinished(() => server.remove());
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const out = "s3://bucket/made/answers.csv";
    const line = words("x").replace(`${root}/x`, out);
    const parts = join(ownFolderPath("isrf-out"), sha256(out).slice(0, 16));
    const controller = new AbortController();
    const options = { allUsers: true, top: 3, threads: 1, out, signal: controller.signal };
    const report = (event: ProgressEvent) => event.kind === "step" && event.done > 0 && controller.abort();
    const stopped = recommendToFile(`${root}/run`, { ...options, report });
    await expect(stopped).rejects.toThrow(`what was answered is kept in ${join(parts, "answers.csv.parts")}`);
    const said = await done(line);
    expect(said).toMatch(/Going on after \d+ users/);
    expect(said).toContain(`${out}: 2304 recommendations for 768 users`);
    expect(Buffer.from(await getRaw(server, "made/answers.csv")).toString()).toBe(whole);
    expect(existsSync(parts)).toBe(false);
    const { code, stderr } = await shell(line, commands);
    expect([code, stderr]).toEqual([2, expect.stringContaining("s3://bucket/made/answers.csv exists already.")]);
    const shared = await shell(`${line} --overwrite --shard 1/2`, commands);
    expect(shared.stderr).toContain("--shard with an --out on S3 needs --objects ADDRESS");
  },
  TIMEOUT_MS,
);

it("say which options of sharing do not fit together", async () => {
  const refused = async (line: string) => {
    const { code, stderr } = await shell(line, commands);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await refused(words("x.csv", "--queue redis://127.0.0.1:1"))).toContain("--objects ADDRESS is missing");
  expect(await refused(words("x.csv", "--shard 2/3 --workers 2"))).toContain("leave --queue and --workers out");
  expect(await refused(words("x.csv", "--shard 4/3"))).toContain("found share 4 of 3");
  expect(await refused(`recommend ${root}/run --all-users --workers 2`)).toContain("name one by --out FILE");
});

describe.skipIf(missingRedis !== "")(`over a queue on Redis${missingRedis}`, () => {
  it(
    "are the same by workers that know nothing but two addresses, when one of them, Redis and the bucket are killed",
    async () => {
      const [redis, s3] = await Promise.all([startRedis(), startS3rver()]);
      for (const [name, value] of Object.entries(s3.environment)) vi.stubEnv(name, value);
      const bucket = await openObjects("s3://bucket/shop");
      const objects = async () => {
        const names: string[] = [];
        for await (const { name } of bucket.list("recommend/")) names.push(name);
        return names;
      };
      const place = `--queue ${redis.url}?prefix=shop --objects s3://bucket/shop`;
      const worker = (name: string) =>
        start(`worker ${place} --cache ${root}/cache-${name} --lease-seconds 6 --threads 1 --quiet`);
      const workers = [worker("a"), worker("b")];
      try {
        const writing = done(words("queued.csv", place));
        await shardsIn(objects, 1);
        workers[0]!.kill("SIGKILL");
        await Promise.all([redis, s3].map((server) => server.kill()));
        await Promise.all([redis, s3].map((server) => server.start()));
        await writing;
        expect(await readFile(join(root, "queued.csv"), "utf8")).toBe(whole);
        expect(await objects()).toEqual([]);
        const listed = await done(`jobs list --queue ${redis.url}?prefix=shop`);
        expect(listed).toMatch(/^recommend: \d+ done$/m);
        const ended = once(workers[1]!, "exit");
        workers[1]!.kill("SIGTERM");
        expect((await ended)[0]).toBe(0);
      } finally {
        for (const each of workers) each.kill("SIGKILL");
        bucket.close();
        vi.unstubAllEnvs();
        await Promise.all([redis, s3].map((server) => server.remove()));
      }
    },
    TIMEOUT_MS,
  );
});
