import { join } from "node:path";
import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import type { Dataset } from "../../data/index.ts";
import { type CommandContext, type CommandOutput, defineCommand } from "../command.ts";
import {
  caseRuns,
  isStudy,
  isTold,
  otherStudies,
  runWith,
  STEPS,
  STUDIES,
  type StepName,
  type StudyStep,
  statistics,
  valuesOf,
} from "../reproduce-steps.ts";
import { designSettings } from "../study-options.ts";
import { studyCaseCommand } from "./study-case.ts";

const names = z.array(z.string()).optional();
const numbers = (few: readonly number[]) => z.array(z.number().int().min(0)).default([...few]);

export const reproduceCommand = defineCommand({
  path: ["reproduce"],
  summary: "every table and figure of the paper, one after the other",
  description:
    "Runs, each into a folder of its own below --out: the statistics of the data (table 5), the main tables (1 and 2), the ablation (table 3), other texts (figure 3), the sweeps of L' and k (figures 4 and 8), the cost (table 4) and a case of each data set (figure 5). A training that several of them ask for is done once, and what trainings prepare alike lies in OUT/shared. ISRF is in the paper's form; --preset paper takes it, and P5, POD, ELMRec and RSL-proxy, from T5-small's weights as published (examples/paper.yaml, on a GPU). Everything finished is kept: the same command goes on after any interruption. --estimate prints the hours of all of them. Steps are the same as `isrf study ...` alone, with the same options. Other texts are left out where rules wrote them, unless --rules says so.",
  examples: [
    "isrf reproduce --config examples/paper.yaml --estimate",
    "isrf reproduce --config examples/paper-cpu.yaml --estimate",
    "isrf reproduce --datasets beauty --preset mini --seeds 1 --steps stats,ablation",
  ],
  arguments: [],
  options: designSettings.extend({
    out: designSettings.shape.out.default("isrf-paper"),
    steps: z
      .array(z.enum(STEPS))
      .default([...STEPS])
      .describe("do only these of the steps")
      .meta({ commas: true }),
    systems: names.describe("rows of the main tables").meta({ commas: true, absent: "all fourteen" }),
    rows: names.describe("rows of the ablation").meta({ commas: true, absent: "all" }),
    layers: numbers([1, 2, 3, 4, 5]).describe("values of L' (groupLayers)"),
    neighbours: numbers([10, 20, 50, 100, 200]).describe("values of k (neighbours)"),
    rules: z.boolean().default(false).describe("compare texts that rules wrote, too, though they are no chain"),
    test: designSettings.shape.test.default("seeds"),
    published: z.boolean().default(true).describe("put the paper's own figures beside the main tables").meta({
      off: "leave the paper's own figures out",
    }),
  }),
  async run({ options }, context) {
    const { steps, layers, neighbours, datasets, maxMinutes, out, ...given } = options;
    sayUnheard(steps, context);
    const made = await datasetsOf(datasets ?? [], out, context);
    const directories = made.map(({ directory }) => directory);
    const deadline = performance.now() + (maxMinutes ?? Number.POSITIVE_INFINITY) * 60_000;
    const shared = { ...given, datasets: directories, shareIn: given.shareIn ?? join(out, "shared") };
    const swept: Partial<Record<StepName, object>> = { layers: { values: layers }, neighbours: { values: neighbours } };
    const runStep = async (step: StudyStep, own: object) => {
      const reuse = [...(given.reuse ?? []), ...(await otherStudies(step, out))];
      const values = valuesOf(step, { ...shared, reuse }, { ...swept[step], out: join(out, step), ...own });
      return runWith(STUDIES[step].command, values, {}, context);
    };
    const hasTexts = given.rules || !steps.includes("variants") || (await areChains(made));
    const isLeftOut = (step: StepName) => step === "variants" && !hasTexts;
    // What cannot be planned should not be refused after the days of the steps before.
    if (!options.estimate)
      for (const step of steps.filter(isStudy))
        if (!isLeftOut(step)) await runStep(step, { estimate: true, probe: false });
    const parts: ({ readonly step: StepName } & CommandOutput)[] = [];
    for (const step of STEPS.filter((name) => steps.includes(name))) {
      if (isLeftOut(step)) {
        parts.push({ step, json: null, text: "left out: rules wrote the texts of these data (--rules)" });
        continue;
      }
      context.report({ kind: "stage", stage: "reproduce", detail: step });
      if (isStudy(step)) {
        const minutes = Math.max(0.001, (deadline - performance.now()) / 60_000);
        const left = { maxMinutes: maxMinutes === undefined ? undefined : minutes };
        parts.push({ step, ...(await runStep(step, left)) });
      } else if (step === "stats") {
        const table = await statistics(directories, context);
        if (!options.estimate) await writeFileAtomic(join(out, "stats.tex"), `${table.text}\n`);
        parts.push({ step, ...table });
      } else if (!options.estimate) parts.push({ step, ...(await cases(options, context)) });
    }
    const hours = hoursOf(parts.map(({ json }) => json));
    const total = options.estimate
      ? [`all steps: at most ${hours.toFixed(1)} hours of training, what they have in common once`]
      : [];
    const json = Object.fromEntries(parts.map(({ step, json }) => [step, json]));
    const failures = parts.flatMap(({ step, failure }) => (failure === undefined ? [] : [`${step}: ${failure}`]));
    const failure = failures.length > 0 ? failures.join("\n") : undefined;
    return { json, failure, text: [...parts.map(({ step, text }) => `== ${step}\n${text}`), ...total].join("\n\n") };
  },
});

