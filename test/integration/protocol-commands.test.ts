// Protocol paper and the audit through the commands: real runs on a small shop.
import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readJson } from "../../src/base/files.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { leakedLists, openDataset, splitLeaveLastTwo } from "../../src/data/index.ts";
import type { RunAudit } from "../../src/pipeline/audit/audit-run.ts";
import { textLeak } from "../../src/pipeline/audit/text-leaks.ts";
import type { EvaluationRecord } from "../../src/pipeline/evaluate/evaluation-record.ts";
import { writeTexts } from "../../src/pipeline/reason/reason.ts";
import { makeReasoner } from "../../src/pipeline/reason/reasoners.ts";
import type { StudyRecord } from "../../src/pipeline/study/study-results.ts";
import { readRunConfig, writeRunConfig } from "../../src/runs/run.ts";
import { presentLeaks } from "../support/audited-run.ts";
import { shell } from "../support/shell.ts";
import { preparedShop, SEED, TOY, TOY_BACKBONE } from "../support/trained-shop.ts";

let root: string;
let shop: string;
const GRAPH_MODEL = "--model lightgcn --preset tiny --epochs 3";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-protocol-"));
  shop = await preparedShop(root);
  for (const protocol of ["strict", "paper"]) {
    await json(`train ${shop} ${GRAPH_MODEL} --protocol ${protocol} --out ${root}/${protocol}`);
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function json<T>(line: string, code = 0): Promise<T> {
  const result = await shell(`${line} --json --quiet`, commands);
  expect({ ...result, stdout: "" }).toMatchObject({ code });
  return JSON.parse(result.stdout.trim().split("\n").at(-1)!) as T;
}

describe("isrf train --preset authors", () => {
  it("says which user texts the public code reads where the vectors are of others", async () => {
    const small = { checkpoint: "none", width: 16, layers: 1, semanticWidth: 8, batch: 8, accumulate: 1 };
    const short = { trainNegatives: 3, neighbours: 5, visitsPerEpoch: 0.1, epochs: 1, validationUsers: 2 };
    const set = Object.entries({ ...small, ...short }).map(([name, value]) => `--set ${name}=${value}`);
    const line = `train ${shop} --preset authors --protocol paper ${set.join(" ")} --out ${root}/authors`;
    const { code, stderr } = await shell(line, commands);
    expect(code).toBe(0);
    expect(stderr).toMatch(/preset authors: embeddings lsa are of user texts without held-out items.*--history-source/);
  });
});

describe("isrf study compare --protocol paper", () => {
  it("trains under the protocol, marks what is not alike, and counts leaked and clean users apart", async () => {
    const out = join(root, "study");
    const settings = join(root, "study.yaml");
    const set = "set: { epochs: 1, warmStartEpochs: 1, width: 8, validationUsers: 20 }";
    await writeFile(
      settings,
      `study-compare:\n  datasets: [${shop}]\n  protocol: paper\n  preset: tiny\n  seeds: [1]\n  trials: 1\n  systems:\n` +
        `    - { model: pod, ${set} }\n    - { model: lightgcn, set: { epochs: 2 } }\n`,
    );
    await json(`study compare --config ${settings} --out ${out} --no-probe`);
    const record = (await readJson(join(out, "results", "study.json"))) as StudyRecord;
    expect(record.config.protocol).toBe("paper");
    for (const { command } of record.cells) expect(command).toContain("--protocol paper");
    const lightgcn = record.publicRows!.find(
      ({ label, question }) => label === "lightgcn" && question === "sequential",
    )!;
    expect(lightgcn.leaked!.users + lightgcn.clean!.users).toBe(40);
    expect(record.publicRows!.filter(({ raw }) => raw !== undefined).map(({ label }) => label)).toEqual([
      "pod",
      "pod",
      "pod",
    ]);
    const page = await readFile(join(out, "results", "results.md"), "utf8");
    expect(page).toMatch(/contains test information/);
    expect(page).toMatch(/lightgcn \(not comparable\)/);
    expect(page).toContain(`| ${lightgcn.dataset} | lightgcn | sequential | ${lightgcn.once.hitRate.toFixed(4)} |`);
  });
});

describe("isrf audit", () => {
  it("finds nothing in a strict run", async () => {
    const audit = await json<RunAudit>(`audit ${root}/strict`);
    expect(audit).toMatchObject({ protocol: "strict", leaks: 0, users: 40, leakage: [] });
    expect(audit.controls.map(({ control }) => control)).toEqual(["random-ids", "permuted-targets"]);
  });

  it("finds in a paper run what the protocol does, with users apart, and says so in the text", async () => {
    const audit = await json<RunAudit>(`audit ${root}/paper`);
    expect(presentLeaks(audit)).toEqual(["L1", "L3", "L6", "L13"]);
    expect(audit.leakage.map(({ question }) => question)).toEqual([
      "sequential",
      "direct-uniform",
      "direct-popularity",
    ]);
    for (const { leaked, clean } of audit.leakage) expect(leaked.users + clean.users).toBe(40);
    const { code, stdout } = await shell(`audit ${root}/paper --no-controls --quiet`, commands);
    expect(code).toBe(0);
    expect(stdout).toMatch(/contains test information[\s\S]*PRESENT +L1/);
  });

  it("fails a strict run that was given held-out pairs, as its evaluation does", async () => {
    const run = join(root, "planted");
    await cp(join(root, "strict"), run, { recursive: true });
    for (const file of ["training.json", "training.safetensors"]) await cp(join(root, "paper", file), join(run, file));
    const audit = await json<RunAudit>(`audit ${run} --no-controls`, 1);
    expect(presentLeaks(audit)).toContain("L1");
    expect((await shell(`audit ${run} --no-controls`, commands)).stderr).toContain("in a run under protocol strict");
    expect((await shell(`audit ${run} --no-controls --report-only --quiet`, commands)).code).toBe(0);
    const evaluated = await shell(`evaluate ${run} --quiet`, commands);
    expect(evaluated.code).toBe(1);
    expect(evaluated.stderr).toMatch(/held-out items are absent from graph edges/);
  });
});

describe("isrf evaluate --control", () => {
  it("asks a control, writes nothing and names what may be reached", async () => {
    const { code, stdout } = await shell(`evaluate ${root}/strict --control random-ids --quiet`, commands);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Control random-ids[\s\S]*ok +direct-uniform: HR@10/);
    expect((await shell(`audit ${root}/strict --no-controls --quiet`, commands)).stdout).toMatch(/unknown +L12/);
  });
});

