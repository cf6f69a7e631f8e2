// `isrf audit RUN`: every leak of the protocol, measured on the run at hand. Settings say what should be; here counts
// only what training was given, what the model was asked and what it answered.
import { join } from "node:path";
import { writeJsonAtomic } from "../../base/files.ts";
import { type Report, silent } from "../../base/progress.ts";
import { EVALUATION_SEED } from "../../base/seeds.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { stoppable } from "../../base/stopping.ts";
import { decimals } from "../../base/written-numbers.ts";
import type { Protocol, SplitName, TrainingView } from "../../data/index.ts";
import { modelVersion } from "../../runs/model-version.ts";
import { openOptions } from "../../runs/open-options.ts";
import { type OpenRun, openRun } from "../../runs/run.ts";
import { readTrainingRecord } from "../../runs/training-record.ts";
import { askedOf } from "../evaluate/asked.ts";
import type { EvaluateOptions } from "../evaluate/evaluate-options.ts";
import { type EvaluationRecord, type Leakage, questionName } from "../evaluate/evaluation-record.ts";
import { sampleOf } from "../evaluate/questions.ts";
import { batchLeak, fillLeak, recordLeak, repeatLeak, tieLeak } from "./answer-leaks.ts";
import { type AskedTwice, askTwice } from "./ask-twice.ts";
import { CONTROLS, type ControlEvaluation, evaluateControl } from "./controls.ts";
import { absent, type Finding, found, LEAKS, present } from "./finding.ts";
import { heldOutLeaks } from "./held-out-leaks.ts";
import { numberingLeaks } from "./numbering-leaks.ts";
import { questionLeaks } from "./question-leaks.ts";
import { paddingLeak, patienceLeak, popularityLeak, tasksLeak } from "./setting-leaks.ts";
import { auditSettings } from "./settings.ts";
import { storedEvaluation } from "./stored-evaluation.ts";
import { textLeak } from "./text-leaks.ts";
import { trainingLeaks } from "./training-leaks.ts";

/** What was found last, in the run's folder. */
export const AUDIT = "audit.json";

