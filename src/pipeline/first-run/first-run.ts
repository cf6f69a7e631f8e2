// From the files of a shop to a trained model, its measure and its answers: everything in one folder, and the same
// command again goes on where it stopped.
import { rm, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { InputError, UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { withLock } from "../../base/lock.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { shellWord } from "../../base/shell-word.ts";
import { stoppable } from "../../base/stopping.ts";
import {
  type Dataset,
  type ImportOptions,
  importAndTell,
  openDataset,
  shownAddress,
  type Understanding,
  withThreads,
} from "../../data/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import { answererNamed } from "../../runs/answered-by.ts";
import { absolute } from "../../runs/run.ts";
import type { LanguageModelCost } from "../chain/index.ts";
import {
  type Answerer,
  type ChainResult,
  checkChoices,
  Ledger,
  planTraining,
  runChain,
  type ShowUsers,
  showSpread,
  stepsAlone,
} from "../chain/index.ts";
import type { Explanation } from "../explain/index.ts";
import type { ReportStage } from "../report/index.ts";
import { withinMinutes } from "../train/index.ts";
import { type ChoosingOptions, chooseAnswerer } from "./choose-answerer.ts";
import { claimDirectory, FIRST_RUN, type FirstRunPaths, pathsIn } from "./directory.ts";
import { importFacts } from "./inputs.ts";
import { type NextCommand, nextCommands } from "./next-commands.ts";
import { firstRunSettings } from "./settings.ts";
import { textSeconds } from "./text-time.ts";
import { type Verdict, verdictsOf } from "./verdict.ts";

export interface FirstRunOptions extends Given<typeof firstRunSettings> {
  /** The file of interactions, or the folder of a data set; none where the settings name them. */
  readonly files: readonly string[];
  /** The command line, without the program, for the report and for what to type next. */
  readonly commandLine?: readonly string[] | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FirstRunResult {
  readonly directory: string;
  readonly dataset: {
    readonly name: string;
    readonly directory: string;
    readonly users: number;
    readonly items: number;
    readonly interactions: number;
  };
  /** What was understood of the files. */
  readonly understood: Understanding;
  /** Who wrote the texts, and what a language model would be asked instead. */
  readonly texts: {
    readonly source: string;
    readonly isRuleBased: boolean;
    readonly languageModel?: LanguageModelCost | undefined;
  };
  readonly vectors: { readonly name: string; readonly encoder: string; readonly dimensions: number };
  readonly training: {
    readonly run: string;
    readonly model: string;
    readonly preset: string;
    /** Why this preset. */
    readonly why: string;
    readonly epochs: number;
    readonly bestEpoch: number;
    readonly stopped: string;
    readonly seconds: number;
    readonly preparationSeconds: number;
    readonly preparation: readonly ReportStage[];
  };
  readonly verdicts: readonly Verdict[];
  /** Who recommends, and why. */
  readonly answersBy: string;
  readonly answerer?: Answerer | undefined;
  /** Their recommendations, each with its evidence. */
  readonly users: readonly Explanation[];
  /** Path of the HTML file. */
  readonly report: string;
  readonly next: readonly NextCommand[];
  /** Of a stage that was not done again, what it once took. */
  readonly stages: readonly ReportStage[];
  /** Of this call. */
  readonly seconds: number;
}

const SHOWN_USERS = 5;

/** What writing texts by rule may take of the time. */
const TEXT_SHARE = 0.25;

/**
 * Import, reason, embed, train, evaluate, recommend, report.
 * @throws UsageError when `out` holds other files; whatever the import and the stages throw, as they throw it;
 * InUseError when another run works there; CancelledError when stopped.
 */
export async function firstRun(options: FirstRunOptions): Promise<FirstRunResult> {
  const settings = settingsOf("run", firstRunSettings, options);
  const { out } = settings;
  checkChoices(settings);
  answererNamed(settings.model, "isrf");
  const words = `${out}: stopped; what is done is kept. Run the same command again to go on.`;
  return stoppable(options.signal, words, async () => {
    const paths = pathsIn(out);
    const leaveNothing = await claimDirectory(out);
    try {
      return await withLock(paths.lock, { command: "isrf run" }, () => runStages(options, paths));
    } catch (error) {
      if (!(await exists(paths.dataset))) await leaveNothing();
      throw error;
    }
  });
}

async function runStages(options: FirstRunOptions, paths: FirstRunPaths): Promise<FirstRunResult> {
  const { report: tell = silent, signal, commandLine = ["run", ...options.files, "--out", options.out] } = options;
  const again = commandLine.map(shownAddress);
  const settings = settingsOf("run", firstRunSettings, options);
  const { out, minutes, preset, model, llm, encoder, device, threads, seed } = settings;
  tell({ kind: "stage", stage: "run", detail: `into ${out}` });
  const ledger = await Ledger.open(paths.ledger, FIRST_RUN.kind, tell);
  const { dataset, understood } = await importStage(options, settings, { paths, ledger });
  const plan = planTraining(dataset.manifest.counts, minutes, preset);
  const report = stepsAlone(tell);
  const chain = await runChain({
    dataset,
    paths,
    ledger,
    seed,
    device,
    threads,
    llm,
    writesTexts: llm !== undefined || textSeconds(dataset.manifest.counts) < TEXT_SHARE * 60 * minutes,
    asksCost: true,
    encoder,
    preset: plan?.preset ?? preset!,
    overrides: plan?.overrides ?? withinMinutes(minutes, trainable("isrf"), { preset: preset!, threads: 1 }),
    evaluatedUsers: plan?.evaluatedUsers,
    show: showByBest({ model, users: plan?.evaluatedUsers, signal }, report),
    showFacts: { "--model": model ?? "what wins on validation items" },
    words: { title: dataset.manifest.name, command: ["isrf", ...again].map(shellWord).join(" ") },
    report,
    signal,
  });
  const why = plan?.why ?? `preset ${preset}, as asked`;
  const isLimited = plan?.isLimited ?? true;
  return resultOf(chain, { paths, ledger, dataset, why, again, minutes, isLimited, out, understood });
}

/** Some users' recommendations by whoever is chosen, with the evidence that the model has for them. */
function showByBest(choosing: ChoosingOptions, report: Report): ShowUsers {
  return async (run) => {
    const { answerer, run: answered } = await chooseAnswerer(run, choosing);
    const by = answered.recommender;
    const shown = await showSpread({ users: SHOWN_USERS, by, report, signal: choosing.signal })(run);
    return shown.map((each) => ({ ...each, answerer }));
  };
}

type Settings = ReturnType<typeof settingsOf<typeof firstRunSettings>>;

async function importStage(
  { files, report: tell = silent, signal }: FirstRunOptions,
  { out, minutes: _m, preset: _p, model: _a, llm: _l, encoder: _e, device: _d, threads, seed, ...given }: Settings,
  { paths, ledger }: { readonly paths: FirstRunPaths; readonly ledger: Ledger },
): Promise<{ readonly dataset: Dataset; readonly understood: Understanding }> {
  const source = await sourceOf(files, given.dir);
  const name = given.name ?? basename(resolve(out));
  const options = { ...given, ...source, name, seed };
  // What was understood of the files is worth a line of its own.
  const report: Report = (event) => (event.kind === "notice" ? tell(event) : stepsAlone(tell)(event));
  let dataset: Dataset | undefined;
  const { understood } = await ledger.stage({
    name: "import",
    facts: await importFacts(options),
    isWhole: async ({ hash }) => {
      dataset = await openDataset(paths.dataset);
      return dataset.hash === hash;
    },
    work: async () => {
      const overwrite = await exists(paths.dataset);
      const imported = await withThreads(threads, () =>
        importAndTell({ ...options, out: paths.dataset, overwrite, signal }, report),
      );
      dataset = imported.dataset;
      await refuseTooFew(dataset);
      return { ...dataset.manifest.counts, hash: dataset.hash, understood: imported.understanding };
    },
    detail: ({ users, items, interactions: count }) => `${users} users, ${items} items, ${count} interactions`,
  });
  return { dataset: dataset!, understood };
}

/** A folder is that of a data set, as after `--dir`; a file holds interactions. */
async function sourceOf(
  files: readonly string[],
  dir: string | undefined,
): Promise<Pick<ImportOptions, "dir" | "interactions">> {
  const [first, ...further] = files;
  if (first === undefined && dir !== undefined) return { dir };
  if (first === undefined) {
    throw new UsageError(
      "run: no file is named. For example: isrf run purchases.csv --items catalogue.csv --out shop; --dir reads a folder.",
    );
  }
  if (further.length > 0) return { interactions: files };
  const isFolder = await stat(first).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? { dir: first } : { interactions: first };
}

/** Below these nothing can be learned or measured. */
const LEAST_USERS = 4;
const LEAST_ITEMS = 5;

/** @throws InputError for a dataset of fewer, which is removed: nothing that is refused stays behind. */
async function refuseTooFew({ directory, manifest }: Dataset): Promise<void> {
  const { users, items } = manifest.counts;
  if (users >= LEAST_USERS && items >= LEAST_ITEMS) return;
  await rm(directory, { recursive: true, force: true });
  throw new InputError({
    where: directory,
    found: `${users} users and ${items} items after the filters`,
    expected: `at least ${LEAST_USERS} users and ${LEAST_ITEMS} items to train on`,
    todo: "Lower --k-core and --min-length, or give more data.",
  });
}

interface ResultFacts {
  readonly paths: FirstRunPaths;
  readonly ledger: Ledger;
  readonly dataset: Dataset;
  readonly why: string;
  readonly again: readonly string[];
  readonly minutes: number;
  readonly isLimited: boolean;
  readonly out: string;
  readonly understood: Understanding;
}

function resultOf(
  { texts, vectors, training, evaluation, shown }: ChainResult,
  { paths, ledger, dataset, why, again, minutes, isLimited, out, understood }: ResultFacts,
): FirstRunResult {
  const { config, summary, seconds, preparationSeconds, preparation = [] } = training;
  const { preset } = config;
  const { source, isRuleBased, languageModel } = texts;
  const users = shown.map(({ explanation }) => explanation);
  const answerer = shown[0]?.answerer;
  const answersBy = answerer?.name ?? evaluation.system;
  const by = answersBy === evaluation.system ? undefined : answersBy;
  return {
    directory: absolute(out),
    dataset: { name: dataset.manifest.name, directory: absolute(paths.dataset), ...dataset.manifest.counts },
    understood,
    texts: { source, isRuleBased, languageModel },
    vectors: { name: vectors.name, encoder: vectors.encoder, dimensions: vectors.dimensions },
    training: {
      run: absolute(paths.run),
      model: config.model,
      preset,
      why,
      epochs: summary.epoch,
      bestEpoch: summary.bestEpoch,
      stopped: summary.stopped,
      seconds,
      preparationSeconds,
      preparation,
    },
    verdicts: verdictsOf(evaluation),
    answersBy,
    answerer,
    users,
    report: absolute(paths.report),
    next: nextCommands({ out, again, user: users[0]!.user, by, minutes, isLimited, preset, isRuleBased }),
    stages: ledger.stages,
    seconds: ledger.seconds,
  };
}