describe("isrf evaluate --fuse", () => {
  const evaluated = (line: string) =>
    shell(`evaluate ${root}/strict --task direct --users 12 --quiet ${line}`, commands);

  it("refuses a run of another protocol, whose scores hold what was held out", async () => {
    const { code, stderr } = await evaluated(`--fuse ${root}/paper`);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("trained under protocol paper"),
    });
  });

  it("holds the other run's training to the same checks", async () => {
    const other = join(root, "planted-other");
    await cp(join(root, "strict"), other, { recursive: true });
    expect((await evaluated(`--fuse ${other}`)).code).toBe(0);
    for (const file of ["training.json", "training.safetensors"])
      await cp(join(root, "paper", file), join(other, file));
    const { code, stderr } = await evaluated(`--fuse ${other}`);
    expect(code).toBe(1);
    expect(stderr).toContain("run to fuse with: held-out items are absent from graph edges");
  });

  it("is refused on validation items, on which its weights are chosen", async () => {
    const { code, stderr } = await evaluated(`--fuse ${root}/strict --split valid`);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("weights of a fusion") });
  });

  it("says what it fused with, and by which vectors", async () => {
    const line = `evaluate ${root}/strict --task direct --users 12 --fuse ${root}/strict --embeddings lsa`;
    const record = await json<EvaluationRecord>(line);
    expect(record.fusedWith).toEqual({
      directory: `${root}/strict`,
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
      seed: 2026,
    });
    expect(record.vectors).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("isrf train --protocol paper", () => {
  it("trains ISRF as public code does, and its results carry raw counts and cannot be compared with strict ones", async () => {
    const run = join(root, "isrf-paper");
    await json(`train ${shop} ${TOY_BACKBONE} --protocol paper --out ${run}`);
    expect((await readRunConfig(run)).options).toMatchObject({ decoding: "free", promptPadding: "visible" });
    const record = await json<EvaluationRecord>(`evaluate ${run} --users 12`);
    expect(record).toMatchObject({ protocol: "paper", fingerprint: { idScheme: "source", decoding: "free" } });
    expect(record.fingerprint.training).toMatch(/simulated/);
    const [model] = record.tasks[0]!.systems;
    expect(model!.raw!.metrics["HR@10"]).toBeGreaterThanOrEqual(0);
    expect(model!.leakage!.leaked.users + model!.leakage!.clean.users).toBe(12);
    await json(`evaluate ${root}/strict --users 12`);
    for (const flag of ["", "--allow-unequal"]) {
      const { code, stderr } = await shell(`compare ${root}/strict ${run} ${flag}`, commands);
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/never stand in one table/) });
    }
  });

  it("refuses what a protocol does not have", async () => {
    const refusal = async (line: string) => {
      const { code, stderr } = await shell(`train ${shop} ${line} --out ${root}/none`, commands);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await refusal("--model sasrec --preset tiny --protocol paper")).toContain(
      "sasrec cannot be trained under protocol paper",
    );
    expect(await refusal(`${TOY} --set labelPadding=trained`)).toContain("protocol strict demands masked");
  });
});

