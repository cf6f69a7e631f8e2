import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OUTPUTS } from "../../scripts/json-schemas.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { openDataset } from "../../src/data/index.ts";
import { AUDIT, type RunAudit } from "../../src/pipeline/audit/index.ts";
import type { EvaluationRecord } from "../../src/pipeline/evaluate/evaluation-record.ts";
import { readEvaluation } from "../../src/pipeline/evaluate/store.ts";
import type { EvidenceExplanation, InterestExplanation } from "../../src/pipeline/explain/explanation.ts";
import type { Recommendations } from "../../src/pipeline/recommend/index.ts";
import { WITNESS_OPTIONS } from "../../src/recommenders/isrf/evidence-options.ts";
import { WITNESSES } from "../../src/recommenders/witnesses/witness.ts";
import { modelVersion } from "../../src/runs/model-version.ts";
import { ISRF } from "../support/isrf-command.ts";
import { shell } from "../support/shell.ts";
import { directoryWith } from "../support/temporary.ts";
import { preparedShop, TOY, TOY_BACKBONE } from "../support/trained-shop.ts";

let root: string;
let shop: string;
let run: string;
let users: readonly string[];
let sequences: readonly (readonly string[])[];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = await preparedShop(root);
  run = join(root, "run");
  const dataset = await openDataset(shop);
  users = dataset.users;
  sequences = dataset.sequences.map((sequence) => Array.from(sequence, (item) => dataset.items[item]!.itemId));
  const trained = await shell(`train ${shop} ${TOY} --out ${run}`, commands);
  expect(trained.stderr).not.toContain("error:");
  expect(trained.code).toBe(0);
  expect(trained.stdout).toMatch(/epochs +1 \(\d+ steps\), stopped: all epochs done/);
  expect(trained.stdout).toMatch(/peak memory +\d+ MiB/);
});

afterAll(() => rm(root, { recursive: true, force: true }));

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

async function json<T>(line: string): Promise<T> {
  const { code, stdout, stderr } = await shell(`${line} --json`, commands);
  expect(stderr).not.toContain("error:");
  expect(code).toBe(0);
  return JSON.parse(stdout.trim().split("\n").at(-1)!) as T;
}

async function refusal(line: string): Promise<string> {
  const { code, stdout, stderr } = await shell(line, commands);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr;
}

describe("a run without what it answers from beside its checkpoint", () => {
  it.each(["evidence", "sequence"])("is refused, since the rest would give other answers: %s", async (part) => {
    const aside = join(root, part);
    await rename(join(run, part), aside);
    try {
      const words = await refusal(`recommend ${run} --user ${users[0]}`);
      expect(words).toContain(`${join(run, part)}: found nothing, expected a part that the run answers from`);
      expect(words).toContain("--resume");
    } finally {
      await rename(aside, join(run, part));
    }
  });
});