export interface AuditRunOptions extends Given<typeof auditSettings> {
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RunAudit {
  readonly run: string;
  /** Of the model that was asked: a later one in the same folder has another. */
  readonly modelVersion: string;
  readonly model: string;
  readonly dataset: string;
  readonly protocol: Protocol;
  readonly split: SplitName;
  /** Users asked. */
  readonly users: number;
  readonly findings: readonly Finding[];
  readonly controls: readonly Pick<ControlEvaluation, "control" | "results">[];
  /** Metrics of users apart by whether their pair was an edge of the training graph; by question, where any was. */
  readonly leakage: readonly (Leakage & { readonly question: string })[];
  /** Findings that are present. */
  readonly leaks: number;
}

/**
 * Look for every leak, and keep what was found in the run's folder.
 * @throws InputError for a directory that is no trained run, or whose dataset has changed; CancelledError when stopped.
 */
export async function audit(directory: string, options: AuditRunOptions = {}): Promise<RunAudit> {
  const words = `${directory}: the audit was stopped; it writes nothing. Run the same command again.`;
  return stoppable(options.signal, words, async () => {
    const run = await openRun(directory, openOptions(options));
    try {
      const found = await auditOpenRun(run, options);
      await keep(join(directory, AUDIT), found, options.report ?? silent);
      return found;
    } finally {
      await run.recommender.dispose();
    }
  });
}

/** A folder that cannot be written to keeps nobody from what was found. */
async function keep(file: string, found: RunAudit, report: Report): Promise<void> {
  await writeJsonAtomic(file, found).catch((error: Error) =>
    report({ kind: "warning", message: `${file}: what was found could not be kept there (${error.message}).` }),
  );
}

/** The same for a run that is open already; the caller disposes of it, and nothing is kept. */
export async function auditOpenRun(run: OpenRun, options: AuditRunOptions = {}): Promise<RunAudit> {
  const { config, dataset, split, recommender, directory } = run;
  const { report = silent, signal } = options;
  const settings = settingsOf("audit", auditSettings, options);
  const version = await modelVersion(directory);
  const view = await readTrainingRecord(directory);
  const { record, ranks } = await storedEvaluation(directory, report);
  const splitName = settings.split ?? record?.split ?? "test";
  const asking: EvaluateOptions = { ...askingOptions(run, view, splitName), users: settings.users, signal };
  report({ kind: "stage", stage: "audit", detail: `${config.model}, ${splitName} items, asked twice` });
  const whoIsAsked = await askedOf(dataset, split, splitName);
  const panel = sampleOf(whoIsAsked.panel, settings.users, EVALUATION_SEED);
  const asked = await askTwice({ ...asking, asked: whoIsAsked }, dataset.directory);
  const controls = asked.refusal === undefined && settings.controls ? await askControls(asking, report) : [];
  const systems = [record, asked.evaluation].flatMap((each) => (each?.tasks ?? []).flatMap((task) => task.systems));
  const findings = [
    ...trainingLeaks(view, split),
    ...numberingLeaks(recommender.itemOrder, split),
    await textLeak(dataset, split, config),
    answerFinding(asked),
    ...questionLeaks(asked, panel, asking),
    ...heldOutLeaks(view, dataset, whoIsAsked),
    paddingLeak(config),
    repeatLeak(asked.first, systems),
    fillLeak(systems),
    popularityLeak(record),
    await patienceLeak(directory, view),
    tasksLeak(recommender.tasks),
    await batchLeak(recommender, asked.first, config.options.promptPadding),
    tieLeak(ranks),
    recordLeak(record, ranks),
    ...controls.map(controlFinding),
  ];
  return {
    run: directory,
    modelVersion: version,
    model: config.model,
    dataset: dataset.manifest.name,
    protocol: config.protocol,
    split: splitName,
    users: panel.users.length,
    findings: findings.sort((a, b) => place(a) - place(b)),
    controls: controls.map(({ control, results }) => ({ control, results })),
    leakage: leakageOf(record?.split === splitName ? record : asked.evaluation),
    leaks: findings.filter(({ verdict }) => verdict === "present").length,
  };
}

function askingOptions(
  { dataset, split, recommender, config }: OpenRun,
  view: TrainingView | undefined,
  splitName: SplitName,
): EvaluateOptions {
  return {
    recommender,
    dataset,
    split,
    splitName,
    protocol: config.protocol,
    yardsticks: false,
    failsOnChecks: false,
    view,
  };
}

async function askControls(asking: EvaluateOptions, report: Report): Promise<ControlEvaluation[]> {
  const evaluations: ControlEvaluation[] = [];
  for (const control of CONTROLS) {
    report({ kind: "stage", stage: "audit", detail: `control ${control}` });
    evaluations.push(await evaluateControl(control, asking));
  }
  return evaluations;
}

function answerFinding({ refusal, first }: AskedTwice): Finding {
  if (refusal !== undefined) return present("answers", `the evaluation refuses an answer: ${refusal}`);
  return absent(
    "answers",
    `${first.length} lists were rankings of their answer space: sorted, distinct, allowed items`,
  );
}

function controlFinding({ control, results }: ControlEvaluation): Finding {
  const figures = results.map(
    ({ question, hitRate, reference, limit }) =>
      `${question} HR@10 ${decimals(hitRate)} (${control === "random-ids" ? "chance" : "counting the targets"} ${decimals(reference)}, limit ${decimals(limit)})`,
  );
  return found(
    "controls",
    results.some(({ verdict }) => verdict === "fail"),
    `${control}: ${figures.join(", ")}`,
    Object.fromEntries(results.map(({ question, hitRate }) => [question, hitRate])),
  );
}

function leakageOf(record: EvaluationRecord | undefined): RunAudit["leakage"] {
  return (record?.tasks ?? []).flatMap((task) => {
    const leakage = task.systems[0]?.leakage;
    return leakage === undefined ? [] : [{ question: questionName(task), ...leakage }];
  });
}

/** In the order of the protocol's list. */
function place({ leak }: Finding): number {
  return Object.keys(LEAKS).indexOf(leak);
}