describe("isrf train --item-numbers random", () => {
  it("writes other numbers, keeps them when it goes on, and its results say so", async () => {
    const system =
      "--model pod --preset tiny --epochs 1 --set promptForm=text --set recency=false --set width=16 --set validationUsers=10";
    const run = (name: string) => join(root, `numbers-${name}`);
    await json(`train ${shop} ${system} --out ${run("prefix")}`);
    await json(`train ${shop} ${system} --item-numbers random --out ${run("random")}`);
    const again = await shell(`train ${shop} --item-numbers prefix --out ${run("random")} --resume`, commands);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("itemNumbers random") });
    await json(`train ${shop} --out ${run("random")} --resume`);
    const evaluated = (name: string) => json<EvaluationRecord>(`evaluate ${run(name)} --users 10 --task sequential`);
    const [prefix, random] = [await evaluated("prefix"), await evaluated("random")];
    expect(prefix.fingerprint.idScheme).toBe("training prefix");
    expect(random).toMatchObject({ protocol: "strict", fingerprint: { idScheme: "random" } });
    expect(random.fingerprint.idMap).not.toBe(prefix.fingerprint.idMap);
    expect(random.checks.filter(({ verdict }) => verdict === "fail")).toEqual([]);
    const { code, stderr } = await shell(`compare ${run("prefix")} ${run("random")}`, commands);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("idScheme") });
  });

  it("is refused where no number is read, or the source's are", async () => {
    const refusal = async (line: string) => {
      const { code, stderr } = await shell(`train ${shop} ${line} --item-numbers random --out ${root}/none`, commands);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await refusal(GRAPH_MODEL)).toContain("lightgcn writes no item numbers with these options");
    expect(await refusal("--model pod --preset small --protocol paper")).toContain(
      "takes the numbers of the source file",
    );
  });
});

