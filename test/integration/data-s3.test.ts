// Tables that lie in a bucket, put there by others: fetched, found by patterns, and read where they lie.
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { withScratch } from "../../src/base/scratch.ts";
import { readRows, withDatabase, writeParquet } from "../../src/data/duckdb.ts";
import { importAndTell, inspectFile } from "../../src/data/index.ts";
import { dialectFor } from "../../src/data/sources/dialect-options.ts";
import { isAtHand } from "../../src/data/sources/elsewhere/extensions.ts";
import { FileNames } from "../../src/data/sources/named-files.ts";
import { openTable } from "../../src/data/sources/open-table.ts";
import { S3Files, writtenTo } from "../../src/objects/index.ts";
import { importFacts } from "../../src/pipeline/first-run/inputs.ts";
import { BadNetwork } from "../support/bad-network.ts";
import { getRaw, putRaw } from "../support/raw-objects.ts";
import { environmentOf, type S3Server, startS3rver } from "../support/s3-server.ts";
import { temporaryDirectory } from "../support/temporary.ts";

let server: S3Server;
beforeAll(async () => {
  server = await startS3rver();
});
afterAll(() => server.remove());
beforeEach(() => {
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const RECORDS = Array.from({ length: 60 }, (_, n) => ({ user: `u${n % 6}`, item: `i${(n * 7) % 11}`, day: n }));
const csvOf = (records: typeof RECORDS) =>
  `user,item,timestamp\n${records.map(({ user, item, day }) => `${user},${item},${1_600_000_000 + day * 86_400}`).join("\n")}\n`;

/** What an import makes of files, apart from where they lay. */
async function imported(interactions: string | string[], more: object = {}) {
  const out = join(await temporaryDirectory(), "shop");
  const events: string[] = [];
  const filters = { kCore: 0, minLength: 3 };
  const { dataset, understanding } = await importAndTell({ interactions, out, ...filters, ...more }, (event) => {
    if (event.kind === "warning" || event.kind === "notice") events.push(event.message);
  });
  const tables = ["users", "items", "interactions", "candidates"].map((name) => readFile(join(out, `${name}.parquet`)));
  const bytes = (await Promise.all(tables)).map((table) => table.toString("base64"));
  return { bytes, hash: dataset.hash, columns: understanding.columns, manifest: dataset.manifest, events };
}

/** The same file in a folder and in the bucket. */
async function bothPlaces(key: string, content: string | Uint8Array): Promise<{ path: string; address: string }> {
  const path = join(await temporaryDirectory(), basename(key));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return { path, address: await putRaw(server, key, content) };
}

describe("objects as files of an import", () => {
  it.each([
    ["a.csv", csvOf(RECORDS)],
    ["a.csv.gz", gzipSync(csvOf(RECORDS))],
    ["a b#1+ä?.csv", csvOf(RECORDS)],
    ["a.jsonl", RECORDS.map((record) => `${JSON.stringify(record)}\n`).join("")],
  ])("%s gives what the same file gives", async (key, content) => {
    const { path, address } = await bothPlaces(`kinds/${key}`, content);
    const [here, there] = [await imported(path), await imported(address)];
    expect(there.bytes).toEqual(here.bytes);
    expect(there.columns).toEqual(here.columns);
    expect(there.manifest.inputs).toEqual([{ ...here.manifest.inputs[0], file: address }]);
    expect(there.events).toEqual(here.events.map((words) => words.replaceAll(path, address)));
  });

  it("are found by patterns, in the order of files, numbers by size", async () => {
    const parts = [2, 10, 1].map((part) => putRaw(server, `parts/2024/orders-${part}.csv`, csvOf(RECORDS.slice(part))));
    await Promise.all([
      ...parts,
      putRaw(server, "parts/2024/readme.md", "x"),
      putRaw(server, "parts/2024/x/orders-3.csv", "x"),
    ]);
    const named = (word: string) =>
      withScratch(async (scratch) =>
        (await new FileNames({ glob: true, scratch }).open(word, "--interactions")).map(({ name }) => name),
      );
    const orders = [1, 2, 10].map((part) => `s3://bucket/parts/2024/orders-${part}.csv`);
    expect(await named("s3://bucket/parts/2024/orders-*.csv")).toEqual(orders);
    expect(await named("s3://bucket/parts/20[0-9][0-9]/orders-*.csv")).toEqual(orders);
    expect(await named("s3://bucket/parts/*/orders-1.csv")).toEqual(orders.slice(0, 1));
    await expect(named("s3://bucket/parts/*.csv")).rejects.toThrow(
      "--interactions s3://bucket/parts/*.csv: no file has such a name (--glob)",
    );
  });

  it("are known again by their content, for `isrf run`", async () => {
    const address = await putRaw(server, "known/a.csv", csvOf(RECORDS));
    const facts = () => importFacts({ interactions: ["s3://bucket/known/*.csv"], glob: true });
    const before = await facts();
    expect(Object.keys(before)).toEqual([address, "--glob"]);
    expect(await facts()).toEqual(before);
    await putRaw(server, "known/a.csv", csvOf(RECORDS.slice(1)));
    expect((await facts())[address]).not.toBe(before[address]);
    expect((await importFacts({ items: "s3://bucket/absent" }))["--items s3://bucket/absent"]).toBe("not a file");
  });

  it("stand beside files, and are looked at alone", async () => {
    const items = await putRaw(server, "items.csv", "item,title\ni1,One\ni2,Two\ni3,Three\n");
    const { path } = await bothPlaces("beside.csv", csvOf(RECORDS));
    expect((await imported(path, { items })).manifest.inputs.map(({ file }) => file)).toEqual([basename(path), items]);
    expect(await inspectFile(items, {})).toMatchObject({ file: items, kind: "catalogue" });
  });

  it.each([
    ["s3://bucket/absent.csv", "s3://bucket/absent.csv: no such object. Check the name."],
    ["s3://bucket/absent-*.csv", "If it is a pattern, add --glob."],
    ["s3://bucket/parts/", "s3://bucket/parts/: that is a folder. Name the objects in it, or 's3://bucket/parts/*'"],
    ["s3://nowhere/a.csv", "has no bucket nowhere"],
    ["s3://ME:GEHEIM@bucket/a.csv", "s3://bucket/...: Credentials and settings of S3 stand in AWS_ACCESS_KEY_ID"],
    ["s3://bucket/a.csv?s3_secret_access_key=GEHEIM", "not in the address"],
  ])("%s is refused in words that show no secret", async (address, words) => {
    const asked = imported(address);
    await expect(asked).rejects.toThrow(words);
    await expect(asked).rejects.not.toThrow(/GEHEIM/);
  });

  it("are named once, and not asked for where the network is forbidden", async () => {
    const address = await putRaw(server, "once.csv", csvOf(RECORDS));
    await expect(imported([address, address])).rejects.toThrow("that is the same file as");
    vi.stubEnv("AWS_ENDPOINT_URL_S3", "http://s3.example");
    vi.stubEnv("ISRF_OFFLINE", "1");
    await expect(imported(address)).rejects.toThrow("ISRF_OFFLINE is set, and this would ask s3.example");
  });
});

describe("fetching an object", () => {
  const QUICK = { tries: 8, firstMs: 10, longestMs: 50 };
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 251));

  it("goes on where connections break off", async () => {
    const address = await putRaw(server, "large.bin", content);
    await using network = await BadNetwork.before(server.port, (connection) =>
      connection % 2 === 1 ? { kind: "drop", side: "reply", after: 30_000 } : { kind: "none" },
    );
    const environment = environmentOf(network.port);
    const files = new S3Files({ environment, retries: QUICK, partBytes: 70_000, replyMs: 2000 });
    const path = join(await temporaryDirectory(), "large.bin");
    const told: number[] = [];
    await files.fetch(await files.facts(address), path, (bytes) => told.push(bytes));
    expect(content.equals(await readFile(path))).toBe(true);
    expect(told.at(-1)).toBe(content.length);
    expect(network.connections).toBeGreaterThan(2);
    await files.close();
  });

  it("is refused when the object is replaced meanwhile", async () => {
    const address = await putRaw(server, "moving.bin", content);
    const files = new S3Files({ environment: server.environment, retries: QUICK, partBytes: 70_000 });
    const facts = await files.facts(address);
    await putRaw(server, "moving.bin", Buffer.concat([content.subarray(1), Buffer.from("x")]));
    const path = join(await temporaryDirectory(), "moving.bin");
    await expect(files.fetch(facts, path)).rejects.toThrow(`${address}: the object was replaced while it was read.`);
    await expect(files.stillIs(facts)).rejects.toThrow("was replaced");
    await files.close();
  });
});