/** Options of some steps, asked for where none of these steps is. */
function sayUnheard(steps: readonly StepName[], { given, report }: CommandContext): void {
  const studies = Object.keys(STUDIES) as StudyStep[];
  const by: Readonly<Record<string, readonly StepName[]>> = { layers: ["layers"], neighbours: ["neighbours"] };
  for (const name of given) {
    const takers = by[name] ?? studies.filter((step) => isTold(step, name));
    if (takers.length === 0 || takers.some((step) => steps.includes(step))) continue;
    const message = `${name}: read by step ${takers.join(", ")} alone, which is not among the steps asked for.`;
    report({ kind: "notice", message });
  }
}

const estimateSchema = z.looseObject({
  mostHours: z.number(),
  systems: z.array(z.looseObject({ keys: z.array(z.string()), mostSeconds: z.number().optional() })),
});

/** Of all steps: what several of them ask for is trained once. */
function hoursOf(estimates: readonly unknown[]): number {
  const planned = new Set<string>();
  let hours = 0;
  for (const estimate of estimates) {
    const { success, data } = estimateSchema.safeParse(estimate);
    if (!success) continue;
    hours += data.mostHours;
    for (const { keys, mostSeconds = 0 } of data.systems) {
      hours -= (keys.filter((key) => planned.has(key)).length * mostSeconds) / 3600;
      for (const key of keys) planned.add(key);
    }
  }
  return hours;
}

/** Opened, or made once for all steps. */
async function datasetsOf(
  given: readonly unknown[],
  out: string,
  { report, signal }: CommandContext,
): Promise<Dataset[]> {
  if (given.length === 0) throw new UsageError("reproduce: no datasets, expected at least one, as --datasets DIR.");
  const { prepareDataset, readDataset } = await import("../../pipeline/study/index.ts");
  const made: Dataset[] = [];
  for (const each of given) made.push(await prepareDataset(readDataset(each), { out, vectors: [], report, signal }));
  return made;
}

async function areChains(datasets: readonly Dataset[]): Promise<boolean> {
  const { hasChains } = await import("../../pipeline/study/index.ts");
  return (await Promise.all(datasets.map(hasChains))).every(Boolean);
}

/** A page for each data set of the main tables. */
async function cases(
  options: { readonly out: string; readonly threads?: number | undefined },
  context: CommandContext,
) {
  const found = await caseRuns(join(options.out, "main"));
  if (found.length === 0) return { json: null, text: "left out: the main tables have no finished run of isrf yet" };
  const shown: CommandOutput[] = [];
  for (const { dataset, run, other } of found) {
    const values = { out: join(options.out, "case", dataset), threads: options.threads };
    shown.push(await runWith(studyCaseCommand, values, { run, other }, context));
  }
  return { json: shown.map(({ json }) => json), text: shown.map(({ text }) => text).join("\n\n") };
}
