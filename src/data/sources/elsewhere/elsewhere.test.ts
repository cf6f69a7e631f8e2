import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import Database from "libsql";
import { afterEach, describe, expect, it, vi } from "vitest";
import { temporaryDirectory } from "../../../../test/support/temporary.ts";
import { withScratch } from "../../../base/scratch.ts";
import { execute, readRows, withDatabase } from "../../duckdb.ts";
import { dialectFor, type FormOptions } from "../dialect-options.ts";
import { FileNames, type NamedFile } from "../named-files.ts";
import { openTable } from "../open-table.ts";
import { dropEmptyRows } from "./loaded-table.ts";

interface Read {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: unknown[][];
  readonly second: string;
}

function read(address: string, options: FormOptions = {}): Promise<Read> {
  const dialect = dialectFor("interactions", options);
  return withScratch((scratch) =>
    withDatabase(async (database) => {
      const [{ path, name }] = (await new FileNames({ scratch }).open(address, "--interactions")) as [NamedFile];
      const source = await openTable(database, path, { format: "auto", name, scratch, dialect });
      const columns = source.columns.map((name) => `"${name}"`).join(", ");
      const rows = await source.read(() => readRows(database, `SELECT ${columns} FROM ${source.sql()}`));
      const { where, line } = await source.place(1);
      return {
        name: source.name,
        columns: source.columns,
        rows,
        second: line === undefined ? where : `${where}:${line}`,
      };
    }),
  );
}

async function shopDatabase(): Promise<string> {
  const path = join(await temporaryDirectory(), "shop.db");
  const file = new Database(path);
  file.exec(`CREATE TABLE sales (user_id INTEGER, item TEXT, at TEXT, stars REAL);
    INSERT INTO sales VALUES (9007199254740993, 'a', '2024-01-02', 4.5), (2, NULL, 'x', NULL);
    CREATE TABLE "odd name" (one);`);
  file.close();
  return path;
}

const SALES = [
  ["9007199254740993", "a", "2024-01-02", "4.5"],
  ["2", null, "x", null],
];