describe("a file that is written as an object", () => {
  const write = (out: string, overwrite = false) =>
    writtenTo(out, { overwrite, beside: [".ids"] }, async (path) => {
      await writeFile(path, "rows");
      await writeFile(`${path}.ids`, "ids");
      return path;
    });

  it("is put whole, with what stands beside it, and replaces nothing unasked", async () => {
    const path = await write("s3://bucket/made/a.npy");
    expect(existsSync(path)).toBe(false);
    const read = async (key: string) => Buffer.from(await getRaw(server, key)).toString();
    expect([await read("made/a.npy"), await read("made/a.npy.ids")]).toEqual(["rows", "ids"]);
    await expect(write("s3://bucket/made/a.npy")).rejects.toThrow("s3://bucket/made/a.npy.ids exists already");
    await write("s3://bucket/made/a.npy", true);
    await putRaw(server, "made/of others.csv", "x");
    await expect(write("s3://bucket/made/of others.csv")).rejects.toThrow("expected a name of letters, digits and");
  });

  it("stays here where the service takes nothing", async () => {
    let kept = "";
    const broken = writtenTo("s3://bucket/made/b.npy", { overwrite: false }, async (path) => {
      kept = path;
      await writeFile(path, "rows");
      vi.spyOn(S3Client.prototype, "send").mockRejectedValue(
        Object.assign(new Error("no"), { name: "AccessDenied", $metadata: { httpStatusCode: 403 } }),
      );
    });
    await expect(broken).rejects.toThrow(/s3:PutObject.* The whole file is kept in .*b\.npy/s);
    vi.restoreAllMocks();
    expect(await readFile(kept, "utf8")).toBe("rows");
    await write("s3://bucket/made/b.npy");
    expect(existsSync(kept)).toBe(false);
  });
});

