// The newcomer's command: files in, answers out; the same command again goes on where it stopped.
import { existsSync } from "node:fs";
import { appendFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { escapeMarkup } from "../../src/base/escape-markup.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { openDataset } from "../../src/data/index.ts";
import type { SummedRecommendation } from "../../src/pipeline/explain/index.ts";
import type { FirstRunResult } from "../../src/pipeline/first-run/index.ts";
import { readRunConfig, writeRunConfig } from "../../src/runs/run.ts";
import { fileServer } from "../support/file-server.ts";
import { writeMovieLensLike } from "../support/movielens-like.ts";
import { amazonFiles, movieLensFiles, type NewcomerFiles, shopifyFiles } from "../support/newcomer-files.ts";
import { shell } from "../support/shell.ts";
import { directoryWith, temporaryDirectory } from "../support/temporary.ts";

/** A run of seconds. */
const SHORT = ["--minutes", "0.5"];

function lineFor({ interactions, items }: NewcomerFiles, out: string, ...further: string[]): string[] {
  return ["run", interactions, ...(items === undefined ? [] : ["--items", items]), "--out", out, ...further];
}

async function runJson(words: readonly string[]): Promise<{ result: FirstRunResult; stderr: string }> {
  const { code, stdout, stderr } = await shell([...words, "--json"], commands);
  expect(code, stderr).toBe(0);
  return { result: JSON.parse(stdout) as FirstRunResult, stderr };
}

/** Stages in the order in which they were told, those that were not done again in brackets. */
function stagesIn(stderr: string): string[] {
  return [...stderr.matchAll(/^ {2}(\w+) {2,}(as before: )?/gm)].map(([, stage, before]) =>
    before === undefined ? stage! : `(${stage})`,
  );
}

const STAGES = ["import", "reason", "embed", "train", "evaluate", "explain"];
const SKIPPED = STAGES.map((stage) => `(${stage})`);

it.each([
  ["MovieLens", movieLensFiles],
  ["Amazon reviews", amazonFiles],
  ["a Shopify export", shopifyFiles],
])(
  "goes from the files of %s to recommendations with reasons",
  async (_, files) => {
    const folder = await temporaryDirectory();
    const out = join(folder, "shop");
    const { code, stdout, stderr } = await shell(lineFor(await files(folder), out, ...SHORT), commands);
    expect(code, stderr).toBe(0);
    expect(stagesIn(stderr)).toEqual(STAGES);
    expect(stdout).toMatch(/^shop: 40 users, 36 items, 400 interactions; /);
    expect(stdout).toMatch(/a language model would be called 76 times, about [\d,]+ tokens in prompts/);
    expect(stdout).toMatch(/asked what comes next out of 27 items, the right one is among its first 10 for /);
    expect(stdout.match(/^for .*, who has \d+ items, last .*(Tea|Coffee|Spices) of the/gm)).toHaveLength(5);
    expect(stdout.match(/of 20 similar users have it/g)).toHaveLength(25);
    expect(await readFile(join(out, "report.html"), "utf8")).toMatch(/<h2>4 more<\/h2>/);
    const { users } = await openDataset(join(out, "dataset"));
    const next = stdout.slice(stdout.indexOf("\nnext:")).match(/isrf recommend .*/)![0];
    const [, , run, , user] = next.split(" ");
    expect(run).toBe(join(out, "run"));
    expect(users).toContain(user);
    const answer = await shell(["recommend", run!, "--user", user!, "--top", "3"], commands);
    expect(answer.code, answer.stderr).toBe(0);
  },
  180_000,
);

it("reads the original files of MovieLens from their folder, and months of orders one after the other", async () => {
  const folder = await temporaryDirectory();
  const films = join(folder, "films");
  await writeMovieLensLike(films, { users: 40, items: 60, ratings: 1000, seed: 1 });
  const movies = await runJson(["run", films, "--out", join(folder, "movies"), ...SHORT]);
  expect(movies.result.dataset).toMatchObject({ users: 40 });
  expect(movies.result.users[0]!.recommendations[0]!.item.title).toMatch(/\(19\d\d\)$/);

  const { interactions } = await shopifyFiles(folder);
  const [header, ...lines] = (await readFile(interactions, "utf8")).trimEnd().split("\n");
  const months = [join(folder, "may.csv"), join(folder, "june.csv")];
  await writeFile(months[0]!, `${[header, ...lines.slice(0, 200)].join("\n")}\n`);
  await writeFile(months[1]!, `${[header, ...lines.slice(200)].join("\n")}\n`);
  const orders = await runJson(["run", ...months, "--out", join(folder, "orders"), ...SHORT]);
  expect(orders.result.dataset).toMatchObject({ users: 40, items: 36, interactions: 400 });
}, 180_000);

it("recommends by what won on validation items, or by whom it is told", async () => {
  const folder = await temporaryDirectory();
  const line = lineFor(await movieLensFiles(folder), join(folder, "shop"), ...SHORT);
  const { result } = await runJson(line);
  const { model, best } = result.answerer!.contest!;
  expect(model.name).toBe("isrf");
  expect(result.answersBy).toBe(best.value > model.value ? best.name : "isrf");
  for (const { system } of result.users) expect(system).toBe(result.answersBy);

  const told = await runJson([...line, "--model", "popularity"]);
  expect(stagesIn(told.stderr)).toEqual([...SKIPPED.slice(0, -1), "explain"]);
  expect(told.result.answerer).toEqual({ name: "popularity", why: "asked for" });
  for (const { system, recommendations } of told.result.users) {
    expect(system).toBe("popularity");
    // The order is popularity's, the score beside an item the sum of the model's terms.
    for (const { score, terms } of recommendations as readonly SummedRecommendation[])
      expect(terms.reduce((sum, { adds }) => sum + adds, 0)).toBeCloseTo(score, 4);
  }
  expect(await readFile(told.result.report, "utf8")).toContain("Recommended by popularity, as asked, in its order;");
  const [next] = (JSON.parse(JSON.stringify(told.result)) as { next: { command: string }[] }).next;
  expect(next!.command).toMatch(/--model popularity$/);
}, 180_000);

it("does nothing again that is whole, and says what has changed", async () => {
  const folder = await temporaryDirectory();
  const out = join(folder, "shop");
  const files = await movieLensFiles(folder);
  const line = lineFor(files, out, ...SHORT);
  const first = await runJson(line);
  const second = await runJson(line);
  expect(stagesIn(second.stderr)).toEqual(SKIPPED);
  const { seconds: _, ...same } = first.result;
  expect(second.result).toMatchObject(same);

  await rm(join(out, "dataset", "embeddings"), { recursive: true });
  const third = await runJson(line);
  expect(third.stderr).toMatch(/embed: done again, because what it made is not whole\. .*found no embeddings/);
  // The same vectors: nothing after them changes.
  expect(stagesIn(third.stderr)).toEqual([...SKIPPED.slice(0, 2), "embed", ...SKIPPED.slice(3)]);

  // As if somebody had trained another preset into the run's folder.
  const run = join(out, "run");
  await writeRunConfig(run, { ...(await readRunConfig(run)), preset: "mini" });
  const again = await runJson(line);
  expect(again.stderr).toContain("train: done again, because what it made has changed or is gone.");
  expect(again.result).toMatchObject({ training: { epochs: first.result.training.epochs } });

  await appendFile(files.interactions, "41,101,4.0,1700000000\n");
  const fourth = await runJson(line);
  expect(fourth.stderr).toContain(`import: done again, because ${files.interactions} has changed.`);
  // One interaction of a newcomer falls to the filters: the dataset is the same, and so is all that follows.
  expect(stagesIn(fourth.stderr)).toEqual(["import", ...SKIPPED.slice(1)]);

  const fifth = await runJson([...line, "--k-core", "6"]);
  expect(fifth.stderr).toContain("import: done again, because --k-core was not given and is 6.");
  const sixth = await runJson(["run", ...line.slice(1), "--k-core", "6", "--seed", "7"]);
  expect(sixth.stderr).toContain("reason: done again, because --seed was not given and is 7.");
  expect(stagesIn(sixth.stderr)).toContain("train");
}, 300_000);

it("keeps and shows no token of an address, and offers lines that can be typed", async () => {
  const folder = await temporaryDirectory();
  const out = join(folder, "a shop");
  const { interactions } = await movieLensFiles(folder);
  const server = await fileServer(folder);
  try {
    const address = `${server.url}${basename(interactions)}?token=s3cret`;
    const { code, stdout, stderr } = await shell(["run", address, "--out", out, ...SHORT], commands);
    expect(code, stderr).toBe(0);
    expect(stdout + stderr).not.toContain("s3cret");
    expect(stdout).toContain(`isrf recommend '${join(out, "run")}' --user `);
    expect(await readFile(join(out, "report.html"), "utf8")).toContain(escapeMarkup(`--out '${out}'`));
    const entries = await readdir(out, { recursive: true, withFileTypes: true });
    for (const { parentPath, name } of entries.filter((entry) => entry.isFile()))
      expect((await readFile(join(parentPath, name))).includes("s3cret"), name).toBe(false);
  } finally {
    await server.close();
  }
}, 180_000);

it("leaves nothing behind when the data are refused, and hands the refusal on as the import says it", async () => {
  const folder = await directoryWith({ "orders.csv": "customer,sku,day\nann,a,2024-05-01\nann,b,yesterday\n" });
  const imported = await shell(
    ["data", "import", "--interactions", join(folder, "orders.csv"), "--out", join(folder, "shop")],
    commands,
  );
  const ran = await shell(["run", join(folder, "orders.csv"), "--out", join(folder, "shop")], commands);
  expect(ran.code).toBe(2);
  const errorOf = (stderr: string) => stderr.slice(stderr.indexOf("error:"));
  expect(errorOf(ran.stderr)).toBe(errorOf(imported.stderr));
  expect(await readdir(folder)).toEqual(["orders.csv"]);
});

it("refuses a shop of which too little is left, with what is missing", async () => {
  const rows = ["a", "b", "c"].flatMap((user) => [1, 2, 3, 4, 5, 6].map((item) => `${user},i${item},2024-05-0${item}`));
  const folder = await directoryWith({ "orders.csv": `user,item,date\n${rows.join("\n")}\n` });
  const { code, stderr } = await shell(
    ["run", join(folder, "orders.csv"), "--k-core", "0", "--out", join(folder, "shop")],
    commands,
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/found 3 users and 6 items after the filters, expected at least 4 users and 5 items/);
  expect(await readdir(folder)).toEqual(["orders.csv"]);
});

it("works for thirty people and eight products", async () => {
  const rows = Array.from({ length: 30 }, (_, user) =>
    [0, 1, 2, 3, 4, 5].map((place) => `c${user},p${(user + place * (1 + (user % 2) * 2)) % 8},2024-0${place + 1}-10`),
  ).flat();
  const folder = await directoryWith({ "orders.csv": `customer,product,date\n${rows.join("\n")}\n` });
  const { result } = await runJson(["run", join(folder, "orders.csv"), "--out", join(folder, "shop"), ...SHORT]);
  expect(result.dataset).toMatchObject({ users: 30, items: 8 });
  // Of two or three possible answers the first ten say nothing.
  expect(result.verdicts.map(({ cut }) => cut)).toEqual([1, 1]);
  expect(result.users).toHaveLength(5);
}, 120_000);

it.each([
  [["--preset", "tyni"], /preset tyni: expected one of tiny, mini, small/],
  [["--model", "item-nkn"], /--model item-nkn: expected one of isrf, .*Did you mean item-knn\?/],
  [["--llm", "olama:x"], /--llm olama:x: unknown kind "olama".*Did you mean ollama\?/],
  [["--encoder", "lsi"], /lsi/],
])("%o is refused before anything is read", async (words, said) => {
  const folder = await temporaryDirectory();
  const { code, stderr } = await shell(["run", "no-such.csv", "--out", join(folder, "shop"), ...words], commands);
  expect(code).toBe(2);
  expect(stderr).toMatch(said);
  expect(await readdir(folder)).toEqual([]);
});

it("leaves other people's files alone", async () => {
  const out = await directoryWith({ "thesis.txt": "years of work" });
  const { code, stderr } = await shell(["run", "orders.csv", "--out", out], commands);
  expect(code).toBe(2);
  expect(stderr).toContain("has files that no isrf run wrote");
  await writeFile(join(out, "a-file"), "");
  const file = await shell(["run", "orders.csv", "--out", join(out, "a-file")], commands);
  expect(file.stderr).toContain("is a file; name another --out");
  expect(existsSync(join(out, "thesis.txt"))).toBe(true);
});
