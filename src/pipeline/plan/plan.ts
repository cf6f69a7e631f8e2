// What a shop of some size takes, from import to everybody's recommendations: work, time, memory, storage and money per
// stage, from what was measured.
import { shardsOf } from "../work/block-shards.ts";
import { readCurve } from "./curve.ts";
import { CURVES, MEASURED_ON, type Point, RATES } from "./rates.ts";
import { count, type Questions, questionsOf, reasoningStage } from "./reasoning-stage.ts";
import type { PlanSettings } from "./settings.ts";
import { simulate } from "./simulate.ts";
import type { Basis, PlannedStage } from "./stage.ts";

export interface Plan {
  readonly settings: PlanSettings;
  readonly interactions: number;
  /** What a language model is asked; absent where rules write. */
  readonly questions?: Questions | undefined;
  readonly stages: readonly PlannedStage[];
  readonly total: {
    /** Undefined where a stage's time is. */
    readonly seconds: number | undefined;
    readonly cost: number;
    readonly storageBytes: number;
    readonly memoryMiB: number;
  };
  /** What will not go as planned, and what to do. */
  readonly warnings: readonly string[];
  /** Where times and memory were measured. */
  readonly measuredOn: typeof MEASURED_ON;
}

/** Users whom preset mini answers together (`EvidenceRecommender.block`). */
const ANSWERED_BLOCK = 256;
/** Texts of a shard of `isrf embed`: 256 shards, until they have 256 batches of some 16 texts. */
const [SHARDS, SHARD_TEXTS] = [256, 4096];
/** Users whose similar ones are found together (`SIMILAR_BLOCK`; its room would load native parts). */
const SIMILAR_USERS_BLOCK = 512;
const EXACT_UP_TO = 500_000;
/** Numbers that far beyond what was measured are guesses. */
const GUESS_TIMES = 20;
/** What Node.js gives to JavaScript objects on machines of 16 GiB and more; it cannot be raised from within. */
const HEAP_MIB = 4096;
/** Of the memory: the rest is for arrays and native parts, which lie outside the heap. */
const HEAP_SHARE = 0.75;

/** @throws UsageError for a writer of texts of no known kind, or batches of one that takes none. */
export function plan(settings: PlanSettings): Plan {
  const { users, items, histories } = settings;
  const interactions = Math.round(users * histories);
  const stages = [
    importStage(settings, interactions),
    reasoningStage(settings),
    embedStage(settings),
    similarStage(settings),
    trainStage(settings, interactions),
    recommendStage(settings),
  ];
  const sum = (name: "cost" | "storageBytes") => stages.reduce((total, stage) => total + stage[name], 0);
  const times = stages.map(({ seconds }) => seconds);
  return {
    settings,
    interactions,
    questions: settings.llm === "offline" ? undefined : questionsOf(settings),
    stages,
    total: {
      seconds: times.reduce<number | undefined>(
        (total, seconds) => (total === undefined || seconds === undefined ? undefined : total + seconds),
        0,
      ),
      cost: sum("cost"),
      storageBytes: sum("storageBytes"),
      memoryMiB: Math.max(...stages.map(({ memoryMiB }) => memoryMiB)),
    },
    warnings: warningsOf(settings, stages, items),
    measuredOn: MEASURED_ON,
  };
}

function importStage(settings: PlanSettings, interactions: number): PlannedStage {
  const storageBytes = interactions * RATES.bytes.datasetOfAnInteraction;
  const work = `${count(interactions)} interactions`;
  return byCurve("import", work, CURVES.import, interactions, settings, { storageBytes });
}

function embedStage(settings: PlanSettings): PlannedStage {
  const subjects = settings.users + settings.items;
  const storageBytes = subjects * RATES.bytes.vectorsOfASubject;
  const work = `${count(subjects)} texts, ${settings.encoder}`;
  const lsa = byCurve("embed", work, CURVES.lsa, subjects, settings, { storageBytes });
  if (settings.encoder === "lsa") return lsa;
  const processorSeconds = subjects * RATES.encodedTextProcessorSeconds;
  const { memoryMiB } = lsa;
  const shards = Math.ceil(subjects / Math.min(SHARD_TEXTS, Math.ceil(subjects / SHARDS)));
  const divided = onMany("embed", work, processorSeconds, shards, settings);
  return { ...divided, memoryMiB, storageBytes, basis: { kind: "measured" } };
}

function similarStage(settings: PlanSettings): PlannedStage {
  const { users, similarUsers } = settings;
  const isExact = similarUsers === "exact" || (similarUsers === "auto" && users <= EXACT_UP_TO);
  const work = `50 of each of ${count(users)} users, ${isExact ? "exact" : "approximate"}`;
  if (!isExact) return byCurve("similar users", work, CURVES.similarApproximate, users, settings);
  const { seconds, memoryMiB, beyond } = readCurve(CURVES.similarExact, users, 2);
  const shards = shardsOf(users, SIMILAR_USERS_BLOCK).length;
  return { ...onMany("similar users", work, seconds, shards, settings), memoryMiB, basis: basisOf(beyond) };
}

