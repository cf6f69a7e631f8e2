// The whole chain on a synthetic shop: plant, reason, embed, train, evaluate, recommend with reasons, and a report.
import { join } from "node:path";
import { stopIf } from "../../base/errors.ts";
import { writeFileAtomic } from "../../base/files.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { stoppable } from "../../base/stopping.ts";
import { type Dataset, readTruth, synthesiseShop } from "../../data/index.ts";
import { popularityDefinition } from "../../recommenders/yardsticks/index.ts";
import { absolute, openRun } from "../../runs/run.ts";
import { MetricsLog } from "../../training/metrics-log.ts";
import { embed } from "../embed/embed.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import type { EvaluationRecord } from "../evaluate/evaluation-record.ts";
import type { ExplainedRecommendation } from "../explain/explanation.ts";
import { reason } from "../reason/reason.ts";
import { renderReport } from "../report/index.ts";
import { train } from "../train.ts";
import { chooseExample } from "./choose-example.ts";
import { type DemoPaths, prepareDemoDirectory } from "./demo-directory.ts";
import { demoReport } from "./demo-report.ts";
import { demoSettings } from "./settings.ts";
import { StageClock } from "./stage-clock.ts";

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
  readonly example: { readonly user: string; readonly recommendations: readonly ExplainedRecommendation[] };
  /** Path of the HTML file. */
  readonly report: string;
  readonly seconds: number;
}

/** Recommendations explained for the example. */
const TOP = 5;

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
  const settings = settingsOf("demo", demoSettings, options);
  const { out, seed, epochs } = settings;
  const paths = await prepareDemoDirectory(out);
  tell({ kind: "stage", stage: "demo", detail: `into ${out}` });
  const clock = new StageClock(tell);
  const report = stepsAlone(tell);
  const shared = { seed, report, signal };
  const dataset = await clock.time("synth", () => plant({ ...settings, signal }, paths, report), describeShop);
  const texts = await clock.time(
    "reason",
    () => reason({ dataset, ...shared }),
    ({ source, items, users }) => `${3 * (items.complete + users.complete)} texts, ${source}`,
  );
  await clock.time(
    "embed",
    () => embed({ dataset, ...shared }),
    ({ manifest }) => `${manifest.encoder.kind}, ${manifest.dimensions} dimensions`,
  );
  const overrides = epochs === undefined ? undefined : { epochs };
  const training = await clock.time(
    "train",
    () => train({ dataset: paths.dataset, out: paths.run, preset: "tiny", overrides, ...shared }),
    ({ summary }) => `preset tiny, ${summary.epoch} epochs, ${summary.step} steps`,
  );
  const evaluation = await clock.time(
    "evaluate",
    () => evaluate(paths.run, { report, signal }),
    ({ users }) => `${users.evaluated} users`,
  );
  report({ kind: "step", stage: "explain", done: 0, total: 1, unit: "users" });
  const example = await clock.time(
    "explain",
    () => exampleOf(paths, signal),
    ({ explanation }) => `user ${explanation.user}`,
  );
  const metrics = await new MetricsLog(join(paths.run, "metrics.jsonl")).read();
  const data = demoReport({
    dataset,
    seed,
    textsBy: texts.source,
    stages: clock.stages,
    metrics,
    training,
    evaluation,
    example,
  });
  await writeFileAtomic(paths.report, renderReport(data));
  return {
    dataset: { name: dataset.manifest.name, directory: absolute(paths.dataset), ...dataset.manifest.counts },
    metrics: metricsOf(evaluation, evaluation.system),
    popularity: metricsOf(evaluation, popularityDefinition.name),
    example: { user: example.explanation.user, recommendations: example.explanation.recommendations },
    report: absolute(paths.report),
    seconds: clock.seconds,
  };
}

/** Of what the stages tell: how far they are, and warnings. One line for each comes from the clock. */
function stepsAlone(report: Report): Report {
  return (event) => {
    if (event.kind === "warning") report(event);
    if (event.kind === "step") report({ ...event, note: undefined, isPart: true });
  };
}

function plant(
  { users, items, seed, signal }: Omit<DemoOptions, "out">,
  paths: DemoPaths,
  report: Report,
): Promise<Dataset> {
  return synthesiseShop({ out: paths.dataset, users, items, seed, signal }, report);
}

function describeShop({ manifest: { counts } }: Dataset): string {
  return `${counts.users} users, ${counts.items} items, ${counts.interactions} interactions`;
}

async function exampleOf(paths: DemoPaths, signal: AbortSignal | undefined): ReturnType<typeof chooseExample> {
  stopIf(signal, "explain: cancelled.");
  const run = await openRun(paths.run);
  try {
    return await chooseExample(run, await readTruth(paths.dataset), TOP);
  } finally {
    await run.recommender.dispose();
  }
}

function metricsOf({ tasks }: EvaluationRecord, system: string): BothTasks {
  const of = (task: "sequential" | "direct"): PlainMetrics => {
    const asked = tasks.find((each) => each.task === task && (each.candidates ?? "uniform") === "uniform");
    const { metrics } = asked!.systems.find(({ name }) => name === system)!;
    return Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));
  };
  return { sequential: of("sequential"), direct: of("direct") };
}