/** Where tests look for DuckDB's extensions. */
const extensions = process.env.ISRF_DUCKDB_EXTENSIONS;
const isThere = await isAtHand("httpfs", extensions);
const missing = isThere ? "" : " (skipped: no httpfs of this DuckDB; ISRF_DUCKDB_EXTENSIONS names a folder)";

describe("Parquet in a bucket", () => {
  const rows = RECORDS.map(({ user, item, day }) => ({ user, item, timestamp: 1_600_000_000 + day * 86_400 }));
  const parquet = async () => {
    const path = join(await temporaryDirectory(), "rows.parquet");
    await writeParquet(path, { user: "VARCHAR", item: "VARCHAR", timestamp: "BIGINT" }, rows);
    return bothPlaces("tables/user=1/a [1].parquet", await readFile(path));
  };

  it("is fetched where the extension is absent", async () => {
    const { path, address } = await parquet();
    const none = await temporaryDirectory();
    const [here, there] = [await imported(path), await imported(address, { extensions: none })];
    expect(there.bytes).toEqual(here.bytes);
    expect(there.manifest.inputs).toEqual([{ ...here.manifest.inputs[0], file: address }]);
  });

  it.skipIf(!isThere)(`is read where it lies, with equal results${missing}`, async () => {
    const { path, address } = await parquet();
    const [here, there] = [await imported(path), await imported([address], { extensions })];
    expect(there.bytes).toEqual(here.bytes);
    expect(there.hash).toBe(here.hash);
    expect(there.manifest).toMatchObject({ inputs: [], options: { elsewhere: [address] } });
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "GEHEIM'");
    await putRaw(server, "tables/cut.parquet", (await readFile(path)).subarray(0, 200));
    const cut = imported("s3://bucket/tables/cut.parquet", { extensions });
    await expect(cut).rejects.toThrow("s3://bucket/tables/cut.parquet: found");
    await expect(cut).rejects.not.toThrow(/GEHEIM/);
  });

  it.skipIf(!isThere)(`is refused when it is replaced while it is read there${missing}`, async () => {
    const { address } = await parquet();
    const dialect = dialectFor("interactions", { extensions });
    await withDatabase(async (database) => {
      const source = await openTable(database, address, { format: "auto", dialect });
      const query = () => readRows(database, `SELECT count(*) FROM ${source.sql()}`);
      expect(await source.read(query)).toEqual([[60n]]);
      await putRaw(server, "tables/user=1/a [1].parquet", "PAR1 and others");
      await expect(source.read(query)).rejects.toThrow("the object was replaced while it was read");
    });
  });
});
