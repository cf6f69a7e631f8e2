import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { type ProgressEvent, silent } from "../../base/progress.ts";
import { withDatabase } from "../duckdb.ts";
import { inspectFile } from "../inspect.ts";
import { readTables, type TableOptions } from "./tables.ts";

async function read(
  files: Record<string, string | Uint8Array>,
  options: Omit<Partial<TableOptions>, "items" | "users"> & { interactions: string; items?: string; users?: string },
  events: ProgressEvent[] = [],
) {
  const directory = await directoryWith(files);
  const at = (name: string | undefined) => (name === undefined ? undefined : join(directory, name));
  const { shop, facts } = await readTables(
    {
      format: "auto",
      ...options,
      interactions: at(options.interactions)!,
      items: at(options.items),
      users: at(options.users),
    },
    (event) => events.push(event),
  );
  const histories = shop.users.map((user, u) => [
    user,
    ...Array.from(shop.sequences[u]!, (item) => shop.items[item]!.itemId),
  ]);
  return { shop, facts, histories };
}

// ann's rows are out of order, bob's last two share a time, "b" repeats.
const ROWS = [
  ["ann", "a", "30", "5"],
  ["bob", "x", "1", "4"],
  ["ann", "b", "10", "3"],
  ["bob", "z", "2", "1"],
  ["bob", "y", "2", "5"],
  ["ann", "b", "40", "2"],
];
const HISTORIES = [
  ["ann", "b", "a"],
  ["bob", "x", "z", "y"],
];
const table = (header: string, delimiter: string) =>
  `${[header, ...ROWS.map((row) => row.join(delimiter))].join("\n")}\n`;
const objects = (names: readonly string[]) =>
  `${ROWS.map((row) => JSON.stringify(Object.fromEntries(row.map((value, k) => [names[k]!, k < 2 ? value : Number(value)])))).join("\n")}\n`;

describe("interactions sort by time, ties in file order, first repeat kept", () => {
  it.each<[string, string, string | Uint8Array, TableOptions["format"]]>([
    ["CSV", "a.csv", table("user_id,item_id,timestamp,rating", ","), "auto"],
    ["gzip CSV", "a.csv.gz", gzipSync(table("user_id,item_id,timestamp,rating", ",")), "auto"],
    ["TSV", "a.tsv", table("user\titem\ttime\tscore", "\t"), "auto"],
    ["semicolons in a .txt file", "a.txt", table("User ID;Item ID;Time;Rating", ";"), "auto"],
    ["JSON lines", "a.jsonl", objects(["user", "item", "ts", "rating"]), "auto"],
    ["gzip JSON lines", "a.json.gz", gzipSync(objects(["user", "item", "ts", "rating"])), "auto"],
    ["Amazon 2014", "a.json", objects(["reviewerID", "asin", "unixReviewTime", "overall"]), "amazon"],
    ["Amazon 2023", "a.jsonl", objects(["user_id", "parent_asin", "timestamp", "rating"]), "amazon"],
    [
      "Amazon ratings without header",
      "ratings.csv",
      ROWS.map(([user, item, time, rating]) => [user, item, rating, time].join(",")).join("\n"),
      "amazon",
    ],
    ["RecBole", "a.inter", table("user_id:token\titem_id:token\ttimestamp:float\trating:float", "\t"), "auto"],
  ])("in %s", async (_, name, content, format) => {
    const { histories, facts, shop } = await read({ [name]: content }, { interactions: name, format });
    expect(histories).toEqual(HISTORIES);
    expect(facts).toMatchObject({ droppedRepeats: 1 });
    expect(shop.timestamps).toEqual([Float64Array.of(10, 30), Float64Array.of(1, 2, 2)]);
    expect(shop.ratings).toEqual([Float64Array.of(3, 5), Float64Array.of(4, 1, 5)]);
  });

  it("in Parquet", async () => {
    const directory = await directoryWith({ "a.csv": table("user,item,ts,rating", ",") });
    const file = join(directory, "a.parquet");
    await withDatabase((database) =>
      database.run(
        `COPY (SELECT * REPLACE (epoch_ms(ts * 1000) AS ts) FROM '${join(directory, "a.csv")}') TO '${file}'`,
      ),
    );
    const { shop } = await readTables({ format: "auto", interactions: file }, silent);
    expect(Array.from(shop.sequences[0]!, (item) => shop.items[item]!.itemId)).toEqual(["b", "a"]);
    expect(shop.timestamps![0]).toEqual(Float64Array.of(10, 30));
  });
});

