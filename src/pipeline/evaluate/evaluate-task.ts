// One question (a task, for direct with one set of negatives) put to every system, with the checks that belong to it.
import { createHash } from "node:crypto";
import { stopIf } from "../../base/errors.ts";
import { addBytes } from "../../base/hash-of-bytes.ts";
import { silent } from "../../base/progress.ts";
import type { Candidates, Protocol, TrainingView } from "../../data/index.ts";
import * as evaluation from "../../evaluation/index.ts";
import type { DecodingCounts } from "../../generation/index.ts";
import type { Recommender, Task } from "../../recommenders/recommender.ts";
import { idRuleDefinition } from "../../recommenders/yardsticks/index.ts";
import { askAll } from "./ask.ts";
import type { Asked } from "./asked.ts";
import { usersPerBlock } from "./blocks.ts";
import { type Breakdown, breakdownOf, bucketEvaluations } from "./breakdown.ts";
import type { EvaluateOptions, System } from "./evaluate-options.ts";
import {
  type DecodingRates,
  questionName,
  type SystemEvaluation,
  type SystemRanks,
  type TaskEvaluation,
} from "./evaluation-record.ts";
import { leakageOf } from "./leakage.ts";
import { PublicAnswers } from "./public-answers.ts";
import * as questions from "./questions.ts";
import { randomScorer } from "./random-scorer.ts";

/** What all questions of one evaluation share. */
export interface Context {
  readonly options: EvaluateOptions;
  readonly asked: Asked;
  readonly panel: questions.Panel;
  readonly tasks: readonly Task[];
  readonly systems: readonly System[];
  readonly seed: number;
  readonly protocol: Protocol;
  /** What training was given. */
  readonly view: TrainingView;
  /** Users whose own held-out pair training was given as an edge, by userIndex; absent when there are none. */
  readonly leakedUsers?: Uint8Array | undefined;
  readonly names: readonly evaluation.AnyMetric[];
}

/** One question to all: next item, next item among the cold ones, or which of some candidates. */
export interface Question {
  readonly task: Task;
  readonly candidates?: Candidates | undefined;
  readonly coldItems?: Int32Array | undefined;
}

export interface TaskResult {
  readonly evaluation: TaskEvaluation;
  readonly ranks: readonly SystemRanks[];
  readonly checks: readonly evaluation.Check[];
}

/** @throws EvaluationError for impossible lists or metrics; CancelledError when aborted. */
export async function evaluateTask(context: Context, question: Question): Promise<TaskResult> {
  const { task, candidates, coldItems } = question;
  const { panel, options, seed } = context;
  const started = performance.now();
  const asked = candidates
    ? questions.directQuestions(panel, candidates, seed)
    : questions.sequentialQuestions(panel, options.split.nItems, coldItems);
  const before = candidates && contentHash(candidates, asked);
  const among = coldItems && "cold items";
  const name = questionName({ task, among, candidates: candidates?.kind });
  const ranks: SystemRanks[] = [];
  const systems: SystemEvaluation[] = [];
  const breakdown = breakdownOf(options.split, panel);
  const of = { question: name, users: panel.users, itemCounts: breakdown.itemCounts };
  for (const system of systemsFor(context, question)) {
    const result = await evaluateSystem(context, system, { asked, name, breakdown });
    systems.push(result.evaluation);
    ranks.push({ ...of, system: system.recommender.name, ranks: result.ranks });
  }
  const random = evaluation.randomExpectation(asked.answers, context.names);
  const summary: TaskEvaluation = {
    task,
    among,
    candidates: candidates?.kind,
    users: panel.users.length,
    answers: asked.answers.reduce((sum, size) => sum + size, 0) / Math.max(1, asked.answers.length),
    coldTargets: questions.coldShare(options.split, panel.targets),
    random,
    systems,
  };
  const checks = candidates
    ? [
        ...candidateChecks(panel, asked, { before: before!, after: contentHash(candidates, asked) }),
        await randomScorerCheck(context, asked, random["HR@10"]),
      ]
    : idCanaryChecks(systems, random, panel.users.length);
  checks.push(evaluation.checkLists(systems.length * panel.users.length));
  options.report?.({
    kind: "done",
    stage: name,
    detail: `${panel.users.length} users, ${systems.length} ${systems.length === 1 ? "system" : "systems"}`,
    seconds: (performance.now() - started) / 1000,
  });
  return { evaluation: summary, ranks, checks: checks.map((check) => ({ ...check, name: `${name}: ${check.name}` })) };
}

/** A canary looks at the numbers of the whole catalogue. */
function systemsFor({ systems }: Context, { task, coldItems }: Question): System[] {
  return systems.filter(
    ({ recommender, kind }) => recommender.tasks.includes(task) && !(coldItems !== undefined && kind === "canary"),
  );
}

