import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { type Dataset, openDataset, readIdList, synthesiseShop } from "../../src/data/index.ts";
import { openRun, type Recommendations, recommend, recommendEach, recommendToFile } from "../../src/index.ts";
import { shell } from "../support/shell.ts";

let root: string;
let run: string;
let shop: Dataset;
/** A shop with titles, where the filters leave somebody out. */
let small: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = await synthesiseShop({ users: 300, items: 120, seed: 5, out: join(root, "shop") });
  run = join(root, "run");
  await ok(`train ${root}/shop --model sasrec --preset tiny --epochs 1 --out ${run}`);
  await ok(`train ${root}/shop --model lightgcn --preset tiny --epochs 1 --out ${root}/by-user`);
  small = await smallShop();
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** u1 .. u12 with six items each of nine; once bought one of them and one that nobody else has. */
async function smallShop(): Promise<string> {
  const rows = Array.from({ length: 12 }, (_, u) =>
    Array.from({ length: 6 }, (_, k) => `u${u + 1},p${(u + k) % 9},${k}`),
  );
  const orders = ["user,item,timestamp", ...rows.flat(), "once,p3,1", "once,rare,2"];
  const items = [
    "item,title,category,price",
    ...["tea", "tea", "tea", "mug", "mug", "mug", "lamp", "lamp", "lamp"].map(
      (category, i) => `p${i},"${i === 4 ? "=1+1" : `the ${category}, ${i}`}",${category},${2 * i}`,
    ),
  ];
  await writeFile(join(root, "orders.csv"), orders.join("\n"));
  await writeFile(join(root, "items.csv"), items.join("\n"));
  await ok(`data import --interactions ${root}/orders.csv --items ${root}/items.csv --k-core 3 --out ${root}/small`);
  await ok(`train ${root}/small --model sasrec --preset tiny --epochs 1 --out ${root}/small-run`);
  return join(root, "small-run");
}

async function ok(line: string): Promise<string> {
  const { code, stdout, stderr } = await shell(`${line} --quiet`, commands);
  expect(stderr).not.toContain("error:");
  expect(code).toBe(0);
  return stdout;
}

async function json<T>(line: string): Promise<T> {
  return JSON.parse(await ok(`${line} --json`)) as T;
}

async function refusal(line: string): Promise<string> {
  const { code, stdout, stderr } = await shell(line, commands);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr;
}

const idsOf = ({ recommendations }: Recommendations): string[] => recommendations.map(({ item }) => item.itemId);