describe("isrf train", () => {
  it("refuses a directory that holds a run, unless it is to go on", async () => {
    expect(await refusal(`train ${shop} ${TOY} --out ${run}`)).toContain(
      "holds a run already. Go on with it by --resume",
    );
  });

  it("ends at once when a finished run is resumed, and changes nothing", async () => {
    const model = () => readFile(join(run, "checkpoint", "current.json"), "utf8");
    const before = await model();
    const summary = await json<{ summary: { epoch: number; stopped: string } }>(
      `train ${shop} ${TOY} --out ${run} --resume`,
    );
    expect(summary.summary).toMatchObject({ epoch: 1, stopped: "epochs" });
    expect(await model()).toBe(before);
  });

  it("refuses to resume with another setting, and to resume nothing", async () => {
    expect(await refusal(`train ${shop} --out ${run} --resume --seed 9`)).toContain("was begun with seed 2026");
    expect(await refusal(`train ${shop} --out ${run} --resume --set beta=3`)).toContain("was begun with beta 1");
    expect(await refusal(`train ${shop} --out ${root}/none --resume`)).toContain("holds no run to resume");
  });

  it("takes the model's options from a settings file too, as a map", async () => {
    const out = join(root, "from-file");
    const filed = await directoryWith({
      "settings.yaml": `train:\n  preset: tiny\n  set: { width: 24, warmStartEpochs: 0, validationUsers: 20 }\n`,
    });
    const { config } = await json<{ config: { options: Record<string, unknown> } }>(
      `train ${shop} --config ${filed}/settings.yaml --epochs 1 --out ${out}`,
    );
    expect(config.options).toMatchObject({ width: 24, warmStartEpochs: 0, epochs: 1 });
  });

  it("names wrong options: unknown, ill-typed, out of range, without a value", async () => {
    const line = `train ${shop} --out ${root}/other --set`;
    expect(await refusal(`${line} epoch=3`)).toContain("option epoch: no such option. Did you mean epochs?");
    expect(await refusal(`${line} width=wide`)).toMatch(/option width: .*expected number/);
    expect(await refusal(`${line} dropout=2`)).toContain("option dropout:");
    expect(await refusal(`${line} width`)).toContain("--set width: expected key=value");
    expect(await refusal(`train ${shop} --preset huge --out ${root}/other`)).toContain(
      "expected one of tiny, mini, small",
    );
    expect(await refusal(`train ${shop} --model irsf --out ${root}/other`)).toContain("Did you mean isrf?");
    expect(await refusal(`train ${shop} --embeddings other --out ${root}/other`)).toContain(
      'embeddings called "other"',
    );
  });
});

describe("isrf evaluate and compare", () => {
  it("puts both tasks to the run and the yardsticks, and writes the record into the run", async () => {
    const record = await json<EvaluationRecord>(`evaluate ${run}`);
    expect(() => OUTPUTS.evaluate.parse(record)).not.toThrow();
    expect(record.tasks.map(({ task, candidates }) => [task, candidates])).toEqual([
      ["sequential", undefined],
      ["direct", "uniform"],
      ["direct", "popularity"],
    ]);
    expect(record.tasks[0]!.systems.map(({ name }) => name)).toEqual([
      "isrf",
      "popularity",
      "markov-1",
      "item-knn",
      "text-knn",
      "item-knn-text",
      "id-rule",
    ]);
    expect(await readEvaluation(run)).toEqual(record);
    const { stdout } = await shell(`compare ${run} --out ${root}/tables`, commands);
    expect(stdout).toMatch(/Gain.*%[\s\S]*paired t-test/);
    const drawn = await shell(`compare ${root}/tables/comparison.json --format latex`, commands);
    expect(drawn.stdout).toContain("\\toprule");
    expect(await refusal(`compare ${root}/tables/comparison.json --k 1 --no-yardsticks`)).toContain(
      "compare: --yardsticks, --k: ",
    );
  });

  it("takes a folder with a sign like NAME=RUN in its own name for what it is", async () => {
    await cp(run, join(root, "rate=0.1"), { recursive: true });
    const words = [...ISRF, "compare", "rate=0.1", "--format", "csv"];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root });
    expect(stdout).toMatch(/^sequential,[^,]+,HR@5,isrf,model,/m);
  });

  it("asks one task, one split and a sample of users when told to", async () => {
    const record = await json<EvaluationRecord>(`evaluate ${run} --task direct --split valid --users 10`);
    expect(record).toMatchObject({ split: "valid", users: { evaluated: 10, total: 40 } });
    expect(new Set(record.tasks.map(({ task }) => task))).toEqual(new Set(["direct"]));
  });

  it("tells what was learned of the terms, and evaluates without some of them beside the record", async () => {
    const record = await readEvaluation(run);
    const terms = WITNESSES.filter((name) => name !== "generator");
    for (const { terms: weights } of record.evidence!.weights)
      expect(weights.map(({ term }) => term).slice(0, terms.length)).toEqual(terms);
    expect(record.evidence!.worth.map(({ question }) => question)).toEqual([
      "next item",
      "among 100, uniform",
      "among 100, by popularity",
    ]);
    const line = `evaluate ${run} --no-yardsticks --without neighbours,text`;
    const part = await json<EvaluationRecord>(line);
    expect(() => OUTPUTS.evaluate.parse(part)).not.toThrow();
    expect(part).toMatchObject({ system: "isrf without neighbours, text", without: ["neighbours", "text"] });
    expect(part.evidence).toBeUndefined();
    expect(part.tasks[0]!.systems[0]!.metrics).not.toEqual(record.tasks[0]!.systems[0]!.metrics);
    const favoured = await json<EvaluationRecord>(`evaluate ${run} --no-yardsticks --favour-new 2`);
    expect(() => OUTPUTS.evaluate.parse(favoured)).not.toThrow();
    expect(favoured).toMatchObject({ system: "isrf favouring new items by 2", favourNew: 2 });
    expect(favoured.without ?? favoured.evidence).toBeUndefined();
    expect(await readEvaluation(run)).toEqual(record);
    const told = await shell(`${line} --users 10`, commands);
    expect(told.stderr).toContain("the run's evaluation.json stays");
    expect(told.stdout).toContain("without neighbours, text; the other weights as they are");
    const shown = await shell(`evaluate ${run} --no-yardsticks`, commands);
    expect(shown.stdout).toMatch(/neighbours +\u2502 +-?[\d.]+ \u2502/);
    expect(shown.stdout).toMatch(/without neighbours +\u2502 +[-+]?[\d.]+ \u2502/);
    expect(await refusal(`evaluate ${run} --without heads`)).toMatch(
      /no evidence called heads, expected some of sequence/,
    );
  });

  it("keeps its evaluation where sentences are asked for that it did not learn to write", async () => {
    const stored = await readEvaluation(run);
    expect(await refusal(`evaluate ${run} --task explanation`)).toContain(
      "isrf learnt to write no sentences (generative models do by --set tasks=three), so there is no explanation",
    );
    expect(await readEvaluation(run)).toEqual(stored);
  });

  it("refuses what is no run", async () => {
    expect(await refusal(`evaluate ${shop}`)).toContain("expected a run directory made by `isrf train`");
    expect(await refusal(`compare ${run} --no-yardsticks`)).toContain("only isrf, expected at least 2 systems");
    expect(await refusal(`compare ${run} ${run}`)).toContain("is named twice");
    expect(await refusal(`evaluate ${run} --k 0`)).toContain("expected whole numbers");
  });
});

