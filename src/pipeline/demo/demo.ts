// The whole chain on a synthetic shop: plant, reason, embed, train, evaluate, recommend with reasons, and a report.
import { join } from "node:path";
import { stopIf } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { stoppable } from "../../base/stopping.ts";
import { openDataset, readTruth, synthesiseShop } from "../../data/index.ts";
import { popularityDefinition } from "../../recommenders/yardsticks/index.ts";
import { absolute } from "../../runs/run.ts";
import { type ChainPaths, Ledger, runChain, type ShowUsers, stepsAlone, TOP } from "../chain/index.ts";
import type { EvaluationRecord } from "../evaluate/evaluation-record.ts";
import type { Explanation } from "../explain/explanation.ts";
import { chooseExample } from "./choose-example.ts";
import { DEMO, prepareDemoDirectory } from "./demo-directory.ts";
import { demoSettings } from "./settings.ts";

export interface DemoOptions extends Given<typeof demoSettings> {
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Metric values by name: `{ "HR@10": 0.31 }`. */
export type PlainMetrics = Readonly<Record<string, number>>;

/** Of both tasks; direct is among 99 uniform negatives. */
export interface BothTasks {
  readonly sequential: PlainMetrics;
  readonly direct: PlainMetrics;
}

export interface DemoResult {
  readonly dataset: {
    readonly name: string;
    readonly directory: string;
    readonly users: number;
    readonly items: number;
    readonly interactions: number;
  };
  readonly metrics: BothTasks;
  readonly popularity: BothTasks;
  readonly example: { readonly user: string; readonly recommendations: Explanation["recommendations"] };
  /** Path of the HTML file. */
  readonly report: string;
  readonly seconds: number;
}

/**
 * Run every stage and write the report: a few minutes on two cores.
 * @throws UsageError when `out` holds other files or the sizes are too small; CancelledError when stopped.
 */
export async function demo(options: DemoOptions): Promise<DemoResult> {
  // What a stage advises (such as --resume) does not hold for the chain.
  return stoppable(options.signal, "The demo was stopped; run it again to replace what it left.", () =>
    runStages(options),
  );
}

async function runStages(options: DemoOptions): Promise<DemoResult> {
  const { report: tell = silent, signal } = options;
  const { out, users, items, seed, epochs } = settingsOf("demo", demoSettings, options);
  const paths = await prepareDemoDirectory(out);
  tell({ kind: "stage", stage: "demo", detail: `into ${out}` });
  const report = stepsAlone(tell);
  const ledger = await Ledger.begin(join(out, DEMO.file), DEMO.kind, tell);
  const counts = await ledger.stage({
    name: "synth",
    facts: {},
    isWhole: async () => false,
    work: async () =>
      (await synthesiseShop({ out: paths.dataset, users, items, seed, signal }, report)).manifest.counts,
    detail: (made) => `${made.users} users, ${made.items} items, ${made.interactions} interactions`,
  });
  const dataset = await openDataset(paths.dataset, report);
  const { evaluation, shown } = await runChain({
    dataset,
    paths,
    ledger,
    seed,
    llm: "offline",
    preset: "tiny",
    overrides: epochs === undefined ? undefined : { epochs },
    show: showExample(paths, signal),
    words: {
      title: "From individual to group interests: a synthetic shop",
      note: `Invented people and products, planted with tastes of their own and tastes of groups; seed ${seed}. Numbers from it say that the parts work together, not how well they do on real data.`,
      command: `isrf demo --users ${users} --items ${items} --seed ${seed}`,
    },
    report,
    signal,
  });
  const { user, recommendations } = shown[0]!.explanation;
  return {
    dataset: { name: dataset.manifest.name, directory: absolute(paths.dataset), ...counts },
    metrics: metricsOf(evaluation, evaluation.system),
    popularity: metricsOf(evaluation, popularityDefinition.name),
    example: { user, recommendations },
    report: absolute(paths.report),
    seconds: ledger.seconds,
  };
}

function showExample(paths: ChainPaths, signal: AbortSignal | undefined): ShowUsers {
  return async (run) => {
    stopIf(signal, "explain: cancelled.");
    return [await chooseExample(run, await readTruth(paths.dataset), TOP)];
  };
}

function metricsOf({ tasks }: EvaluationRecord, system: string): BothTasks {
  const of = (task: "sequential" | "direct"): PlainMetrics => {
    const asked = tasks.find((each) => each.task === task && (each.candidates ?? "uniform") === "uniform");
    const { metrics } = asked!.systems.find(({ name }) => name === system)!;
    return Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));
  };
  return { sequential: of("sequential"), direct: of("direct") };
}
