// Imports whose text files others read: the dataset, and what is said, are those of one process.
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import type { ProgressEvent } from "../../src/base/progress.ts";
import { type ConvertTables, convertTable, importAndTell } from "../../src/data/index.ts";
import { openJobs } from "../../src/jobs/index.ts";
import { importData } from "../../src/pipeline/import/index.ts";
import { putRaw } from "../support/raw-objects.ts";
import { startS3rver } from "../support/s3-server.ts";
import { directoryWith, temporaryDirectory } from "../support/temporary.ts";
import { until } from "../support/until.ts";

type Options = Parameters<typeof importData>[0];

/** What an import leaves and says. */
interface Told {
  readonly files?: Readonly<Record<string, string>>;
  readonly refused?: string;
  readonly said: readonly string[];
}

async function told(
  work: (out: string, report: (event: ProgressEvent) => void) => Promise<unknown>,
  where?: string,
): Promise<Told> {
  const out = where ?? join(await temporaryDirectory(), "shop");
  const said: string[] = [];
  const report = (event: ProgressEvent) => {
    if (event.kind === "warning" || event.kind === "notice") said.push(event.message.replaceAll(out, "OUT"));
  };
  try {
    await work(out, report);
  } catch (error) {
    return { refused: `${(error as Error).name}: ${(error as Error).message}`, said };
  }
  const names = (await readdir(out)).sort();
  const contents = await Promise.all(names.map((name) => readFile(join(out, name), "base64")));
  return { files: Object.fromEntries(names.map((name, k) => [name, contents[k]!])), said };
}

const FILTERS = { kCore: 0, minLength: 3 };
const alone = (options: Omit<Options, "out">) =>
  told((out, report) => importAndTell({ ...FILTERS, ...options, out }, report));

/** By this process, as a worker does it. */
function convertHere(given: string[] = []): ConvertTables {
  return async (tables, form) => {
    const folder = await temporaryDirectory();
    const found = tables.map(async (table, k) => {
      given.push(table.name);
      const place = (name: string) => join(folder, `${k}-${name}.parquet`);
      const plain = JSON.parse(JSON.stringify(form));
      const outcome = await convertTable(table, { form: plain, place });
      return "refused" in outcome ? undefined : (JSON.parse(JSON.stringify(outcome)) as typeof outcome);
    });
    return Promise.all(found);
  };
}

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => {
    const n = from + k;
    return {
      user: `u${n % 6}`,
      item: `i${(n * 7) % 11}`,
      bought_at: `2024-01-${String((n % 28) + 1).padStart(2, "0")}`,
    };
  });
const csv = (from: number, to: number, sign = ",") =>
  ["user,item,bought_at", ...rows(from, to).map((row) => Object.values(row).join(","))]
    .join("\n")
    .replaceAll(",", sign);
const lines = (records: readonly object[]) => records.map((record) => JSON.stringify(record)).join("\n");
const baskets = (from: number, to: number) =>
  rows(from, to).map(({ user, item, bought_at }, k) => ({
    customer: { id: user },
    bought_at,
    lines:
      k % 3 === 0
        ? []
        : [
            { sku: item, price: k / 4 },
            { sku: `${item}x`, price: null },
          ],
  }));

describe("cells that another process has read", () => {
  it.each<[string, Record<string, string | Uint8Array>, Partial<Options>]>([
    ["files of other signs and columns", { "1.csv": csv(0, 30), "2.csv": `\ufeff${csv(30, 60, ";")}\n` }, {}],
    [
      "a file of another encoding, and records that do not fit",
      {
        "1.csv": Buffer.from(`${csv(0, 40)}\nJürgen,i1,2024-01-01\n`, "latin1"),
        "2.csv": `${csv(40, 60)}\nu1,i2,2024-01-02,more\nu1\n`,
      },
      { encoding: undefined, skipBadRows: true },
    ],
    ["objects with lists", { "1.jsonl": lines(baskets(0, 30)), "2.jsonl": lines(baskets(30, 60)) }, {}],
    [
      "an array, and Python",
      { "1.json": JSON.stringify(rows(0, 30)), "2.json": "[{'user': 'u1', 'item': 'i1', 'bought_at': None}]" },
      {},
    ],
    ["the same file twice", { "1.csv": csv(0, 30), "2.csv": csv(0, 30) }, {}],
    [
      "a broken quotation in the second file",
      { "1.csv": csv(0, 30), "2.csv": `${csv(30, 50)}\nu1,"i2,2024-01-02\n` },
      {},
    ],
    ["a time that is none", { "1.csv": csv(0, 30), "2.csv": `${csv(30, 50)}\nu1,i2,someday\n` }, {}],
    ["other columns", { "1.csv": csv(0, 30), "2.csv": csv(30, 50).replace("bought_at", "seen_at") }, {}],
    ["a column in doubt", { "1.csv": csv(0, 30).replaceAll("2024-01-", "05/0"), "2.csv": csv(30, 60) }, {}],
  ])("give the same dataset, or are refused in the same words: %s", async (_, contents, options) => {
    const folder = await directoryWith(contents);
    const interactions = Object.keys(contents).map((name) => join(folder, name));
    const given: string[] = [];
    const convert = convertHere(given);
    const apart = await told((out, report) =>
      importAndTell({ ...FILTERS, interactions, ...options, out, convert }, report),
    );
    expect(apart).toEqual(await alone({ interactions, ...options }));
    expect(given).toEqual(interactions);
  });

  it("are asked for of text alone", async () => {
    const folder = await directoryWith({ "1.csv": csv(0, 30), "a.db": "SQLite format 3\0" });
    const given: string[] = [];
    const interactions = [join(folder, "1.csv"), join(folder, "a.db")];
    const out = join(folder, "shop");
    await expect(importAndTell({ interactions, out, convert: convertHere(given) })).rejects.toThrow("a.db");
    expect(given).toEqual(interactions.slice(0, 1));
  });
});