describe("isrf audit", () => {
  it("keeps what it found in the run's folder, as it prints it", async () => {
    const found = await json<RunAudit>(`audit ${run} --users 20 --report-only`);
    expect(found.findings.map(({ leak }) => leak)).toContain("L15");
    expect(JSON.parse(await readFile(join(run, AUDIT), "utf8"))).toEqual(found);
    expect(found.modelVersion).toBe(await modelVersion(run));
  });
});

describe("isrf recommend", () => {
  it("answers by what needs no training, where told", async () => {
    const line = `recommend ${run} --user ${users[3]} --top 5`;
    const byPopularity = await json<Recommendations>(`${line} --model popularity`);
    expect(byPopularity).toMatchObject({ system: "popularity", scores: "how often it was bought in training" });
    expect((await json<Recommendations>(`${line} --model item-knn-text`)).system).toBe("item-knn-text");
    expect(await json(`${line} --model isrf`)).toEqual(await json(line));
    expect(await refusal(`${line} --model item-nkn`)).toContain("Did you mean item-knn?");
  });

  it("answers in external ids with titles, best first, with nothing the user has", async () => {
    const answer = await json<Recommendations>(`recommend ${run} --user ${users[3]} --top 7`);
    const ids = answer.recommendations.map(({ item }) => item.itemId);
    expect(new Set(ids).size).toBe(7);
    expect(ids.filter((id) => sequences[3]!.includes(id))).toEqual([]);
    expect(answer).toMatchObject({ user: users[3], task: "sequential", system: "isrf" });
    expect(answer.fallback).toBeUndefined();
    const scores = answer.recommendations.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    for (const { item } of answer.recommendations) expect(item.title).toMatch(/\w+ \w+/);
  });

  it("orders given candidates, leaving out what the user has", async () => {
    const [own, ...others] = [sequences[0]![0]!, sequences[9]![0]!, sequences[9]![1]!, sequences[9]![2]!];
    const unseen = others.filter((id) => !sequences[0]!.includes(id));
    const answer = await json<Recommendations>(
      `recommend ${run} --user ${users[0]} --task direct --candidates ${[own, ...unseen].join(",")}`,
    );
    expect(answer.recommendations.map(({ item }) => item.itemId).sort()).toEqual([...unseen].sort());
    expect(answer.answerSpace).toContain("without 1 that the user has already");
  });

  it("draws the same 100 candidates each time when none are given", async () => {
    const ask = () => json<Recommendations>(`recommend ${run} --user ${users[1]} --task direct --top 100`);
    const answer = await ask();
    expect(answer.answerSpace).toContain("100 items outside the history, drawn at random");
    expect(answer.recommendations).toHaveLength(100);
    expect(await ask()).toEqual(answer);
  });

  it("answers unknown users by a fallback and says so", async () => {
    const byPopularity = await json<Recommendations>(`recommend ${run} --user nobody`);
    expect(byPopularity).toMatchObject({ fallback: "popularity", system: "popularity" });
    const counts = byPopularity.recommendations.map(({ score }) => score);
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    const history = sequences[2]!.slice(0, 3).join(",");
    const byHistory = await json<Recommendations>(`recommend ${run} --user nobody --history ${history}`);
    expect(byHistory).toMatchObject({ system: "isrf" });
    expect(byHistory.fallback).toBeUndefined();
    expect(byHistory.recommendations.map(({ item }) => item.itemId)).not.toContain(sequences[2]![0]);
    const { stdout } = await shell(`recommend ${run} --user nobody --top 3`, commands);
    expect(stdout).toContain("The run does not know this user; fallback: popularity.");
  });

  it("answers without some terms, and says so", async () => {
    const line = `recommend ${run} --user ${users[2]} --top 20`;
    const [whole, part] = [
      await json<Recommendations>(line),
      await json<Recommendations>(`${line} --without individual --without neighbours,group`),
    ];
    expect(part.system).toBe("isrf without individual, group, neighbours");
    expect(part.scores).not.toMatch(/individual|group|neighbours/);
    expect(part.recommendations).not.toEqual(whole.recommendations);
    const file = join(root, "without.csv");
    await json(`recommend ${run} --all-users --without text --out ${file}`);
    expect(await readFile(file, "utf8")).toContain(",isrf without text,");
  });

  it("refuses unknown items and options that do not go together", async () => {
    const known = sequences[0]![0]!;
    expect(await refusal(`recommend ${run} --user nobody --history ${known}x`)).toContain(`did you mean ${known}?`);
    expect(await refusal(`recommend ${run} --user ${users[0]} --candidates ${known}`)).toContain("add --task direct");
    expect(await refusal(`recommend ${run} --user ${users[0]} --task direct --candidates ${known}`)).toContain(
      "has all of them already",
    );
  });
});