describe("answers of many", () => {
  it("are those that each would get alone, as a list, as tables and through the library", async () => {
    const [first, second] = shop.users as [string, string];
    const both = await json<Recommendations[]>(`recommend ${run} --user ${first} --user ${second} --top 3`);
    const alone = await Promise.all([first, second].map((user) => recommend(run, { user, top: 3 })));
    expect(both.map(idsOf)).toEqual(alone.map(idsOf));
    expect(await json<Recommendations[]>(`recommend ${run} --user ${first},${second} --top 3`)).toEqual(both);
    expect(await ok(`recommend ${run} --user ${first} --user ${second}`)).toMatch(
      new RegExp(`^${first}, sequential, by sasrec[\\s\\S]*\\n\\n${second}, sequential`),
    );
    const each: string[] = [];
    for await (const { user } of recommendEach(run, { allUsers: true, top: 1 })) each.push(user!);
    expect(each).toEqual(shop.users);
  });

  it.each(["csv", "jsonl", "parquet"] as const)("stand in a file of %s in the order of users", async (format) => {
    const out = join(root, `all.${format}`);
    const written = await json<object>(`recommend ${run} --all-users --top 4 --out ${out}`);
    expect(written).toMatchObject({ format, users: 300, recommendations: 1200, short: 0, resumedAt: 0 });
    const known = new Set(shop.users);
    const users = await readIdList(out, { of: "user", column: "user", columnTodo: "", isKnown: (id) => known.has(id) });
    expect(users.map(({ id }) => id)).toEqual(shop.users);
    expect((await readdir(root)).filter((name) => name.includes("parts"))).toEqual([]);
    expect(await refusal(`recommend ${run} --all-users --out ${out}`)).toContain("add --overwrite");
    expect((await readdir(root)).filter((name) => name.includes("parts"))).toEqual([]);
  });

  it("are rows of CSV that a spreadsheet does not run, with quotes where they must be", async () => {
    const text = await ok(`recommend ${small} --user u1 --format csv --top 3`);
    const lines = text.trimEnd().split("\n");
    expect(lines[0]).toBe("user,rank,item,score,title,system,fallback");
    expect(lines).toHaveLength(4);
    for (const line of lines.slice(1)) expect(line).toMatch(/^u1,\d,p[678],-?[\d.e-]+,"the lamp, [678]",sasrec,$/);
    expect(await ok(`recommend ${small} --user u7 --format csv --only price=8`)).toContain(",'=1+1,sasrec,");
  });

  it("come for those of a file, and say who of them is answered by whom", async () => {
    await writeFile(join(root, "users.csv"), "city;customer_id\nRome; u2\nParis;once\n;somebody-else\n");
    const out = join(root, "some.jsonl");
    const written = await json<object>(`recommend ${small} --users-file ${root}/users.csv --out ${out} --top 2`);
    expect(written).toMatchObject({ users: 3, fallbacks: { popularity: 1, "item-knn": 0 } });
    const answers = (await readFile(out, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Recommendations);
    expect(answers.map(({ user, system }) => `${user} by ${system}`)).toEqual([
      "u2 by sasrec",
      "once by sasrec",
      "somebody-else by popularity",
    ]);
  });

  it.each([
    ["", "--user <ID> is missing"],
    ["--all-users --user u1", "more than one way"],
    ["--all-users --history p1", "of one person"],
    ["--user u1 --format parquet", "name a file by --out"],
    ["--all-users --out OUT.table", "its ending says no format"],
    ["--all-users --out OUT.csv --format table", "--format table is for a screen"],
    ["--users-file OUT.none", "no readable file"],
    ["--all-users --users-column x", "--users-column"],
  ])("are refused for: %s", async (words, reason) => {
    expect(await refusal(`recommend ${small} ${words.replace("OUT", `${root}/out`)}`)).toContain(reason);
  });
});

describe("filters", () => {
  it.each(["sequential", "direct"])("narrow what is searched, and the list stays full: %s", async (task) => {
    const category = shop.items[0]!.categories!.at(-1)!;
    const fits = shop.items.filter(({ categories }) => categories?.includes(category)).map(({ itemId }) => itemId);
    const price = shop.items[40]!.price!;
    await writeFile(
      join(root, "stock.txt"),
      [...shop.items.slice(0, 60).map(({ itemId }) => itemId), "not-here"].join("\n"),
    );
    for (const where of [run, join(root, "by-user")]) {
      const user = shop.users[7]!;
      const own = new Set(Array.from(shop.sequences[7]!, (item) => shop.items[item]!.itemId));
      const open = fits.filter((id) => !own.has(id));
      const opened = await openRun(where);
      try {
        const ask = { user, top: 50, task: task as "sequential" | "direct" };
        const tea = await recommend(opened, { ...ask, only: [`category=${category}`] });
        expect(idsOf(tea).sort()).toEqual(open.sort());
        expect(tea.answerSpace).toContain(`that fit category=${category}`);
        const cheap = await recommend(opened, {
          ...ask,
          only: [`price<=${price}`],
          available: join(root, "stock.txt"),
        });
        const inStock = shop.items.slice(0, 60).filter(({ itemId }) => !own.has(itemId));
        const affordable = inStock.filter((item) => item.price !== undefined && item.price <= price);
        expect(idsOf(cheap).sort()).toEqual(affordable.map(({ itemId }) => itemId).sort());
        expect(affordable.length).toBeGreaterThan(0);
        const without = await recommend(opened, { ...ask, exclude: [open[0]!], not: [`price>${price}`] });
        expect(idsOf(without)).not.toContain(open[0]);
      } finally {
        await opened.recommender.dispose();
      }
    }
  });

  it("say what they left and where nothing is left", async () => {
    const { answerSpace, recommendations } = await json<Recommendations>(
      `recommend ${small} --user u1 --only category=mug --only category=lamp --not price>14 --exclude p6`,
    );
    expect(recommendations.map(({ item }) => item.itemId)).toEqual(["p7"]);
    expect(answerSpace).toBe(
      "the 1 items outside the history that fit category=mug or category=lamp, do not fit price>14, are not p6",
    );
    expect(await refusal(`recommend ${small} --user u1 --only category=tea --only price>10`)).toContain(
      "No item is left to answer: of 9, 0 fit category=tea and price>10.",
    );
    expect(await refusal(`recommend ${small} --user u1 --only category=tee`)).toContain("Did you mean tea?");
    expect(await refusal(`recommend ${small} --user u1 --exclude p99`)).toContain("item p99 is not in");
    expect(await ok(`recommend ${small} --user u1 --only category=tea`)).toContain(
      "Nothing to recommend: u1 has all 3 items that fit category=tea.",
    );
    await writeFile(join(root, "none.txt"), "x1\nx2\n");
    expect(await refusal(`recommend ${small} --user u1 --available ${root}/none.txt`)).toContain(
      "2 of 2 ids are no items of the dataset, such as x1 (line 1)",
    );
  });
});

describe("people", () => {
  it.each([
    ["U1", "u1"],
    ["u01", "u1"],
    ["u11,U2", "u2"],
    ['"u1"', "u1"],
  ])("are not guessed: %s is refused, and the nearest is named", async (typed, nearest) => {
    const { code, stdout, stderr } = await runOf(["recommend", small, "--user", typed]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(`did you mean ${nearest}\\b.*--new-user`, "s"));
  });

  it("are found past blanks between the ids of a list", async () => {
    const { code, stdout } = await runOf(["recommend", small, "--user", " u1"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^u1, sequential, by sasrec/);
  });

  it("who are new are answered by popularity where somebody says so", async () => {
    expect(await json<Recommendations>(`recommend ${small} --user u13 --new-user`)).toMatchObject({
      fallback: "popularity",
    });
    expect(await refusal(`recommend ${small} --user u13`)).toContain("did you mean");
    expect(await refusal(`recommend ${small} --user u13 --add p1`)).toContain("did you mean");
    expect(await refusal(`recommend ${small} --user u1,u2 --add p1`)).toContain("several ids");
  });

  it("whom the filters left out are told so, and get nothing that they have", async () => {
    const answer = await json<Recommendations>(`recommend ${small} --user once`);
    expect(answer).toMatchObject({ system: "sasrec" });
    expect(answer.fallback).toBeUndefined();
    expect(answer.note).toContain("left this user out, who had 2 items; 1 of them can be reckoned with");
    expect(answer.note).toContain("sasrec answers from the history alone");
    expect(idsOf(answer)).not.toContain("p3");
    expect(await refusal(`recommend ${small} --user u1 --history rare`)).toContain("item rare is left out of");
  });

  it("bought again today: a history replaces, additions go on, and the model answers", async () => {
    const before = await json<Recommendations>(`recommend ${small} --user u1`);
    const added = await json<Recommendations>(`recommend ${small} --user u1 --add p7`);
    expect(added).toMatchObject({ system: "sasrec" });
    expect(idsOf(before).sort()).toEqual(["p6", "p7", "p8"]);
    expect(idsOf(added).sort()).toEqual(["p6", "p8"]);
    const replaced = await json<Recommendations>(`recommend ${small} --user u1 --history p7,p8`);
    expect(replaced).toMatchObject({ system: "sasrec" });
    expect(idsOf(replaced)).toHaveLength(7);
    const byUser = await json<Recommendations>(
      `recommend ${root}/by-user --user ${shop.users[0]} --add ${shop.items[99]!.itemId}`,
    );
    expect(byUser.note).toContain("lightgcn answers by what it learnt of the user");
  });

  it("without a name are answered by their history, and unknown items are passed over with a word", async () => {
    const { code, stdout, stderr } = await shell(`recommend ${small} --history p1,p2,p77 --json`, commands);
    expect(code).toBe(0);
    expect(stderr).toContain("Passed over in the history: item p77 is not in");
    const answer = JSON.parse(stdout) as Recommendations;
    expect(answer.user).toBeUndefined();
    expect(answer).toMatchObject({ system: "sasrec" });
    expect(answer.note).toBe("Training knew nothing of this user: sasrec answers from the history alone.");
    const byUser = await json<Recommendations>(`recommend ${root}/by-user --history ${shop.items[99]!.itemId}`);
    expect(byUser).toMatchObject({ system: "item-knn", fallback: "item-knn" });
    expect(await refusal(`recommend ${small} --history p77`)).toContain("did you mean p7?");
  });
});

async function runOf(words: readonly string[]) {
  const { runShell } = await import("../../src/cli/shell.ts");
  const out: string[] = [];
  const err: string[] = [];
  const code = await runShell(words, commands, {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    environment: {},
    now: () => performance.now(),
    signal: new AbortController().signal,
  });
  return { code, stdout: out.join(""), stderr: err.join("") };
}

it("a file of answers is written by the library as by the command", async () => {
  const out = join(root, "library.csv");
  const written = await recommendToFile(small, { user: ["u1", "u2"], out, only: ["category=lamp"] });
  expect(written).toMatchObject({ out, format: "csv", users: 2 });
  expect(await readFile(out, "utf8")).toBe(
    await ok(`recommend ${small} --user u1 --user u2 --only category=lamp --format csv`),
  );
  expect((await openDataset(join(root, "small"))).users).toHaveLength(12);
});