interface Asking {
  readonly asked: questions.Questions;
  readonly name: string;
  readonly breakdown: Breakdown;
}

async function evaluateSystem(
  { options, asked: { coldItems }, panel, seed, names, protocol, leakedUsers }: Context,
  { recommender, kind, fusion }: System,
  { asked, name: question, breakdown }: Asking,
): Promise<{ evaluation: SystemEvaluation; ranks: evaluation.Ranks }> {
  const { report = silent, signal, split } = options;
  const { nItems, nUsers } = split;
  const { block = usersPerBlock(nItems, options.memoryMiB) } = options;
  const listLength = evaluation.longestCut(names);
  const counts = kind === "model" ? recommender.decoding?.counts : undefined;
  const before = counts?.();
  const started = performance.now();
  const publicAnswers =
    protocol === "paper" && kind === "model" ? new PublicAnswers(asked.task, nItems, seed) : undefined;
  const elsewhere = kind === "model" ? options.elsewhere : undefined;
  const asking = { recommender, questions: asked, panel, nItems, listLength, block, report, signal };
  const { ranks, shown, unanswered } = await askAll({ ...asking, publicAnswers, elsewhere });
  const seconds = (performance.now() - started) / 1000;
  evaluation.assertMetricInvariants(evaluation.meanMetrics(ranks), `${recommender.name}, ${question}`);
  stopIf(signal, `evaluation of ${recommender.name}: cancelled.`);
  const decoding = before && counts ? decodingRates(before, counts()) : undefined;
  const lists = shown.statistics(breakdown.owners, nUsers);
  const result: SystemEvaluation = {
    name: recommender.name,
    kind,
    metrics: evaluation.bootstrapIntervals(ranks, { seed, names }),
    seconds,
    lists,
    buckets: bucketEvaluations(ranks, breakdown),
    unanswered: unanswered === 0 ? undefined : unanswered,
    coldItemsByChance:
      coldItems !== undefined && kind !== "canary" && isBlind(recommender, asked.task) ? true : undefined,
    fusion,
    decoding,
    raw: publicAnswers?.evaluation,
    leakage: leakedUsers && leakageOf(ranks, panel.users, leakedUsers),
  };
  return { evaluation: result, ranks };
}

function isBlind({ answersColdItems = [] }: Recommender, task: Task): boolean {
  return !answersColdItems.includes(task);
}

function decodingRates(before: DecodingCounts, after: DecodingCounts): DecodingRates {
  const hypotheses = after.hypotheses - before.hypotheses;
  const share = (name: "invalid" | "duplicate" | "outside") => (after[name] - before[name]) / Math.max(1, hypotheses);
  return { hypotheses, invalid: share("invalid"), duplicate: share("duplicate"), outside: share("outside") };
}

function candidateChecks(
  panel: questions.Panel,
  asked: questions.Questions,
  { before, after }: { readonly before: string; readonly after: string },
): evaluation.Check[] {
  const size = asked.answers[0] ?? 0;
  const all = new Int32Array(asked.requests.length * size);
  asked.requests.forEach((request, i) => {
    all.set(request.candidates!, i * size);
  });
  const positions = panel.targets.map((target, i) => asked.requests[i]!.candidates!.indexOf(target));
  return [
    evaluation.checkCandidates(all, size, panel.targets),
    evaluation.checkPositions(positions, size),
    evaluation.checkUnchanged(before, after),
  ];
}

async function randomScorerCheck(
  { options, panel, seed }: Context,
  asked: questions.Questions,
  chance: number,
): Promise<evaluation.Check> {
  const { ranks } = await askAll({
    recommender: randomScorer(seed),
    questions: asked,
    panel,
    nItems: options.split.nItems,
    listLength: evaluation.LONGEST_RANK,
    block: asked.requests.length,
    report: silent,
    signal: options.signal,
  });
  return evaluation.checkRandomScorer(evaluation.meanMetrics(ranks)["HR@10"], chance, panel.users.length);
}

function idCanaryChecks(
  systems: readonly SystemEvaluation[],
  random: evaluation.Metrics,
  users: number,
): evaluation.Check[] {
  const canary = systems.find(({ name }) => name === idRuleDefinition.name);
  if (!canary) return [];
  return [evaluation.checkIdCanary({ hitRate: canary.metrics["HR@10"].value, chance: random["HR@10"], users })];
}

/** Of the stored negatives and of the very lists that systems are given. */
function contentHash({ negatives }: Candidates, { requests }: questions.Questions): string {
  const hash = addBytes(createHash("sha256"), negatives);
  for (const { candidates } of requests) addBytes(hash, candidates!);
  return hash.digest("hex");
}