describe("user texts", () => {
  it("are neither passed nor failed where their journal is not here", async () => {
    const run = join(root, "isrf-strict");
    await json(`train ${shop} ${TOY} --out ${run}`);
    const evaluated = async () => {
      const { code, stdout } = await shell(`evaluate ${run} --task sequential --quiet`, commands);
      const [, passed, all] = /checks: (\d+) of (\d+) passed/.exec(stdout)!;
      return { code, stdout, missing: Number(all) - Number(passed) };
    };
    expect(await evaluated()).toMatchObject({ code: 0, missing: 0 });
    await rename(join(shop, "reasoning"), join(shop, "elsewhere"));
    try {
      const { code, stdout, missing } = await evaluated();
      expect({ code, missing }).toEqual({ code: 0, missing: 1 });
      expect(stdout).toMatch(/NOT MEASURED user texts are made from training prefixes: .*journal is not here/);
    } finally {
      await rename(join(shop, "elsewhere"), join(shop, "reasoning"));
    }
  });

  it("are checked of a sample of users too, where the run says that they quote held-out items", async () => {
    const [honest, run] = [join(root, "isrf-strict"), join(root, "isrf-full")];
    await cp(honest, run, { recursive: true });
    const config = await readRunConfig(run);
    await writeRunConfig(run, { ...config, embeddings: { ...config.embeddings!, userHistory: "full" } });
    const { code, stderr } = await shell(`evaluate ${run} --task sequential --users 12 --quiet`, commands);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("--history-source full") });
  });

  it("are clean where their questions quote training prefixes, and a leak where they quote held-out items", async () => {
    const dataset = await openDataset(shop);
    const split = splitLeaveLastTwo(dataset);
    const { embeddings } = await readRunConfig(join(root, "isrf-paper"));
    expect(await textLeak(dataset, split, { embeddings })).toMatchObject({
      verdict: "absent",
      numbers: { users: 40, clean: 40, leaked: 0 },
    });
    const leaky = { ...split, prefixes: leakedLists(dataset.sequences) };
    await writeTexts({ dataset, split: leaky, reasoner: makeReasoner("offline", dataset, leaky), seed: SEED });
    const other = { embeddings: { ...embeddings!, userTextHash: "of the leaking texts" } };
    const leak = await textLeak(dataset, split, other);
    expect(leak.verdict).toBe("present");
    expect(leak.numbers.leaked).toBeGreaterThan(30);
    const { checks } = await json<{ checks: { name: string; verdict: string }[] }>(`data audit ${shop}`);
    expect(checks.find(({ name }) => name === "user-texts")).toMatchObject({ verdict: "fail", leak: "L5" });
  });

  it("are named as leaking where they were asked to be, and a run with earlier ones is measured by these", async () => {
    const dataset = await openDataset(shop);
    const split = splitLeaveLastTwo(dataset);
    const { embeddings } = await readRunConfig(join(root, "isrf-paper"));
    await json(`reason ${shop} --history-source full`);
    const full = { embeddings: { ...embeddings!, userHistory: "full" as const } };
    const leak = await textLeak(dataset, split, full);
    expect(leak).toMatchObject({ verdict: "present", numbers: { users: 40 } });
    expect(leak.reason).toContain("--history-source full");
    expect(leak.numbers.leaked).toBeGreaterThan(30);
    expect((await textLeak(dataset, split, full, { counts: false })).verdict).toBe("present");
    // The vectors say which of the journal's answers they were made from; nobody knows it of vectors that are gone.
    expect(await textLeak(dataset, split, { embeddings })).toMatchObject({
      verdict: "absent",
      numbers: { users: 40, clean: 40 },
    });
    const gone = { embeddings: { ...embeddings!, name: "gone" } };
    expect(await textLeak(dataset, split, gone)).toMatchObject({ verdict: "not measurable" });
  });
});

describe("isrf evaluate --split valid", () => {
  it("says that a model whose weights were learned on these items knows some of them", async () => {
    const words = /isrf learned from validation items how far to believe its evidence/;
    const evaluated = (line: string) => shell(`evaluate ${line} --split valid --task direct --users 12`, commands);
    expect((await evaluated(`${root}/isrf-strict`)).stderr).toMatch(words);
    expect((await evaluated(`${root}/strict`)).stderr).not.toMatch(words);
  });
});
