// The evaluation stage: put the protocol's questions to a recommender and to the yardsticks beside it, check what
// the strict protocol demands, and write one record. Nothing here knows how a recommender works.
import { UsageError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import { productVersion } from "../../base/product-version.ts";
import { EVALUATION_SEED } from "../../base/seeds.ts";
import { type Candidates, heldOutPairs, loadCandidates, splitHash, trainingView, viewHash } from "../../data/index.ts";
import * as evaluation from "../../evaluation/index.ts";
import type { Task } from "../../recommenders/recommender.ts";
import type { EvaluateOptions } from "./evaluate-options.ts";
import { type Context, evaluateTask } from "./evaluate-task.ts";
import type { EvaluationRecord, SystemRanks, TaskEvaluation } from "./evaluation-record.ts";
import * as questions from "./questions.ts";
import { writeEvaluation } from "./store.ts";
import { systemsOf } from "./systems.ts";

/** Lists of the training view that may name no held-out item, in words. Sparing one as a negative tells which it is. */
const TRAINING_LISTS = [
  ["graph", "graph edges"],
  ["prefixes", "training segments and positives"],
  ["spared", "items spared as negatives"],
] as const;

/**
 * Metrics of `recommender` and of the yardsticks over the same questions.
 * @throws UsageError for a task the recommender does not have; EvaluationError when a list, a metric pair or (under
 * `strict`) a check is impossible; CancelledError when aborted; InputError when candidates are absent or damaged.
 */
export async function evaluateRecommender(options: EvaluateOptions): Promise<EvaluationRecord> {
  const started = performance.now();
  const context = await prepare(options);
  const tasks: TaskEvaluation[] = [];
  const ranks: SystemRanks[] = [];
  const { prefixes, valid, test } = options.split;
  const checks = [
    ...(options.checks ?? []),
    evaluation.checkSplitOverlap(prefixes, valid, test),
    ...TRAINING_LISTS.map(([name, what]) => evaluation.checkTrainingLists(what, context.view[name], options.split)),
  ];
  const candidateHashes: Record<string, string> = {};
  for (const task of context.tasks) {
    for (const candidates of await candidateSets(options, task)) {
      if (candidates) candidateHashes[candidates.kind] = candidates.hash;
      const result = await evaluateTask(context, task, candidates);
      tasks.push(result.evaluation);
      ranks.push(...result.ranks);
      checks.push(...result.checks);
    }
  }
  const { dataset, recommender, splitName, directory } = options;
  const { failsOnChecks = context.protocol === "strict" } = options;
  if (failsOnChecks) evaluation.assertChecks(checks, `strict evaluation of ${recommender.name}`);
  const record: EvaluationRecord = {
    format: 1,
    kind: "evaluation",
    productVersion: productVersion(),
    system: recommender.name,
    dataset: { name: dataset.manifest.name, hash: dataset.hash },
    split: splitName,
    protocol: context.protocol,
    startedFrom: options.startedFrom,
    seed: context.seed,
    users: { evaluated: context.panel.users.length, total: options.split.nUsers },
    tasks,
    checks,
    fingerprint: fingerprintOf(options, context, candidateHashes),
    seconds: (performance.now() - started) / 1000,
  };
  return directory === undefined ? record : writeEvaluation(directory, record, ranks);
}

async function prepare(options: EvaluateOptions): Promise<Context> {
  const { recommender, dataset, split, splitName, seed = EVALUATION_SEED, protocol = "strict" } = options;
  const { tasks = recommender.tasks } = options;
  const missing = tasks.find((task) => !recommender.tasks.includes(task));
  if (missing)
    throw new UsageError(`${recommender.name} has no ${missing} task, expected ${recommender.tasks.join(" or ")}.`);
  if (options.users !== undefined && !(options.users >= 1)) {
    throw new UsageError(`evaluation: ${options.users} users, expected at least 1.`);
  }
  const users = questions.chooseUsers(split.nUsers, options.users, seed);
  const panel = questions.buildPanel(dataset, split, splitName, users);
  const { metrics: names = evaluation.METRIC_NAMES } = options;
  const view = options.view ?? trainingView(protocol, dataset, split);
  const leakedUsers = heldOutPairs(view.graph, split)[splitName];
  return {
    options,
    panel,
    tasks,
    systems: await systemsOf(options, seed),
    seed,
    protocol,
    names,
    view,
    leakedUsers: leakedUsers.includes(1) ? leakedUsers : undefined,
  };
}

async function candidateSets(options: EvaluateOptions, task: Task): Promise<(Candidates | undefined)[]> {
  if (task === "sequential") return [undefined];
  const { dataset, splitName, candidateKinds = ["uniform", "popularity"] } = options;
  const { candidatesOf = (kind) => loadCandidates(dataset, splitName, kind) } = options;
  return Promise.all(candidateKinds.map(candidatesOf));
}

function fingerprintOf(
  { recommender, dataset, split, splitName, control }: EvaluateOptions,
  { protocol, panel, names, view }: Context,
  candidates: Readonly<Record<string, string>>,
): evaluation.Fingerprint {
  const listLength = evaluation.longestCut(names);
  return evaluation.fingerprint({
    protocol,
    dataset: dataset.hash,
    split: splitName,
    users: questions.usersHash(panel.users, split.nUsers),
    candidates,
    filtering: "seen and repeated items removed",
    splitHash: splitHash(split),
    training: `${view.description.graph}, ${viewHash(view).slice(0, 16)}`,
    idScheme: view.description.idScheme,
    idMap: sha256(view.itemNumbers.join(" ")),
    decoding: recommender.decoding?.kind ?? "valid items",
    control,
    listLength: listLength === evaluation.LONGEST_RANK ? undefined : listLength,
  });
}