function trainStage(settings: PlanSettings, interactions: number): PlannedStage {
  const steps = Math.ceil(settings.users / RATES.usersOfAStep) * settings.epochs;
  const start = readCurve(CURVES.trainingStart, interactions);
  // A step propagates over all users once; its batch does not grow.
  const step = readCurve(CURVES.trainingStep, interactions, 0.5);
  const sequence = interactions * RATES.sequenceEpochs * RATES.sequenceProcessorSeconds;
  const processorSeconds = start.seconds + steps * step.seconds + sequence;
  const work = `${count(steps)} steps of preset mini in ${settings.epochs} epochs, its sequence model, a short warm start`;
  return {
    ...onOne("train", work, processorSeconds, settings),
    memoryMiB: start.memoryMiB,
    basis: basisOf(start.beyond),
  };
}

function recommendStage(settings: PlanSettings): PlannedStage {
  const { users, items } = settings;
  // Every list ranks all items.
  const ofAList = RATES.listProcessorSeconds * Math.max(1, items / RATES.listItems);
  const processorSeconds = users * ofAList;
  const tasks = shardsOf(users, ANSWERED_BLOCK).length;
  const work = `ten items for each of ${count(users)} users`;
  return {
    ...onMany("recommend", work, processorSeconds, tasks, settings),
    memoryMiB: readCurve(CURVES.trainingStart, users * settings.histories).memoryMiB / 2,
    storageBytes: users * RATES.bytes.listOfAUser,
    basis: basisOf(items / RATES.listItems),
  };
}

function byCurve(
  name: string,
  work: string,
  curve: readonly Point[],
  size: number,
  settings: PlanSettings,
  { storageBytes = 0, growth = 1 } = {},
): PlannedStage {
  const { seconds, memoryMiB, beyond } = readCurve(curve, size, growth);
  return { ...onOne(name, work, seconds, settings), memoryMiB, storageBytes, basis: basisOf(beyond) };
}

/** On all cores of one machine. */
function onOne(name: string, work: string, processorSeconds: number, settings: PlanSettings) {
  const seconds = processorSeconds / settings.cores;
  return { name, work, processorSeconds, seconds, machines: 1, storageBytes: 0, cost: moneyOf(seconds, 1, settings) };
}

/** Divided among machines: shards through a queue. */
function onMany(name: string, work: string, processorSeconds: number, shards: number, settings: PlanSettings) {
  const { cores, failures, stragglers, seed } = settings;
  const machines = Math.min(settings.machines, shards);
  const taskSeconds = processorSeconds / shards / cores;
  const { seconds } = simulate({ tasks: shards, workers: settings.machines, taskSeconds, failures, stragglers, seed });
  const words = `${work}, ${count(shards)} shards`;
  return {
    name,
    work: words,
    processorSeconds,
    seconds,
    machines,
    storageBytes: 0,
    cost: moneyOf(seconds, machines, settings),
  };
}

function moneyOf(seconds: number, machines: number, { machineHour }: PlanSettings): number {
  return (seconds / 3600) * machines * machineHour;
}

function basisOf(beyond: number): Basis {
  return beyond > 1 ? { kind: "beyond", times: beyond } : { kind: "measured" };
}

function warningsOf(settings: PlanSettings, stages: readonly PlannedStage[], items: number): string[] {
  const warnings: string[] = [];
  for (const { name, memoryMiB, basis } of stages) {
    if (memoryMiB > settings.memoryGib * 1024) {
      const needed = Math.ceil(memoryMiB / 1024);
      warnings.push(`${name}: needs about ${needed} GiB of memory, and the machines have ${settings.memoryGib} GiB.`);
    }
    if (basis.kind === "unknown") warnings.push(`${name}: the time is unknown. ${basis.todo}.`);
    if (basis.kind === "beyond" && basis.times > GUESS_TIMES) {
      warnings.push(
        `${name}: ${Math.round(basis.times)} times the largest size that was measured; its figures are guesses.`,
      );
    }
  }
  if (settings.batch && (settings.callSeconds ?? settings.callsPerMinute) !== undefined) {
    warnings.push(
      "reason: of batches --call-seconds and --calls-per-minute say nothing; a wave takes a day at the most.",
    );
  }
  warnings.push(...heapWarning(settings, stages));
  if (settings.llm !== "offline" && settings.prompts === "figures-6-7/3" && settings.users + items > 100_000)
    warnings.push("reason: --prompts one-call/2, the default, asks a third of the calls, for shorter answers.");
  return warnings;
}

/** Sizes that were measured passed with Node.js as it is. */
function heapWarning({ memoryGib }: PlanSettings, stages: readonly PlannedStage[]): string[] {
  const large = stages.filter(({ memoryMiB, basis }) => basis.kind === "beyond" && memoryMiB > HEAP_MIB);
  if (large.length === 0) return [];
  const names = large.map(({ name }) => name).join(", ");
  const option = `NODE_OPTIONS=--max-old-space-size=${Math.floor(memoryGib * 1024 * HEAP_SHARE)}`;
  return [
    `${names}: Node.js ends a process whose JavaScript objects take about ${HEAP_MIB / 1024} GiB, whatever the machine has. Set ${option} (in MiB).`,
  ];
}