describe("an SQLite file", () => {
  it("is read by its bytes or its scheme, with all digits", async () => {
    const path = await shopDatabase();
    for (const address of [path, `sqlite:${path}`]) {
      const found = await read(address, { table: ["sales"] });
      expect(found).toMatchObject({ columns: ["user_id", "item", "at", "stars"], rows: SALES });
      expect(found.second).toBe(`${path} (table sales), row 2`);
    }
  });

  it("that is none is refused", async () => {
    const path = join(await temporaryDirectory(), "shop.db");
    await writeFile(path, `SQLite format 3\u0000${"no page".repeat(200)}`);
    await expect(read(path)).rejects.toThrow(/shop\.db: found no readable SQLite database/);
  });

  it("gives what a SELECT says", async () => {
    const path = await shopDatabase();
    const found = await read(path, { query: ["SELECT item AS i, count(*) AS n FROM sales GROUP BY 1 ORDER BY 1"] });
    expect(found.rows).toEqual([
      [null, "1"],
      ["a", "1"],
    ]);
  });

  it.each([
    [{}, /shop\.db: found 2 tables \(odd name, sales\)\. Say which: --table 'odd name'/],
    [{ table: ["sale"] }, /--table sale: .*shop\.db has no such table\. It has odd name, sales\. Did you mean sales/],
    [{ table: ["odd name"] }, /shop\.db: found no rows/],
    [{ query: ["DELETE FROM sales"] }, /--query .*: expected one SELECT/],
    [{ query: ["SELECT 1; DELETE FROM sales"] }, /expected one SELECT/],
    [{ query: ["WITH a AS (SELECT 1) DELETE FROM sales"] }, /refuses to be read/],
    [{ query: ["SELECT absent FROM sales"] }, /refuses to be read \(no such column: absent/],
  ])("refuses %j, and nothing changes", async (options: FormOptions, message) => {
    const path = await shopDatabase();
    await expect(read(path, options)).rejects.toThrow(message);
    expect((await read(path, { table: ["sales"] })).rows).toEqual(SALES);
  });
});

/** A program that is in the middle of writing `path`, with more than fits into its memory; then does `last`. */
async function writing(path: string, last: string): Promise<ChildProcess> {
  const program = `
    const Database = require("libsql");
    const file = new Database(process.argv[1]);
    file.exec("PRAGMA cache_size = 2; BEGIN EXCLUSIVE; UPDATE sales SET item = 'new'");
    console.log("begun");
    ${last}`;
  const child = spawn(process.execPath, ["-e", program, path], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

describe("an SQLite file that somebody is writing", () => {
  async function manySales(): Promise<string> {
    const path = join(await temporaryDirectory(), "shop.db");
    const file = new Database(path);
    file.exec(`PRAGMA journal_mode = DELETE; CREATE TABLE sales (user_id INTEGER, item TEXT, words TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
      INSERT INTO sales SELECT i, 'old', printf('%.200c', 'x') FROM n;`);
    file.close();
    return path;
  }
  const query = ["SELECT item, count(*) AS n FROM sales GROUP BY 1 ORDER BY 1"];

  it("is read as it is before or after, never in between", async () => {
    const path = await manySales();
    await writing(path, `setTimeout(() => file.exec("COMMIT"), 500);`);
    expect((await read(path, { query })).rows).toEqual([["new", "2000"]]);
  });

  it("is refused where the writing broke off, until the program has mended it", async () => {
    const path = await manySales();
    const child = await writing(path, `process.kill(process.pid, "SIGKILL");`);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    const before = await readFile(path);
    await expect(read(path, { query })).rejects.toThrow(/shop\.db: found a write that broke off \(shop\.db-journal\)/);
    expect((await readFile(path)).equals(before)).toBe(true);
    const file = new Database(path);
    file.exec("BEGIN IMMEDIATE; COMMIT");
    file.close();
    expect((await read(path, { query })).rows).toEqual([["old", "2000"]]);
  });
});

describe("a file on a server", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  async function served<T>(work: (base: string, asked: string[]) => Promise<T>): Promise<T> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization ?? ""}`.trim());
      const body = Buffer.from("u,i\nann,7\nbob,8\n");
      if (request.url === "/old.csv") response.writeHead(302, { location: "/new/a.csv" }).end();
      else if (request.url === "/away") response.writeHead(302, { location: "http://shop.example/a.csv" }).end();
      else if (request.url === "/cut.csv") {
        response.writeHead(200, { "content-length": 99 });
        response.write(body, () => response.destroy());
      } else if (request.url === "/none.csv") response.writeHead(404).end();
      else if (request.url?.startsWith("/a.csv.gz")) response.end(gzipSync(body));
      else response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  const ROWS = [
    ["ann", "7"],
    ["bob", "8"],
  ];

  it("is fetched and read like any other, by way of redirections, and shows no token", async () => {
    await served(async (base, asked) => {
      expect((await read(`${base}/old.csv`)).rows).toEqual(ROWS);
      const found = await read(`${base.replace("//", "//me:pa%20ss@")}/a.csv.gz?token=s3cret`);
      expect(found).toMatchObject({ rows: ROWS, name: `${base}/a.csv.gz`, second: `${base}/a.csv.gz:3` });
      expect(asked.at(-1)).toBe(`/a.csv.gz?token=s3cret Basic ${Buffer.from("me:pa ss").toString("base64")}`);
    });
  });

  it("is refused where it is not there, breaks off, or lies where the network is forbidden", async () => {
    await served(async (base) => {
      await expect(read(`${base}/none.csv`)).rejects.toThrow(/none\.csv: the server answers 404/);
      await expect(read(`${base}/cut.csv`)).rejects.toThrow(/cut\.csv: the connection broke off/);
      vi.stubEnv("ISRF_OFFLINE", "1");
      expect((await read(`${base}/a.csv`)).rows).toEqual(ROWS);
      await expect(read(`${base}/away`)).rejects.toThrow(/ISRF_OFFLINE is set, and this would ask shop\.example/);
      await expect(read("postgres://u:pw@db.example/shop")).rejects.toThrow(/ISRF_OFFLINE is set.*db\.example/);
    });
  });
});

describe("what is said of a file that its kind has not", () => {
  it.each([
    [
      "u,i\nann,7\n",
      { table: ["sales"] },
      /--table \.\.\. is for databases and workbooks, and .*a\.txt is a text file/,
    ],
    ["u,i\nann,7\n", { query: ["SELECT 1"] }, /--query \.\.\. is for databases, and .*a\.txt is a text file/],
    ['{"u":"ann"}\n{"u":"bob"}\n', { columns: ["u,i"] }, /--columns \.\.\. is for text files of cells, and .* is JSON/],
    ['{"u":"ann"}\n{"u":"bob"}\n', { header: false }, /--no-header is for text files of cells and workbooks, and/],
    ["PAR1", { columns: ["u,i"] }, /--columns \.\.\. is for text files of cells, and .* is Parquet/],
    ["SQLite format 3\0", { encoding: ["latin1"] }, /--encoding \.\.\. is for text files of cells and JSON files, and/],
  ])("is refused: %j with %j", async (content, options: FormOptions, message) => {
    const path = join(await temporaryDirectory(), "a.txt");
    await writeFile(path, content);
    await expect(read(path, options)).rejects.toThrow(message);
  });
});

it("empty rows of a sheet are dropped and counted, those with a single cell are not", async () => {
  await withDatabase(async (database) => {
    const rows = "('ann', 7), (NULL, NULL), (' ', NULL), (NULL, 9), ('bob', 8)";
    await execute(database, `CREATE TABLE sheet AS SELECT * FROM (VALUES ${rows}) t("the user", i)`);
    expect(await dropEmptyRows(database, "sheet")).toBe(2);
    expect(await readRows(database, "SELECT * FROM sheet")).toEqual([
      ["ann", 7],
      [null, 9],
      ["bob", 8],
    ]);
    expect(await dropEmptyRows(database, "sheet")).toBe(0);
  });
});

describe("DuckDB's extensions", () => {
  it("are named, with the place where they are looked for and the command that fetches them", async () => {
    const folder = await temporaryDirectory();
    const message =
      /^postgres:\/\/localhost\/shop: reading it needs the extension "postgres_scanner" of DuckDB v1.*is not at .*postgres_scanner\.duckdb_extension.*isrf data extension postgres_scanner --extensions /;
    const asked = read("postgres://u:geheim@localhost/shop", { extensions: folder });
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.not.toThrow(/geheim/);
    const workbook = join(folder, "a.xlsx");
    await writeFile(workbook, "PK\x03\x04..........................[Content_Types].xml");
    await expect(read(workbook, { extensions: folder })).rejects.toThrow(/needs the extension "excel".*as CSV/);
  });
});