describe("names of files", () => {
  const log = (user: string) => `user,item,ts\n${user},a,1\n${user},b,2\n`;
  const parquet = (path: string, user: string) =>
    withDatabase((database) =>
      database.run(`COPY (SELECT '${user}' AS "user", unnest(['a', 'b']) AS item, 1 AS ts) TO '${path}'`),
    );

  it.each([
    ["x[1].csv", "x1.csv"],
    ["a*b.csv", "aXb.csv"],
    ["q?.csv", "qq.csv"],
    ["[!a].csv", "b.csv"],
    ["x[[]1].csv", "x[1].csv"],
    ["x[1].jsonl", "x1.jsonl"],
    ["q?.parquet", "qq.parquet"],
    ["**", "other"],
    ["d[1]/a.csv", "d1/a.csv"],
    ["user=7/a.csv", "user=8/a.csv"],
    ["user=7/a.jsonl", "user=8/a.jsonl"],
    ["user=7/a.parquet", "user=8/a.parquet"],
  ])("are names: %s beside %s", async (name, other) => {
    const directory = await directoryWith({});
    for (const [path, user] of [
      [join(directory, name), "right"],
      [join(directory, other), "wrong"],
    ] as const) {
      await mkdir(dirname(path), { recursive: true });
      const rows = [1, 2].map((ts) => `${JSON.stringify({ user, item: `${ts}`, ts })}\n`).join("");
      if (name.endsWith(".parquet")) await parquet(path, user);
      else await writeFile(path, name.endsWith(".jsonl") ? rows : log(user));
    }
    const { shop } = await readTables({ format: "auto", interactions: join(directory, name) }, silent);
    expect(shop.users).toEqual(["right"]);
  });

  it.skipIf(sep === "\\")("that no pattern can say are refused (skipped where a backslash parts folders)", async () => {
    const directory = await directoryWith({ "a\\b[1].csv": log("right") });
    const reading = readTables({ format: "auto", interactions: join(directory, "a\\b[1].csv") }, silent);
    await expect(reading).rejects.toThrow(/with a backslash and one of \[ \* \? cannot be read/);
  });
});

describe("limits", () => {
  it("refuse more rows than --max-rows", async () => {
    const reading = read({ "a.csv": table("user,item,ts,rating", ",") }, { interactions: "a.csv", maxRows: 5 });
    await expect(reading).rejects.toThrow(/a\.csv: found 6 interactions, expected at most 5 \(--max-rows\)/);
  });

  it("refuse a small file that grows to millions of equal rows, before they are read", async () => {
    const rows = gzipSync("ann,a,30,5\n".repeat(2_500_000), { level: 1 });
    const many = Buffer.concat([gzipSync("user,item,ts,rating\n"), ...new Array<Buffer>(11).fill(rows)]);
    const reading = read({ "a.csv.gz": many }, { interactions: "a.csv.gz" });
    await expect(reading).rejects.toThrow(/a\.csv\.gz: found compressed data that grows more than 100 times/);
  });

  it("say so when the tables need more memory than there is", async () => {
    const work = withDatabase(async (database) => {
      await database.run("SET memory_limit = '10MiB'; SET max_temp_directory_size = '1MiB'");
      await database.run("CREATE TABLE t AS SELECT random() AS r FROM range(10000000) ORDER BY r");
    });
    await expect(work).rejects.toThrow(/The tables need more than \d+ MiB, half of the memory here/);
  });
});

describe("options of table files", () => {
  it("takes named columns", async () => {
    const files = { "a.csv": table("who,what,when,liked", ",") };
    const columns = { user: "who", item: "what", timestamp: "when" };
    expect((await read(files, { interactions: "a.csv", ...columns })).histories).toEqual(HISTORIES);
  });

  it("keeps file order without a timestamp column, and says so", async () => {
    const events: ProgressEvent[] = [];
    const { histories } = await read({ "a.csv": "user,item\nu,b\nu,a\nu,c\n" }, { interactions: "a.csv" }, events);
    expect(histories).toEqual([["u", "b", "a", "c"]]);
    expect(events).toContainEqual(expect.objectContaining({ kind: "warning" }));
  });

  it("drops low ratings before repeats", async () => {
    const files = { "a.csv": table("user,item,ts,rating", ",") };
    const { histories, facts } = await read(files, { interactions: "a.csv", minRating: 4 });
    expect(histories).toEqual([
      ["ann", "a"],
      ["bob", "x", "y"],
    ]);
    expect(facts).toMatchObject({ droppedLowRatings: 3, droppedRepeats: 0, minRating: 4 });
  });

  it("reads dates, and milliseconds as seconds", async () => {
    const dates = "user,item,date\nu,a,2024-01-02\nu,b,2024-01-01 12:00:00\n";
    expect((await read({ "a.csv": dates }, { interactions: "a.csv" })).shop.timestamps).toEqual([
      Float64Array.of(Date.UTC(2024, 0, 1, 12) / 1000, Date.UTC(2024, 0, 2) / 1000),
    ]);
    const millis = "user,item,ts\nu,a,1588615855070\n";
    expect((await read({ "a.csv": millis }, { interactions: "a.csv" })).shop.timestamps).toEqual([
      Float64Array.of(1588615855.07),
    ]);
  });

  it("refuses a minimum rating without ratings, unknown columns and unrecognised ones", async () => {
    const files = { "a.csv": "user,item\nu,a\n", "b.csv": "x,y\n1,2\n" };
    const usage = (message: RegExp) => ({ name: "UsageError", message: expect.stringMatching(message) });
    await expect(read(files, { interactions: "a.csv", minRating: 1 })).rejects.toMatchObject(
      usage(/no recognised rating/),
    );
    await expect(read(files, { interactions: "a.csv", user: "usr" })).rejects.toMatchObject(usage(/Did you mean user/));
    await expect(read(files, { interactions: "b.csv" })).rejects.toMatchObject(usage(/Name it with --user/));
    await expect(read(files, { interactions: "c.csv" })).rejects.toMatchObject(usage(/no such file/));
  });
});

it("a table with one column an item is named for what it is", async () => {
  const names = Array.from({ length: 60 }, (_, k) => `Lamp ${k}`);
  const rows = Array.from({ length: 12 }, (_, k) => [`c${k}`, ...names.map((_, at) => (k + at) % 2)].join());
  const text = `${["customer", ...names].join()}\n${rows.join("\n")}\n`;
  const told =
    /it looks like one row a user and one column an item \(customer, Lamp 0, .*Lamp 18 and 41 others\).*df\.melt/;
  await expect(read({ "a.csv": text }, { interactions: "a.csv" })).rejects.toThrow(told);
  const directory = await directoryWith({ "a.csv": text });
  const { kind, refusal } = await inspectFile(join(directory, "a.csv"));
  expect({ kind, refusal }).toEqual({ kind: "unknown", refusal: expect.stringMatching(told) });
});

describe("catalogue and users", () => {
  it("joins the catalogue of another format by the item column", async () => {
    const files = {
      "a.csv": "user_id,parent_asin,timestamp\nu,b,1\nu,a,2\n",
      "meta.jsonl.gz": gzipSync(
        [
          {
            parent_asin: "a",
            title: "Soap &amp; Brush",
            store: "Plainly",
            price: "$3.50",
            main_category: "All Beauty",
            categories: [],
            description: ["A bar.", "Mild."],
            features: ["vegan"],
            details: { size: 3 },
          },
          { parent_asin: "never bought", title: "x" },
          { parent_asin: "b", title: null, price: null, categories: ["Beauty", "Hair"], color: "red" },
        ]
          .map((item) => JSON.stringify(item))
          .join("\n"),
      ),
    };
    const { shop } = await read(files, { interactions: "a.csv", items: "meta.jsonl.gz", attributes: ["color"] });
    expect(shop.items).toEqual([
      { itemId: "b", sourceNumber: 1, categories: ["Beauty", "Hair"], attributes: { color: "red" } },
      {
        itemId: "a",
        sourceNumber: 2,
        title: "Soap & Brush",
        brand: "Plainly",
        price: 3.5,
        categories: ["All Beauty"],
        description: "A bar. Mild. vegan",
      },
    ]);
  });

  it("reads RecBole items and keeps user columns beside the users", async () => {
    const files = {
      "x.inter": "user_id:token\titem_id:token\ttimestamp:float\n1\t7\t3\n",
      "x.item": "item_id:token\ttitle:token_seq\tcategories:token_seq\n7\tThe 7\" \"Best\" of\t'Music', 'Vinyl'\n",
      "x.user": "user_id:token\tage:token\n1\t33\n",
    };
    const { shop } = await read(files, { interactions: "x.inter", items: "x.item", users: "x.user" });
    expect(shop.items[0]).toEqual({
      itemId: "7",
      sourceNumber: 1,
      title: 'The 7" "Best" of',
      categories: ["Music", "Vinyl"],
    });
    expect(shop.userAttributes).toEqual([{ age: "33" }]);
  });
});

const HEAD = "user,item,ts\n";
const GZIP = gzipSync(`${HEAD}u,a,1\nu,b,2\nv,c,3\nv,d,4\nw,e,5\n`);
const MALFORMED: readonly [claim: string, name: string, content: string | Uint8Array, message: RegExp][] = [
  ["an empty file", "a.csv", "", /a\.csv: found an empty file/],
  [
    "a missing column",
    "a.csv",
    `${HEAD}u,a,1\nu,b\n`,
    /a\.csv:3: found 2 columns, expected 3 columns \(user, item, ts\)/,
  ],
  ["a further column", "a.csv", `${HEAD}u,a,1,9\n`, /a\.csv:2: found 4 columns/],
  ["a bad line after a quoted line end", "a.csv", `${HEAD}u,"a\nb",1\n\nu,b\n`, /a\.csv:5: found 2 columns/],
  ["an open quote", "a.csv", `${HEAD}u,a,1\nu,"b,2\n`, /a\.csv:3: found a quoted field that never ends/],
  [
    "no item in most rows",
    "a.csv",
    `${HEAD}u,"a\nb",1\nu,,2\nu,,3\n`,
    /a\.csv:4: found no value in "item" \(so in 2 of 3 rows\), expected an item id/,
  ],
  ["no user", "a.csv", `${HEAD}\n,a,1\n`, /a\.csv:3: found no value in "user", expected a user id/],
  ["a bad time", "a.csv", `${HEAD}u,a,1\nu,b,soon\n`, /a\.csv:3: found "soon" in "ts", expected a number or a date/],
  ["no time", "a.csv", `${HEAD}u,a,\n`, /a\.csv:2: found no value in "ts"/],
  ["a bad rating", "a.csv", "user,item,rating\nu,a,good\n", /a\.csv:2: found "good" in "rating", expected a number/],
  ["a header and no record", "a.csv", HEAD, /a\.csv: found a header line and no record/],
  ["a column twice", "a.csv", "user,item,item\n", /a\.csv:1: found the column "item" twice/],
  ["a column twice below sep=", "a.csv", "sep=;\nuser;item;item\n", /a\.csv:2: found the column "item" twice/],
  [
    "a packed tar archive",
    "a.csv.gz",
    gzipSync(Buffer.concat([Buffer.from("a.csv"), Buffer.alloc(252), Buffer.from("ustar\x0000"), Buffer.alloc(248)])),
    /a\.csv\.gz: found a tar archive, .*`tar xf`/,
  ],
  ["a RecBole header without types", "a.inter", "user_id\titem_id\n", /a\.inter:1: found the header/],
  [
    "a cut JSON line",
    "a.jsonl",
    '{"user":"u","item":"a"}\n\n{"user":"u","it',
    /a\.jsonl:3: found malformed JSON .*cut short/,
  ],
  [
    "a cut JSON line far down",
    "a.jsonl",
    `${'{"user":"u","item":"a"}\n'.repeat(300)}{"user":`,
    /a\.jsonl:301: found malformed JSON/,
  ],
  [
    "a JSON value",
    "a.jsonl",
    '{"user":"u","item":"a"}\n7\n',
    /a\.jsonl:2: found the value 7, expected one JSON object/,
  ],
  ["rows of a JSON array that are arrays", "a.json", '[\n["u","a"]]\n', /a\.json:2: found an array.*pandas/],
  ["Python that is no literal", "a.json", "{'user': 'u'}\n{'user': open('x')}\n", /a\.json:2: found malformed/],
  [
    "JSON lines without item",
    "a.jsonl",
    '{"user":"u","item":"a"}\n\n{"user":"u"}\n{"user":"v"}\n',
    /a\.jsonl:3: found no value in "item"/,
  ],
  ["a Parquet file that is none", "a.parquet", "PAR", /a\.parquet: found .*expected a Parquet file/],
  [
    "broken gzip",
    "a.csv.gz",
    Buffer.concat([GZIP.subarray(0, 30), Buffer.alloc(60, 7)]),
    /a\.csv\.gz: found broken gzip data/,
  ],
  ["gzip data cut short", "a.csv.gz", GZIP.subarray(0, -1), /a\.csv\.gz: found broken gzip data .* It was cut short/],
  ["other bytes after gzip data", "a.csv.gz", Buffer.concat([GZIP, Buffer.from("\0\0x")]), /other bytes after the end/],
];

it("takes facts of items by the order of rows, whatever a column called n says", async () => {
  const rows = ["u1,a,Tea,2.5,1,9", "u2,a,Tea,3.5,2,1", "u1,b,Mug,7,1,", "u2,b,Mug,8,2,"];
  const { shop } = await read(
    { "a.csv": `user,item,title,price,timestamp,n\n${rows.join("\n")}\n` },
    { interactions: "a.csv" },
  );
  expect(shop.items).toMatchObject([
    { itemId: "a", title: "Tea", price: 3.5 },
    { itemId: "b", title: "Mug", price: 8 },
  ]);
});

it("knows the delimiter of a large file whose cells go over many lines", async () => {
  const review = Array.from({ length: 40 }, (_, k) => `warm; light ${k}; small`).join("\n");
  const rows = Array.from({ length: 700 }, (_, k) => `u${k % 20},P${Math.floor(k / 20)},"${review}"\n`);
  const { shop } = await read({ "a.csv": `user_id,item_id,review\n${rows.join("")}` }, { interactions: "a.csv" });
  expect(shop.users).toHaveLength(20);
  expect(shop.items).toHaveLength(35);
});

describe("malformed tables", () => {
  it.each(MALFORMED)("are refused with file, line and expectation: %s", async (_, name, content, message) => {
    const format = name.endsWith(".inter") ? "recbole" : "auto";
    await expect(read({ [name]: content }, { interactions: name, format })).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringMatching(message),
    });
  });

  it("are refused as a catalogue, too", async () => {
    const files = { "a.csv": `${HEAD}u,a,1\n`, "items.csv": "item,title\na,Soap\nb\n" };
    await expect(read(files, { interactions: "a.csv", items: "items.csv" })).rejects.toThrow(
      /items\.csv:3: found 1 columns/,
    );
  });

  it("are refused when gzip data is cut short", async () => {
    const text = `${HEAD}${Array.from({ length: 5000 }, (_, k) => `u${k},i${(k * 7919) % 5000},${k}`).join("\n")}\n`;
    const files = { "a.csv.gz": gzipSync(text).subarray(0, 9000) };
    await expect(read(files, { interactions: "a.csv.gz" })).rejects.toMatchObject({ name: "InputError" });
  });
});
