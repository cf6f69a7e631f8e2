// What a language model is asked about a shop: calls, tokens, money, and the time of the schedule.
import { UsageError } from "../../base/errors.ts";
import { BUILT_IN_PROMPTS, costOf } from "../../reasoning/index.ts";
import { assumedLength } from "../reason/answer-lengths.ts";
import { parseReasoner } from "../reason/reasoners.ts";
import { readCurve } from "./curve.ts";
import { CURVES, RATES } from "./rates.ts";
import type { PlanSettings } from "./settings.ts";
import { simulate } from "./simulate.ts";
import type { Basis, PlannedStage } from "./stage.ts";

/** Requests of one batch file. */
const FILE_REQUESTS = 50_000;
/** A service's window for a batch. */
const WINDOW_SECONDS = 24 * 3600;
/** Steps in which a chain is asked, for items and then for users. */
const STEPS = 3;

const WAYS = { "figures-6-7/3": "apart", "one-call/1": "together", "one-call/2": "short" } as const;

/** Calls about one item or user. */
function callsOf(prompts: PlanSettings["prompts"]): number {
  return WAYS[prompts] === "apart" ? STEPS : 1;
}

export interface Questions {
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Of all items and users. Repairs are calls too. */
export function questionsOf({ users, items, prompts, llm }: PlanSettings): Questions {
  const way = WAYS[prompts];
  const isSmall = llm.startsWith("llama-cpp:");
  const repaired = RATES.callsOfAQuestion[isSmall ? "small" : "large"];
  const calls = (items + users) * callsOf(prompts) * repaired;
  const { item, user } = RATES.promptTokens[way];
  return {
    calls,
    promptTokens: (items * item + users * user) * repaired,
    completionTokens: calls * assumedLength(BUILT_IN_PROMPTS[prompts]!).tokens,
  };
}

/** @throws UsageError for a writer of no known kind, and for batches of one that takes none. */
export function reasoningStage(settings: PlanSettings): PlannedStage {
  const { users, items, histories, llm, cores } = settings;
  const { kind } = parseReasoner(llm);
  if (settings.batch && kind !== "openai") {
    throw new UsageError(
      `--batch: batches are in OpenAI's format, and --llm ${llm} is not asked so. Write --llm openai:MODEL, or leave --batch out.`,
    );
  }
  if (kind === "replay") throw new UsageError("--llm replay: recorded answers need no plan.");
  const storageBytes = (users + items) * RATES.bytes.journalOfASubject;
  const rules = readCurve(CURVES.rules, users * histories);
  if (kind === "offline") {
    const processorSeconds = rules.seconds;
    const basis: Basis = rules.beyond > 1 ? { kind: "beyond", times: rules.beyond } : { kind: "measured" };
    const { memoryMiB } = rules;
    // One thread does it.
    const seconds = processorSeconds;
    const work = `${count((users + items) * STEPS)} texts by rule`;
    return { name: "reason", work, processorSeconds, seconds, machines: 1, memoryMiB, storageBytes, cost: 0, basis };
  }
  const questions = questionsOf(settings);
  const { calls, promptTokens, completionTokens } = questions;
  const cost = costOf(questions, { input: settings.priceInput, output: settings.priceOutput });
  const tokens = `${count(promptTokens)} tokens in prompts, ${count(completionTokens)} in answers`;
  const time = settings.batch ? inBatches(settings, calls) : byCalls(settings, kind, calls, cores);
  const work = `${count(calls)} calls${time.words}, ${tokens}`;
  const { seconds, basis } = time;
  // A model in process computes on every machine of the plan.
  const machines = kind === "llama-cpp" ? settings.machines : 1;
  const hours = kind === "llama-cpp" && seconds !== undefined ? (seconds / 3600) * machines : 0;
  const { memoryMiB } = rules;
  const money = cost + hours * settings.machineHour;
  return { name: "reason", work, seconds, machines, memoryMiB, storageBytes, cost: money, basis };
}

interface Time {
  readonly seconds: number | undefined;
  readonly basis: Basis;
  readonly words: string;
}

/** Waves build on each other; how a service hurries within its window is its own affair. */
function inBatches({ prompts }: PlanSettings, calls: number): Time {
  const waves = 2 * callsOf(prompts);
  const files = Math.max(waves, Math.ceil(calls / FILE_REQUESTS));
  const seconds = waves * WINDOW_SECONDS;
  return { seconds, basis: { kind: "given" }, words: ` in ${count(files)} files and ${waves} waves` };
}

function byCalls(settings: PlanSettings, kind: string, calls: number, cores: number): Time {
  const { prompts, callsPerMinute, failures, stragglers, seed } = settings;
  const measured = RATES.smallModelCallSeconds[WAYS[prompts]];
  const taskSeconds = settings.callSeconds ?? (kind === "llama-cpp" ? measured : undefined);
  if (taskSeconds === undefined) {
    const todo = "isrf reason DIR --llm ... --estimate --sample 5 measures a call: type it as --call-seconds";
    return { seconds: undefined, basis: { kind: "unknown", todo }, words: "" };
  }
  const workers = kind === "llama-cpp" ? cores * settings.machines : settings.concurrency;
  const perSecond = callsPerMinute === undefined ? undefined : callsPerMinute / 60;
  // A chain's questions wait for each other, and users' for all items'. Repairs lengthen a question.
  const parts = callsOf(prompts);
  const repaired = calls / (parts * (settings.items + settings.users));
  const schedule = { workers, parts, taskSeconds: taskSeconds * repaired, spread: "exponential", tries: 4 } as const;
  const allowed = perSecond && perSecond / repaired;
  const phases = [settings.items, settings.users].map(
    (tasks) => simulate({ ...schedule, tasks, stragglers, failures, perSecond: allowed, seed }).seconds,
  );
  const seconds = phases.reduce((sum, phase) => sum + phase, 0);
  return { seconds, basis: { kind: settings.callSeconds === undefined ? "measured" : "given" }, words: "" };
}

/** "12,345", "1.2e+9". */
export function count(value: number): string {
  return value < 1e9 ? Math.round(value).toLocaleString("en") : value.toPrecision(2);
}
