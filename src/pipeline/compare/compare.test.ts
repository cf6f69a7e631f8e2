import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixedRecommender } from "../../../test/support/fixed-recommender.ts";
import { DamageError } from "../../base/checksums.ts";
import { OperationError } from "../../base/errors.ts";
import { writeJsonAtomic } from "../../base/files.ts";
import { type Dataset, type Split, splitLeaveLastTwo, synthesiseShop } from "../../data/index.ts";
import { metricNames, pairedTTest, perUserValues, wilcoxonTest } from "../../evaluation/index.ts";
import { itemKnn, popularity } from "../../recommenders/yardsticks/index.ts";
import { modelVersion } from "../../runs/model-version.ts";
import { isRun, type RunConfig, writeRunConfig } from "../../runs/run.ts";
import { evaluateRecommender } from "../evaluate/evaluate-recommender.ts";
import type { FusedWith } from "../evaluate/evaluation-record.ts";
import { readEvaluation, readRanks } from "../evaluate/store.ts";
import { type Comparison, compare } from "./compare.ts";
import { formatComparison } from "./formats.ts";
import { readComparison, writeComparison } from "./write-comparison.ts";

let folder: string;
const run = (name: string) => join(folder, name);
let dataset: Dataset;
let split: Split;

/** Right for every `step`-th user from `seed` on, at the second place; trained, as its config says, with this seed. */
async function trainedRun(
  name: string,
  model: string,
  seed: number,
  step: number,
  own: Partial<RunConfig> = {},
): Promise<void> {
  const recommender = fixedRecommender({
    name: model,
    sequential: (user, history) => {
      const other = split.prefixes[0]!.find((item) => item !== split.test[user] && !history.includes(item));
      const first = other === undefined ? [] : [other];
      return (user + seed) % step === 0 ? [...first, split.test[user]!] : first;
    },
  });
  await evaluateRecommender({ ...base(), recommender, directory: run(name) });
  const config: RunConfig = {
    format: 1,
    kind: "run",
    productVersion: "0",
    model,
    preset: "tiny",
    options: { step },
    seed,
    protocol: "strict",
    device: "cpu",
    dataset: { directory: run("shop"), name: "shop", hash: dataset.hash },
    embeddings: null,
    ...own,
  };
  await writeRunConfig(run(name), config);
}