describe("isrf explain", () => {
  it("takes a score apart: its terms add up, and each names what is behind it", async () => {
    const explanation = await json<EvidenceExplanation>(`explain ${run} --user ${users[4]} --top 3`);
    expect(() => OUTPUTS.explain.parse(explanation)).not.toThrow();
    expect(explanation.kind).toBe("evidence");
    expect(explanation.history.map(({ itemId }) => itemId)).toEqual(sequences[4]);
    expect(explanation.texts?.by).toBe("rule-based (offline)");
    const answer = await json<Recommendations>(`recommend ${run} --user ${users[4]} --top 3`);
    expect(explanation.recommendations.map(({ item }) => item)).toEqual(answer.recommendations.map(({ item }) => item));
    for (const { item, score, typicalScore, terms } of explanation.recommendations) {
      expect(terms.map(({ name }) => name).slice(0, 7)).toEqual([...WITNESSES.filter((name) => name !== "generator")]);
      expect(total(terms.map(({ adds }) => adds))).toBeCloseTo(score, 4);
      expect(total(terms.map(({ ahead }) => ahead))).toBeCloseTo(score - typicalScore, 4);
      expect(terms.some(({ behind }) => behind.length > 0)).toBe(true);
      for (const { name, says, typical, behind, group, people } of terms) {
        expect(says).not.toBe("");
        if (name === "neighbours" || name === "group") expect(typical).toBe(0);
        expect(behind.length).toBeLessThanOrEqual(3);
        const strengths = behind.map((one) => (one.kind === "item" ? one.strength : one.similarity));
        expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
        for (const one of behind) {
          if (one.kind === "item") expect(sequences[4]).toContain(one.item.itemId);
          // Held-out items are no evidence: the last two of every sequence.
          else expect(sequences[users.indexOf(one.userId)]!.slice(0, -2)).toContain(item.itemId);
        }
        const holders = sequences.filter((sequence) => sequence.slice(0, -2).includes(item.itemId)).length;
        if (group !== undefined) expect(group.expected).toBeCloseTo((group.neighbours * holders) / users.length, 6);
        if (people !== undefined) expect(people).toBe(holders);
      }
    }
    expect(explanation.interests?.individual).toHaveLength(explanation.interests!.categories.length);
  });

  it("shows bars in blocks or, where the terminal asks, in ASCII, and who wrote the texts", async () => {
    const line = `explain ${run} --user ${users[4]} --top 2`;
    const { stdout } = await shell(line, commands);
    expect(stdout).toContain("texts: rule-based (offline)");
    expect(stdout).toMatch(/score -?[\d.]+ = -?[\d.]+ as for other items, \+[\d.]+ for this one/);
    expect(stdout).toMatch(/group +[-+]?[\d.]+ .*\d+ of 20 similar users have it \([\d.]+ expected\)/);
    expect(stdout).toMatch(/\+[\d.]+ \u2588+/);
    const plain = await shell(line, commands, { environment: { LANG: "C" } });
    expect(plain.stdout).toMatch(/\+[\d.]+ #+/);
    expect(plain.stdout).not.toMatch(/[\u2580-\u259f]/);
  });

  it("refuses users it does not know", async () => {
    expect(await refusal(`explain ${run} --user nobody`)).toContain("user nobody is not in");
  });
});

describe("isrf explain, of a run without witnesses", () => {
  const ALONE = Object.values(WITNESS_OPTIONS)
    .map((name) => `--set ${name}=false`)
    .join(" ");

  it("gives evidence from the own history and from similar users, and the ranks behind the verdict", async () => {
    const alone = join(root, "alone");
    await json(`train ${shop} ${TOY_BACKBONE} ${ALONE} --out ${alone}`);
    const explanation = await json<InterestExplanation>(`explain ${alone} --user ${users[4]} --top 3`);
    expect(() => OUTPUTS.explain.parse(explanation)).not.toThrow();
    expect(explanation.carries).toEqual({ individual: true, group: true });
    expect(explanation.history.map(({ itemId }) => itemId)).toEqual(sequences[4]);
    expect(explanation.texts?.by).toBe("rule-based (offline)");
    const answer = await json<Recommendations>(`recommend ${alone} --user ${users[4]} --top 3`);
    expect(explanation.recommendations.map(({ item }) => item)).toEqual(answer.recommendations.map(({ item }) => item));
    for (const { individual, support, group, ranks, moved } of explanation.recommendations) {
      for (const { item, strength } of individual) {
        expect(sequences[4]).toContain(item.itemId);
        expect(strength).toBeGreaterThan(0);
      }
      expect(support.neighbours).toBe(20);
      expect(support.bought + support.boughtAlike).toBeLessThanOrEqual(20);
      expect(group.length > 0).toBe(support.isSupport);
      const isMore = [support.bought > 20 * support.shareOfAll, support.boughtAlike > 20 * support.shareOfAllAlike];
      expect(support.isSupport).toBe(isMore.includes(true));
      for (const { userId, bought } of group) {
        // Held-out items are no evidence: the last two of every sequence.
        const training = sequences[users.indexOf(userId)]!.slice(0, -2);
        for (const { itemId } of bought) expect(training).toContain(itemId);
      }
      const costs = [ranks!.withoutIndividual! - ranks!.actual, ranks!.withoutGroup! - ranks!.actual] as const;
      const expected =
        Math.max(...costs) <= 0
          ? "neither"
          : costs[0] === costs[1]
            ? "both"
            : costs[0] > costs[1]
              ? "individual"
              : "group";
      expect(moved.by).toBe(expected);
    }
    const alonePage = await shell(`explain ${alone} --user ${users[4]} --top 1`, commands);
    expect(alonePage.stdout).toMatch(/moved by: (individual|group|both|neither)\. .*Rank \d+ of 100;/);
    const { categories, individual, group } = explanation.interests;
    expect(individual).toHaveLength(categories.length);
    expect(Math.max(...individual, ...group!)).toBe(1);
  });

  it("says that prompts carry no interest instead of inventing what it moved", async () => {
    const bare = join(root, "bare");
    await json(
      `train ${shop} ${TOY_BACKBONE} ${ALONE} --set sequentialUser=shared --set groupWord=false --out ${bare}`,
    );
    const explanation = await json<InterestExplanation>(`explain ${bare} --user ${users[4]} --top 2`);
    expect(explanation.carries).toEqual({ individual: false, group: false });
    expect(explanation.note).toContain("carry no individual and no group interest");
    for (const { ranks, moved } of explanation.recommendations) {
      expect(ranks).toBeUndefined();
      expect(moved.by).toBe("neither");
    }
  });
});

describe("isrf models", () => {
  interface Listed {
    readonly name: string;
    readonly kind: "trained" | "untrained";
    readonly tasks: readonly string[];
    readonly citation: string;
    readonly isOurs: boolean;
    readonly options?: readonly { readonly name: string; readonly defaults: Readonly<Record<string, unknown>> }[];
  }

  it("lists every system with tasks, citation and the options of those that are trained", async () => {
    const models = await json<Listed[]>("models");
    expect(models.length).toBeGreaterThanOrEqual(20);
    for (const { kind, tasks, citation, options } of models) {
      expect(tasks.length).toBeGreaterThan(0);
      expect(citation).not.toBe("");
      expect(options === undefined).toBe(kind === "untrained");
    }
    const rate = models.find(({ name }) => name === "pod")!.options!.find(({ name }) => name === "learningRate")!;
    expect(Object.keys(rate.defaults)).toEqual(["tiny", "mini", "small", "paper"]);
    expect(rate.defaults.small).toBe(5e-4);
  });

  it("says what is ours and no paper's, by a sign in the table", async () => {
    const models = await json<Listed[]>("models");
    expect(models.filter(({ isOurs }) => isOurs).map(({ name }) => name)).toEqual(["isrf", "sasrec-text", "stacked"]);
    expect(models.find(({ name }) => name === "isrf")!.citation).toContain("WWW 2026. Answers from several witnesses");
    const { stdout } = await shell("models", commands);
    expect(stdout).toMatch(/│ isrf §/);
    expect(stdout).toContain("§ answers in a way that is ours");
  });

  it("lists all options of one with the defaults of its presets, and offers the nearest name", async () => {
    const { options } = await json<Listed>("models isrf");
    expect(options!.find(({ name }) => name === "width")!.defaults).toEqual({
      tiny: 64,
      mini: 128,
      small: 512,
      paper: 512,
      authors: 512,
    });
    expect(await refusal("models irsf")).toContain("Did you mean isrf?");
  });
});