describe("an import by workers", () => {
  let folder: string;
  let interactions: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
    interactions = [1, 2, 3].map((part) => join(folder, `${part}.jsonl`));
    // The second one takes a while.
    for (const [k, size] of [500, 60_000, 500].entries())
      await writeFile(interactions[k]!, lines(rows(k * size, (k + 1) * size)));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is that of one process when it is stopped and a worker killed, and leaves nothing behind", async () => {
    const out = join(folder, "shop");
    const options = { ...FILTERS, interactions, out, workers: 1 };
    const controller = new AbortController();
    const stopped = importData({ ...options, signal: controller.signal });
    stopped.catch(() => {});
    await until(async () => (await outcomes(out)) > 0);
    controller.abort();
    await expect(stopped).rejects.toThrow("Stopped before");
    expect(await outcomes(out)).toBeLessThan(3);
    let begun: number | undefined;
    const again = told((_, report) => {
      return importData(options, (event) => {
        report(event);
        if (event.kind === "step") begun ??= event.done;
      });
    }, out);
    const store = await openJobs(join(`${out}.import`, "jobs.db"));
    await until(async () => (await store.list({ states: ["active"] })).length > 0);
    await store.close();
    for (const pid of workersHere()) process.kill(pid, "SIGKILL");
    const { files, said: all } = await again;
    expect(begun).toBeGreaterThan(0);
    const isDeath = (words: string) => words.includes("a worker process ended by SIGKILL");
    expect(all.filter(isDeath)).toHaveLength(1);
    const said = all.filter((words) => !isDeath(words));
    expect({ files, said }).toEqual(await alone({ interactions }));
    expect(await readdir(folder)).toEqual(["1.jsonl", "2.jsonl", "3.jsonl", "shop"]);
  });

  it("takes objects of a bucket, which the command does not fetch", async () => {
    const server = await startS3rver();
    onTestFinished(() => server.remove());
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const [k, path] of interactions.entries()) await putRaw(server, `raw/${k}.jsonl`, await readFile(path));
    const options = { interactions: "s3://bucket/raw/*.jsonl", glob: true };
    const shared = { queue: join(await temporaryDirectory(), "jobs.db"), objects: "s3://bucket/isrf", workers: 1 };
    const apart = await told((out, report) => importData({ ...FILTERS, ...options, ...shared, out }, report));
    expect(apart).toEqual(await alone(options));
    const left = await readdir(join(server.folder, "bucket", "isrf"), { recursive: true }).catch(() => []);
    expect(left.filter((name) => name.includes("parquet"))).toEqual([]);
  });

  it("says what workers do not read", async () => {
    await expect(importData({ dir: folder, out: join(folder, "x"), workers: 2 })).rejects.toThrow(
      "--workers and --queue share the files of --interactions; a --dir is read by one process.",
    );
  });
});

/** Files of which something is known. */
async function outcomes(out: string): Promise<number> {
  const names = await readdir(join(`${out}.import`, "objects", "import")).catch((): string[] => []);
  return names.filter((name) => /^[0-9a-f]+\.json$/.test(name)).length;
}

/** Process numbers of the workers that this process began. */
function workersHere(): readonly number[] {
  const threads = readdirSync("/proc/self/task");
  const children = threads.flatMap((id) =>
    readFileSync(`/proc/self/task/${id}/children`, "utf8").trim().split(" ").filter(Boolean),
  );
  return children
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes("worker-process"))
    .map(Number);
}
