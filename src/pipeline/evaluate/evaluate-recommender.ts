// The evaluation stage: put the protocol's questions to a recommender and to the yardsticks beside it, check what
// the strict protocol demands, and write one record. Nothing here knows how a recommender works.
import { UsageError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import { productVersion } from "../../base/product-version.ts";
import { silent } from "../../base/progress.ts";
import { EVALUATION_SEED } from "../../base/seeds.ts";
import {
  heldOutPairs,
  splitHash,
  splitWords,
  type TrainingLists,
  type TrainingView,
  trainingView,
  viewHash,
} from "../../data/index.ts";
import { vectorsHash } from "../../embedding/index.ts";
import * as evaluation from "../../evaluation/index.ts";
import type { Task } from "../../recommenders/recommender.ts";
import { type Asked, askedOf } from "./asked.ts";
import type { EvaluateOptions } from "./evaluate-options.ts";
import { evaluateSentences } from "./evaluate-sentences.ts";
import { type Context, evaluateTask, type Question } from "./evaluate-task.ts";
import type { EvaluationRecord, SentenceEvaluation, SystemRanks, TaskEvaluation } from "./evaluation-record.ts";
import { ofFusedRun } from "./fused-run.ts";
import * as questions from "./questions.ts";
import { writeEvaluation } from "./store.ts";
import { systemsOf } from "./systems.ts";

/** Lists of the training view that may name no held-out item, in words. Sparing one as a negative tells which it is. */
const TRAINING_LISTS = [
  ["graph", "graph edges"],
  ["prefixes", "training segments and positives"],
  ["spared", "items spared as negatives"],
  ["explained", "pairs whose sentences are learnt"],
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
    ...viewChecks(options, context, context.view),
    ...(options.fusedView === undefined ? [] : viewChecks(options, context, options.fusedView).map(ofFusedRun)),
    ...newUserChecks(options, context),
  ];
  const candidateHashes: Record<string, string> = {};
  for (const task of context.tasks) {
    for (const question of await questionsOf(options, context.asked, task)) {
      if (question.candidates) candidateHashes[question.candidates.kind] = question.candidates.hash;
      const result = await evaluateTask(context, question);
      tasks.push(result.evaluation);
      ranks.push(...result.ranks);
      checks.push(...result.checks);
    }
  }
  const sentences = await sentencesOf(options, context);
  if (options.tasks?.length === 0 && sentences === undefined)
    throw new UsageError(`${options.recommender.name}: no task was asked for, and no sentences; nothing was written.`);
  const { dataset, recommender, splitName, directory, terms } = options;
  const { failsOnChecks = context.protocol === "strict" } = options;
  if (failsOnChecks) evaluation.assertChecks(checks, `strict evaluation of ${recommender.name}`);
  const record: EvaluationRecord = {
    format: 1,
    kind: "evaluation",
    productVersion: productVersion(),
    system: recommender.name,
    dataset: { name: dataset.manifest.name, hash: dataset.hash, asks: asksOf(options) },
    split: splitName,
    protocol: context.protocol,
    modelVersion: options.modelVersion,
    startedFrom: options.startedFrom,
    fusedWith: options.fusedWith,
    vectors: hashOfRead(options),
    seed: context.seed,
    users: { evaluated: context.panel.users.length, total: context.asked.panel.users.length },
    tasks,
    sentences,
    checks,
    fingerprint: fingerprintOf(options, context, candidateHashes),
    without: terms === undefined || terms.without.length === 0 ? undefined : terms.without,
    favourNew: terms?.favourNew || undefined,
    evidence: terms === undefined ? recommender.evidence?.learned : undefined,
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
  const { asked = await askedOf(dataset, split, splitName) } = options;
  const panel = questions.sampleOf(asked.panel, options.users, seed);
  const { metrics: names = evaluation.METRIC_NAMES } = options;
  const view = options.view ?? trainingView(protocol, dataset, split);
  const leakedUsers = heldOutPairs(view.graph, split)[splitName];
  return {
    options,
    asked,
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

async function sentencesOf(
  { recommender, sentences, splitName, report = silent, signal }: EvaluateOptions,
  { panel, view, seed }: Context,
): Promise<SentenceEvaluation | undefined> {
  const { sentences: writer } = recommender;
  if (writer === undefined || sentences === undefined) return undefined;
  const { source, most } = sentences;
  const questions = { writer, source, most, splitName, panel, learnt: view.explained, seed, report, signal };
  const evaluated = await evaluateSentences(questions);
  if (evaluated === undefined) {
    const message = `${recommender.name} is asked for no sentences: none of the ${splitName} pairs has one to compare with.`;
    report({ kind: "warning", message });
  }
  return evaluated;
}

/** Out of the whole catalogue, where items were held out also among them alone; or among each set of negatives. */
async function questionsOf(
  options: EvaluateOptions,
  { coldItems, candidateKinds, negatives }: Asked,
  task: Task,
): Promise<Question[]> {
  if (task === "sequential") return coldItems === undefined ? [{ task }] : [{ task }, { task, coldItems }];
  const sets = await Promise.all((options.candidateKinds ?? candidateKinds).map(negatives));
  return sets.map((candidates) => ({ task, candidates }));
}

/** Those that the training was given, with what they are; a model that learns no sentences was given no such pairs. */
function listsOf(view: TrainingView): (readonly [what: string, lists: TrainingLists])[] {
  return TRAINING_LISTS.flatMap(([name, what]) => {
    const lists = view[name];
    return lists === undefined ? [] : [[what, lists] as const];
  });
}

/** No list of a training names what was held out; of a split dataset, also none of what is asked for. */
function viewChecks({ dataset, split }: EvaluateOptions, { asked }: Context, view: TrainingView): evaluation.Check[] {
  const lists = listsOf(view);
  const own = lists.map(([what, list]) => evaluation.checkTrainingLists(what, list, split));
  if (dataset.manifest.split === undefined) return own;
  const { panel, coldItems } = asked;
  const cold =
    coldItems === undefined ? [] : lists.map(([what, list]) => evaluation.checkColdItems(what, list, coldItems));
  return [...own, ...lists.map(([what, list]) => evaluation.checkAsked(what, list, panel)), ...cold];
}

function newUserChecks({ dataset }: EvaluateOptions, { asked: { newUserIds = [] } }: Context): evaluation.Check[] {
  return dataset.manifest.split === undefined ? [] : [evaluation.checkNewUsers(newUserIds, new Set(dataset.users))];
}

/** Of the item vectors, where a row beside the recommender reads them. */
function hashOfRead({ itemEmbeddings, yardsticks = true, fusedWith }: EvaluateOptions): string | undefined {
  const isRead = yardsticks === true || fusedWith !== undefined;
  return isRead && itemEmbeddings !== undefined ? vectorsHash(itemEmbeddings) : undefined;
}

function asksOf({ dataset }: EvaluateOptions): string | undefined {
  const { split } = dataset.manifest;
  return split && splitWords(split.rule);
}

function fingerprintOf(
  options: EvaluateOptions,
  { protocol, panel, asked, names, view }: Context,
  candidates: Readonly<Record<string, string>>,
): evaluation.Fingerprint {
  const { recommender, dataset, split, splitName, control } = options;
  const asks = asksOf(options);
  const listLength = evaluation.longestCut(names);
  return evaluation.fingerprint({
    protocol,
    dataset: dataset.hash,
    split: splitName,
    users: questions.usersHash(panel, asked.panel.users.length),
    candidates,
    filtering: "seen and repeated items removed",
    splitHash: splitHash(split),
    training: `${view.description.graph}, ${viewHash(view).slice(0, 16)}`,
    idScheme: view.description.idScheme,
    idMap: sha256(view.itemNumbers.join(" ")),
    decoding: recommender.decoding?.kind ?? "valid items",
    questions: asks && `${asks}, ${dataset.manifest.split!.questions.slice(0, 16)}`,
    control,
    listLength: listLength === evaluation.LONGEST_RANK ? undefined : listLength,
  });
}