const base = () => ({ dataset, split, splitName: "test", candidateKinds: ["uniform"], yardsticks: false }) as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-compare-"));
  dataset = await synthesiseShop({ users: 120, items: 160, seed: 3, out: run("shop") });
  split = splitLeaveLastTwo(dataset);
  await evaluateRecommender({ ...base(), recommender: popularity({ split }), directory: run("popularity") });
  await evaluateRecommender({ ...base(), recommender: itemKnn({ split }), directory: run("knn") });
  await evaluateRecommender({
    ...base(),
    recommender: itemKnn({ split }),
    splitName: "valid",
    directory: run("knn-valid"),
  });
  for (const seed of [1, 2, 3]) {
    await trainedRun(`good-${seed}`, "good", seed, 3);
    await trainedRun(`bad-${seed}`, "bad", seed, 10 + seed);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const columnOf = ({ questions }: Comparison, question: string, metric: string) =>
  questions.find((each) => each.question === question)!.columns.find((each) => each.metric === metric)!;

describe("compare", () => {
  it("tests each system against the first run's on the same users, corrected by Holm over the table", async () => {
    const comparison = await compare([run("popularity"), run("knn")]);
    const { cells, best, second, gain } = columnOf(comparison, "sequential", "NDCG@10");
    expect(cells[0]!.users).toBeUndefined();
    const test = cells[1]!.users!;
    expect(test.tTest.difference).toBeCloseTo(cells[1]!.value - cells[0]!.value, 12);
    expect(test.wilcoxon.pValue).toBeLessThan(0.001);
    // Four metrics, one system: at most four times the p-value.
    expect(test.wilcoxon.adjusted).toBeGreaterThanOrEqual(test.wilcoxon.pValue);
    expect(test.wilcoxon.adjusted).toBeLessThanOrEqual(4 * test.wilcoxon.pValue);
    expect([best, second]).toEqual([1, 0]);
    expect(gain!.relative).toBeCloseTo(cells[0]!.value / cells[1]!.value - 1, 12);
    expect(cells[0]!.low).toBeLessThan(cells[0]!.value);
  });

  it("takes runs with equal settings and other seeds as one row: mean, deviation, tests over users and over seeds", async () => {
    const names = [1, 2, 3].flatMap((seed) => [run(`good-${seed}`), run(`bad-${seed}`)]);
    const comparison = await compare([run("good-1"), ...names.slice(2), run("knn")]);
    expect(comparison.systems.map(({ label, seeds }) => [label, seeds])).toEqual([
      ["good", [1, 2, 3]],
      ["bad (bad-2)", [2]],
      ["bad (bad-3)", [3]],
      ["item-knn", []],
    ]);
    const { cells } = columnOf(comparison, "sequential", "HR@5");
    // 120 users, every third right, whatever the seed.
    expect(cells[0]).toMatchObject({ value: 1 / 3, deviation: 0, values: [1 / 3, 1 / 3, 1 / 3] });
    expect(cells[1]!.seeds).toBeUndefined();
    // Three equal leads tell nothing of how a lead varies.
    expect(cells[3]!.seeds).toBeUndefined();
    const ranksOf = async (name: string) => {
      const record = await readEvaluation(run(name));
      return perUserValues("HR@5", (await readRanks({ directory: run(name), record, question: "sequential" }))!.ranks);
    };
    const [a, b, c, knn] = await Promise.all(["good-1", "good-2", "good-3", "knn"].map(ranksOf));
    const means = a!.map((value, user) => (value + b![user]! + c![user]!) / 3);
    expect(cells[3]!.users!.wilcoxon.pValue).toBe(wilcoxonTest(knn!, means).pValue);
    // A mean over three seeds has values that one seed's cannot have: ranks are taken of the seed that both have.
    const bad = await ranksOf("bad-2");
    expect(cells[1]!.users!.wilcoxon.pValue).toBe(wilcoxonTest(bad, b!).pValue);
    expect(cells[1]!.users!.tTest.pValue).toBe(pairedTTest(bad, means).pValue);
  });

  it("takes runs that were given one name as one row, whatever their settings", async () => {
    const labels = new Map([
      [run("bad-1"), "variants"],
      [run("bad-2"), "variants"],
      [run("good-3"), "best"],
    ]);
    const comparison = await compare([...labels.keys()], { labels, reference: "best" });
    expect(comparison.systems.map(({ label, seeds }) => [label, seeds])).toEqual([
      ["variants", [1, 2]],
      ["best", [3]],
    ]);
    expect(comparison.reference).toBe(1);
  });

  it("tells rows of one name apart by as much of their folders' paths as that takes", async () => {
    await trainedRun("first/run", "good", 1, 3, { options: { step: 1 } });
    await trainedRun("second/run", "good", 1, 3, { options: { step: 2 } });
    const asked = [run("first/run"), run("second/run"), run("good-1"), run("knn")];
    const labels = ["good (first/run)", "good (second/run)", "good (good-1)", "item-knn"];
    const comparison = await compare(asked, { reference: "good (second/run)" });
    expect(comparison.systems.map(({ label }) => label)).toEqual(labels);
    expect(comparison.reference).toBe(1);
  });

  it("holds what has no seed against each seed of a row", async () => {
    const labels = new Map([1, 3].map((seed) => [run(`bad-${seed}`), "bad"]));
    const { cells } = columnOf(await compare([...labels.keys(), run("knn")], { labels }), "sequential", "HR@5");
    expect(cells[1]!.seeds!.tTest.pairs).toBe(2);
  });

  it("keeps trainings on other texts, and from other runs, out of a row that they have the settings of", async () => {
    const texts = (userTextHash: string) => ({ name: "lsa", textsBy: "rules", itemTextHash: "1", userTextHash });
    const from = (hash: string) => ({ directory: "base", hash, known: { users: 1, items: 1 } });
    await trainedRun("texts-1", "read", 1, 3, { embeddings: { ...texts("1"), vectorsDigest: "v" } });
    await trainedRun("texts-2", "read", 2, 3, { embeddings: texts("1") });
    await trainedRun("texts-3", "read", 3, 3, { embeddings: texts("2") });
    await trainedRun("from-1", "read", 4, 3, { embeddings: texts("1"), from: from("a") });
    await trainedRun("from-2", "read", 5, 3, { embeddings: texts("1"), from: from("b") });
    await trainedRun("vectors", "read", 6, 3, { embeddings: { ...texts("1"), vectorsDigest: "w" } });
    const names = ["texts-1", "texts-2", "texts-3", "from-1", "from-2", "vectors"];
    const { systems } = await compare(names.map(run));
    expect(systems.map(({ label, seeds }) => [label, seeds])).toEqual([
      ["read (texts-1)", [1, 2]],
      ["read (texts-3)", [3]],
      ["read (from-1)", [4]],
      ["read (from-2)", [5]],
      ["read (vectors)", [6]],
    ]);
  });

  it("counts a fusion without the model once for each run that it was fused with", async () => {
    const fusion = (name: string) => ({
      recommender: fixedRecommender({ name, sequential: (user) => [split.test[user]!] }),
      kind: "fused" as const,
    });
    const beside = [fusion("fused: lightgcn + log item-knn"), fusion("fused: lightgcn + log item-knn + good")];
    const fusedWith = { directory: "lightgcn", hash: "a", seed: 7 };
    for (const seed of [1, 2]) {
      const name = `fused-${seed}`;
      await trainedRun(name, "good", seed, 3);
      const recommender = fixedRecommender({ name: "good", sequential: (user) => [split.test[user]!] });
      await evaluateRecommender({ ...base(), recommender, beside, fusedWith, directory: run(name) });
    }
    const { systems } = await compare([run("fused-1"), run("fused-2")]);
    expect(systems.map(({ label, seeds }) => [label, seeds])).toEqual([
      ["good", [1, 2]],
      ["fused: lightgcn + log item-knn", [7]],
      ["fused: lightgcn + log item-knn + good", [1, 2]],
    ]);
  });

  it("does without the run of a fusion that cannot be read any more", async () => {
    const sequential = (user: number) => [split.test[user]!];
    const beside = [{ recommender: fixedRecommender({ name: "fused: a + good", sequential }), kind: "fused" as const }];
    await trainedRun("pruned", "lightgcn", 1, 3);
    await writeJsonAtomic(join(run("pruned"), "checkpoint", "current.json"), { best: "best-00000001" });
    await expect(modelVersion(run("pruned"))).rejects.toThrow(DamageError);
    const unreachable = run("circle");
    await symlink("circle", unreachable);
    await expect(isRun(unreachable)).rejects.toThrow(OperationError);
    for (const directory of [run("pruned"), unreachable]) {
      const recommender = fixedRecommender({ name: "good", sequential });
      const fusedWith = { directory, hash: "a", seed: 1 };
      await evaluateRecommender({ ...base(), recommender, beside, fusedWith, directory: run("fused-once") });
      const { systems } = await compare([run("fused-once"), run("knn")]);
      expect(systems.map(({ label }) => label)).toEqual(["good", "item-knn", "fused: a + good"]);
    }
  });

  it("keeps fusions of rows with other settings apart, and those with graph models of other settings", async () => {
    const sequential = (user: number) => [split.test[user]!];
    const [graph, withModel] = ["fused: lightgcn + log item-knn", "fused: lightgcn + log item-knn + good"];
    const beside = [graph, withModel].map((name) => ({
      recommender: fixedRecommender({ name, sequential }),
      kind: "fused" as const,
    }));
    const fusedRun = async (name: string, seed: number, options: object, fusedWith: FusedWith) => {
      await trainedRun(name, "good", seed, 3, { options: { ...options } });
      const recommender = fixedRecommender({ name: "good", sequential });
      await evaluateRecommender({ ...base(), recommender, beside, fusedWith, directory: run(name) });
      return run(name);
    };
    const graphRun = async (name: string, seed: number, width: number): Promise<FusedWith> => {
      await trainedRun(name, "lightgcn", seed, 3, { options: { width } });
      await writeJsonAtomic(join(run(name), "evidence", "checksums.json"), { name });
      return { directory: run(name), hash: await modelVersion(run(name)), seed };
    };
    const small = [await graphRun("small-1", 1, 8), await graphRun("small-2", 2, 8)];
    const wide = [await graphRun("wide-1", 1, 64), await graphRun("wide-2", 2, 64)];
    const labels = new Map([
      [await fusedRun("a-1", 1, { layers: 1 }, small[0]!), "a"],
      [await fusedRun("b-1", 1, { layers: 2 }, wide[0]!), "b"],
      [await fusedRun("b-2", 2, { layers: 2 }, wide[1]!), "b"],
      [await fusedRun("c-2", 2, { layers: 3 }, small[1]!), "c"],
    ]);
    const rows = async () => (await compare([...labels.keys()], { labels })).systems.slice(3);
    const expected = [
      [`${graph} (a)`, [1, 2]],
      [`${withModel} (a)`, [1]],
      [`${graph} (b)`, [1, 2]],
      [`${withModel} (b)`, [1, 2]],
      [`${withModel} (c)`, [2]],
    ];
    expect((await rows()).map(({ label, seeds }) => [label, seeds])).toEqual(expected);
    // Where the graph models are gone, those of one row are one.
    for (const { directory } of [...small, ...wide]) await rm(directory, { recursive: true });
    expect((await rows()).map(({ label, seeds }) => [label, seeds])).toEqual([
      ...expected.slice(0, 1).map(([label]) => [label, [1]]),
      ...expected.slice(1, 4),
      [`${graph} (c)`, [2]],
      ...expected.slice(4),
    ]);
  });

  it("says of each value of which seed it is, whatever order runs were given in, and where a row has fewer", async () => {
    const labels = new Map([3, 1, 2].map((seed) => [run(`bad-${seed}`), "bad"]));
    const elsewhere = await synthesiseShop({ users: 50, items: 90, seed: 8, out: run("elsewhere") });
    const renamed = { ...elsewhere, manifest: { ...elsewhere.manifest, name: "elsewhere" } };
    const parts = { dataset: renamed, split: splitLeaveLastTwo(elsewhere) };
    await trainedRun("bad-elsewhere", "bad", 2, 12);
    const recommender = fixedRecommender({ name: "bad", sequential: (user) => [parts.split.test[user]!] });
    await evaluateRecommender({ ...base(), ...parts, recommender, directory: run("bad-elsewhere") });
    labels.set(run("bad-elsewhere"), "bad");
    const comparison = await compare([...labels.keys(), run("knn")], { labels });
    const [cell] = columnOf(comparison, "sequential", "HR@5").cells;
    expect(cell!.valueSeeds).toEqual([1, 2, 3]);
    const alone = async (seed: number) =>
      (await readEvaluation(run(`bad-${seed}`))).tasks[0]!.systems[0]!.metrics["HR@5"].value;
    expect(cell!.values).toEqual([await alone(1), await alone(2), await alone(3)]);
    expect(formatComparison(comparison)).toContain("not all seeds of a row: bad on elsewhere (2)");
    const csv = formatComparison(comparison, "csv").split("\n");
    expect(csv.some((line) => line.startsWith("sequential,elsewhere,HR@5,bad,model,2,"))).toBe(true);
    expect(csv.some((line) => line.startsWith("sequential,synthetic shop,HR@5,bad,model,1 2 3,"))).toBe(true);
  });

  it("refuses unequal fingerprints, or shows them marked and untested when told to", async () => {
    await expect(compare([run("popularity"), run("knn-valid")])).rejects.toThrow(
      /not comparable with .*popularity: .*knn-valid \(split: test \/ valid.*--allow-unequal/,
    );
    const comparison = await compare([run("popularity"), run("knn-valid")], { allowUnequal: true });
    const cells = comparison.questions.flatMap(({ columns }) => columns.flatMap((column) => column.cells));
    expect(cells.every((cell) => cell?.users === undefined && cell?.seeds === undefined)).toBe(true);
    expect(formatComparison(comparison)).toMatch(/NOT COMPARABLE with popularity: item-knn \(split: test \/ valid/);
    // Nor is the better one of them best, or a gain over it reckoned.
    const column = columnOf(comparison, "sequential", "HR@10");
    expect(column.cells[1]!.value).toBeGreaterThan(column.cells[0]!.value);
    expect(column.best).toBe(0);
    expect(column.second).toBeUndefined();
    expect(column.gain).toBeUndefined();
  });

  it("holds all against the reference's run, wherever it stands, and tests what was measured like it", async () => {
    const runs = [run("knn-valid"), run("popularity"), run("knn")];
    const comparison = await compare(runs, { reference: "popularity", allowUnequal: true });
    expect(comparison.split).toBe("test");
    expect(comparison.systems.map(({ label, differences }) => [label, differences.length > 0])).toEqual([
      ["item-knn (knn-valid)", true],
      ["popularity", false],
      ["item-knn (knn)", false],
    ]);
    const { cells, best, gain } = columnOf(comparison, "sequential", "HR@10");
    expect(cells.map((cell) => cell?.users !== undefined)).toEqual([false, false, true]);
    expect(best).toBe(2);
    expect(gain).toMatchObject({ over: 2 });
  });

  it("gives the gain over single systems: a fusion stands beside them", async () => {
    const sequential = (user: number) => [split.test[user]!];
    const both = { recommender: fixedRecommender({ name: "fused: good + knn", sequential }), kind: "fused" } as const;
    const good = fixedRecommender({ name: "good", sequential: (user) => (user % 2 ? sequential(user) : []) });
    await evaluateRecommender({ ...base(), recommender: good, beside: [both], directory: run("beside-fusion") });
    const comparison = await compare([run("beside-fusion"), run("popularity")]);
    const { best, gain } = columnOf(comparison, "sequential", "HR@10");
    expect(comparison.systems[best!]!.label).toBe("fused: good + knn");
    expect(comparison.systems[gain!.over]!.label).toBe("popularity");
    expect(formatComparison(comparison)).toContain("over the best of the others in each column, fusions apart;");
  });

  it("does not hold against a run that it was asked one task alone", async () => {
    const options = { ...base(), recommender: itemKnn({ split }), tasks: ["sequential"] as const };
    await evaluateRecommender({ ...options, directory: run("knn-sequential") });
    const comparison = await compare([run("popularity"), run("knn-sequential")]);
    expect(columnOf(comparison, "sequential", "HR@5").cells[1]!.users).toBeDefined();
    expect(columnOf(comparison, "direct-uniform", "HR@5").cells[1]).toBeNull();
  });

  it("puts another data set into columns of its own", async () => {
    const other = await synthesiseShop({ users: 60, items: 120, seed: 4, out: run("other") });
    const renamed = { ...other, manifest: { ...other.manifest, name: "other" } };
    const parts = { dataset: renamed, split: splitLeaveLastTwo(other) };
    const options = { ...base(), ...parts, recommender: popularity(parts), directory: run("popularity-other") };
    await evaluateRecommender(options);
    const comparison = await compare([run("popularity"), run("popularity-other"), run("knn")]);
    expect(comparison.systems.map(({ label }) => label)).toEqual(["popularity", "item-knn"]);
    const [sequential] = comparison.questions;
    expect(sequential!.columns.map(({ dataset: name }) => name)).toEqual([
      ...new Array(4).fill("synthetic shop"),
      ...new Array(4).fill("other"),
    ]);
    expect(sequential!.columns[4]!.cells[1]).toBeNull();
    // On the other data set, too, only the same users stand side by side.
    const fewer = { ...base(), ...parts, recommender: itemKnn(parts), users: 40, directory: run("knn-other") };
    await evaluateRecommender(fewer);
    const runs = [run("popularity"), run("knn"), run("popularity-other"), run("knn-other")];
    await expect(compare(runs)).rejects.toThrow(/knn-other \(users: /);
    await evaluateRecommender({ ...fewer, recommender: popularity(parts), directory: run("popularity-other") });
    await expect(compare(runs)).rejects.toThrow(/popularity-other \(users: .*knn-other \(users: /);
    const { questions, systems } = await compare(runs, { allowUnequal: true });
    expect(systems.map(({ differences }) => differences.length > 0)).toEqual([false, false, true, true]);
    for (const cell of questions[0]!.columns[4]!.cells) expect(cell?.users).toBeUndefined();
  });

  it("holds runs for one task alone against each other's candidates, where the reference was asked none", async () => {
    const alone = { ...base(), tasks: ["direct"], recommender: popularity({ split }) } as const;
    await evaluateRecommender({
      ...base(),
      tasks: ["sequential"],
      recommender: itemKnn({ split }),
      directory: run("first"),
    });
    await evaluateRecommender({ ...alone, directory: run("second") });
    await evaluateRecommender({ ...alone, recommender: itemKnn({ split }), directory: run("third") });
    const third = await readEvaluation(run("third"));
    const { fingerprint } = third;
    const candidates = { ...fingerprint.candidates, uniform: "others" };
    await writeJsonAtomic(run("third/evaluation.json"), { ...third, fingerprint: { ...fingerprint, candidates } });
    await expect(compare([run("first"), run("second"), run("third")])).rejects.toThrow(/third \(candidates: /);
  });

  it("shows answers apart by how often training saw the item: mean and deviation over seeds, and who is asked", async () => {
    const good = [1, 2, 3].map((seed) => run(`good-${seed}`));
    const labels = new Map([1, 2, 3].map((seed) => [run(`bad-${seed}`), "bad"]));
    const comparison = await compare([...good, ...labels.keys(), run("knn")], { labels });
    const { columns, byItemCount } = comparison.questions.find(({ question }) => question === "sequential")!;
    const hits = byItemCount!.filter(({ metric }) => metric === "HR@10");
    expect(byItemCount!.filter(({ metric }) => metric === "NDCG@10")).toHaveLength(hits.length);
    expect(hits.length).toBeGreaterThan(1);
    // Each user is in one range: weighted by their users, ranges give the value of all.
    const asked = hits.reduce((sum, { users }) => sum + users, 0);
    expect(asked).toBe(120);
    const all = columns.find(({ metric }) => metric === "HR@10")!.cells[1]!;
    const weighted = hits.reduce((sum, { users, cells }) => sum + users * cells[1]!.value, 0) / asked;
    expect(weighted).toBeCloseTo(all.value, 12);
    const bucketOf = async (seed: number) => {
      const { tasks } = await readEvaluation(run(`bad-${seed}`));
      const buckets = tasks.find(({ task }) => task === "sequential")!.systems[0]!.buckets!;
      return buckets.find(({ by, label }) => by === "item popularity" && label === hits[0]!.itemCount)!;
    };
    const [a, b, c] = await Promise.all([1, 2, 3].map(async (seed) => (await bucketOf(seed)).metrics["HR@10"]));
    expect(hits[0]!.users).toBe((await bucketOf(1)).users);
    const [, bad, knn] = hits[0]!.cells;
    expect(bad).toMatchObject({ values: [a, b, c], valueSeeds: [1, 2, 3] });
    const value = (a! + b! + c!) / 3;
    expect(bad!.deviation).toBeCloseTo(Math.sqrt(((a! - value) ** 2 + (b! - value) ** 2 + (c! - value) ** 2) / 2), 12);
    expect(knn!.deviation).toBeUndefined();
    const { itemCount, users } = hits[0]!;
    for (const format of ["text", "markdown", "latex"] as const) {
      const page = formatComparison(comparison, format);
      expect(page).toContain("Sequential recommendation: NDCG@10 by how often training saw the right answer");
      expect(page).toContain(`${itemCount} (${users})`);
    }
    const csv = formatComparison(comparison, "csv").split("\n");
    const line = csv.find((each) => each.startsWith("sequential by item count,synthetic shop,HR@10,bad,model,1 2 3,"));
    expect(line).toMatch(new RegExp(`,${itemCount.replace("-", " to ")},${users},test,strict,,$`));
  });

  it("tests the users of each range, and shows means alone of files that do not tell who they are", async () => {
    const hits = (comparison: Comparison) =>
      comparison.questions[0]!.byItemCount!.filter(({ metric }) => metric === "HR@10");
    const now = await compare([run("popularity"), run("knn")]);
    const ranksOf = async (name: string) =>
      (await readRanks({ directory: run(name), record: await readEvaluation(run(name)), question: "sequential" }))!;
    const [base, knn] = [await ranksOf("popularity"), await ranksOf("knn")];
    expect(knn.itemCounts).toEqual(base.itemCounts);
    const seldom = (_: number, i: number) => knn.itemCounts![i]! >= 1 && knn.itemCounts![i]! <= 4;
    const [a, b] = [knn, base].map(({ ranks }) => perUserValues("HR@10", ranks).filter(seldom));
    const { cells, gain, users } = hits(now).find(({ itemCount }) => itemCount === "1-4")!;
    expect(users).toBe(a!.length);
    expect(cells[1]!.users!.tTest.pValue).toBe(pairedTTest(a!, b!).pValue);
    expect(gain!.pValue).toBe(cells[1]!.users!.tTest.adjusted);
    expect(cells[1]!.low).toBeLessThan(cells[1]!.value);
    for (const name of ["popularity", "knn"]) {
      // As versions stored ranks that kept no counts, under names that a record does not tell.
      const { ranks, ...record } = await readEvaluation(run(name));
      await cp(run(name), run(`${name}-means`), { recursive: true });
      await writeJsonAtomic(run(`${name}-means/evaluation.json`), record);
      for (const [question, { file }] of Object.entries(ranks!)) {
        const { itemCounts: _, ...content } = JSON.parse(await readFile(run(`${name}/${file}`), "utf8"));
        await writeJsonAtomic(run(`${name}-means/ranks-${question}.json`), content);
      }
    }
    const before = await compare([run("popularity-means"), run("knn-means")]);
    expect(hits(before).map((column) => column.cells.map((cell) => cell!.value))).toEqual(
      hits(now).map((column) => column.cells.map((cell) => cell!.value)),
    );
    for (const column of hits(before)) {
      expect(column.cells[1]!.users).toBeUndefined();
      expect(column.gain).toBeUndefined();
    }
    // The main table needs no counts.
    expect(before.questions[0]!.columns).toEqual(now.questions[0]!.columns);
    const note = /not tested against popularity, means alone: item-knn \(earlier versions did not keep/;
    expect(formatComparison(before)).toMatch(note);
    expect(formatComparison(now)).not.toMatch(note);
    // One run whose file tells it is enough: both were asked the same.
    const mixed = await compare([run("popularity-means"), run("knn")]);
    expect(hits(mixed)).toEqual(hits(now));
  });

  it("shows no such table where records do not tell it, and reads comparisons of before", async () => {
    for (const name of ["popularity", "knn"]) {
      const { tasks, ...record } = await readEvaluation(run(name));
      const before = tasks.map((task) => ({
        ...task,
        systems: task.systems.map(({ buckets: _, ...system }) => system),
      }));
      await cp(run(name), run(`${name}-before`), { recursive: true });
      await writeJsonAtomic(run(`${name}-before/evaluation.json`), { ...record, tasks: before });
    }
    const comparison = await compare([run("popularity-before"), run("knn-before")]);
    expect(comparison.questions.map(({ byItemCount }) => byItemCount)).toEqual([undefined, undefined]);
    expect(formatComparison(comparison)).not.toContain("how often");
    await writeComparison(run("tables-before"), comparison);
    const again = await readComparison(run("tables-before/comparison.json"));
    expect(formatComparison(again, "csv")).toBe(formatComparison(comparison, "csv"));
    expect(formatComparison(again, "markdown")).toBe(formatComparison(comparison, "markdown"));
  });

  it("computes other cuts from stored ranks, and refuses those beyond the lists", async () => {
    const comparison = await compare([run("popularity"), run("knn")], { metrics: ["HR@3", "MAP@20"] });
    const stored = await readEvaluation(run("knn"));
    const knn = columnOf(comparison, "sequential", "MAP@20").cells[1]!;
    expect(knn.value).toBeCloseTo(stored.tasks[0]!.systems[0]!.metrics.MRR.value, 12);
    await expect(compare([run("popularity"), run("knn")], { metrics: ["HR@50"] })).rejects.toThrow(/--k 50/);
    const deep = {
      ...base(),
      recommender: itemKnn({ split }),
      metrics: metricNames(["HR@50"]),
      directory: run("deep"),
    };
    const { tasks, fingerprint } = await evaluateRecommender(deep);
    expect(fingerprint.listLength).toBe(50);
    expect(tasks[0]!.systems[0]!.metrics["HR@50"]!.value).toBeGreaterThan(tasks[0]!.systems[0]!.metrics["HR@20"].value);
    await expect(compare([run("knn"), run("deep")])).rejects.toThrow(/listLength: absent \/ 50/);
  });

  it("refuses nothing, one system, a run named twice, a seed twice, an unknown reference, and what was not evaluated", async () => {
    await expect(compare([])).rejects.toThrow(/no runs/);
    await expect(compare([run("knn")])).rejects.toThrow(/only item-knn, expected at least 2/);
    await expect(compare([run("knn"), run("knn")])).rejects.toThrow(/named twice/);
    await trainedRun("good-again", "good", 1, 3);
    await expect(compare([run("good-1"), run("good-again")])).rejects.toThrow(/equal settings and seed 1/);
    await trainedRun("otherwise", "good", 1, 3, { options: { step: 9 } });
    const labels = new Map(["good-1", "otherwise"].map((name) => [run(name), "ours"]));
    await expect(compare([...labels.keys()], { labels })).rejects.toThrow(/are ours with one name and seed 1\./);
    const other = { reference: "isrf" };
    await expect(compare([run("popularity"), run("knn")], other)).rejects.toThrow(/one of popularity, item-knn/);
    await expect(compare([run("knn"), run("shop")])).rejects.toThrow(/isrf evaluate/);
  });

  it("is not read from another file", async () => {
    await expect(readComparison(run("knn/evaluation.json"))).rejects.toThrow(/expected comparison.json/);
  });
});
