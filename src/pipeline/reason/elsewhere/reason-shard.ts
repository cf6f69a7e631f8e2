// A worker's part of a reasoning run: the chains of some subjects, asked and put into the object store. Done twice, it
// asks nothing twice.
import { z } from "zod";
import { InputError } from "../../../base/errors.ts";
import type { Report } from "../../../base/progress.ts";
import { sortedJson } from "../../../base/sorted-json.ts";
import { type Dataset, openDataset, type Split, splitOf } from "../../../data/index.ts";
import type { ObjectStore } from "../../../objects/index.ts";
import {
  BudgetReached,
  costOf,
  emptyTally,
  fromReasoner,
  isComplete,
  itemSubject,
  LONGEST_ANSWER,
  type Reasoner,
  type Subject,
  Usefulness,
  userSubject,
  walkChain,
} from "../../../reasoning/index.ts";
import { folderHere } from "../../work/places.ts";
import { runLanes } from "../lanes.ts";
import { pricesOf, reasonerOptionsOf } from "../plan.ts";
import { makeReasoner } from "../reasoners.ts";
import { AnswerLog, readAnswers } from "./answer-log.ts";
import { concernsAll, halt, whyHalted } from "./halt.ts";
import {
  type Allowance,
  answersFolder,
  type ReasonShard,
  type RunSpec,
  type ShardResult,
  specSchema,
} from "./messages.ts";

/** What a worker keeps open from shard to shard. */
export interface OpenedRun {
  readonly spec: RunSpec;
  readonly dataset: Dataset;
  readonly split: Split;
  /** Of all answers that this worker had, whatever the size of its shards. */
  readonly usefulness: Usefulness;
}

/** FEATURE texts by item index. */
export type Features = readonly (string | undefined)[];

export interface ShardWork extends OpenedRun {
  readonly features: Features;
  readonly objects: ObjectStore;
  /** Addresses and keys of model servers. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears how many of the shard's subjects are at their end. */
  readonly onDone?: ((done: number) => void) | undefined;
}

/**
 * @throws CancelledError when the signal fires; OperationError when the reasoner or the store fails. What was answered
 *   is kept in each case.
 */
export async function reasonShard(shard: ReasonShard, work: ShardWork): Promise<ShardResult> {
  const { objects, spec, dataset } = work;
  const halted = await whyHalted(objects, shard.run);
  if (halted !== undefined) return { complete: 0, halted };
  const known = shard.known === undefined ? [] : await readAnswers(objects, shard.known);
  const log = await AnswerLog.open({ objects, folder: answersFolder(shard), round: shard.round }, known);
  const reasoner = reasonerOf(shard, work, log);
  const ask = fromReasoner({
    journal: log,
    reasoner,
    prompts: spec.prompts,
    tally: emptyTally(),
    attempts: spec.settings.attempts,
    isOver: log.isOfThisRound,
    signal: work.signal,
  });
  const wording = { domain: dataset.manifest.domain, prompts: spec.prompts };
  let complete = 0;
  const askAndKeep: typeof ask = async (request) => {
    const answer = await ask(request);
    await log.settle();
    return answer;
  };
  const chain = async (index: number) => {
    if (isComplete(await walkChain(subjectAt(shard, work, index), wording, askAndKeep))) complete++;
    return true;
  };
  const skip = new Set(shard.skip);
  const indices = Array.from({ length: shard.to - shard.from }, (_, n) => shard.from + n).filter((n) => !skip.has(n));
  try {
    await runLanes(indices, { lanes: reasoner.concurrency, work: chain, onDone: work.onDone, signal: work.signal });
    return { complete };
  } catch (error) {
    if (error instanceof BudgetReached) return { complete, stopped: error.message };
    if (!concernsAll(error)) throw error;
    work.usefulness.reset();
    await halt(objects, shard.run, error.message);
    return { complete, halted: error.message };
  } finally {
    await log.close();
  }
}

function subjectAt({ wave }: ReasonShard, { spec, dataset, split, features }: ShardWork, index: number): Subject {
  if (wave === "items") return itemSubject(dataset, index);
  return userSubject(dataset, split, features, index, spec.settings);
}

function reasonerOf(shard: ReasonShard, work: ShardWork, log: AnswerLog): Reasoner {
  const { spec, dataset, split, usefulness, environment = process.env, report } = work;
  const budget = left(shard.allowance, log.spent(), spec);
  const { settings, structured, isKeyedByName, parameters } = spec;
  // Rules have none.
  const maxTokens = typeof parameters.maxTokens === "number" ? parameters.maxTokens : LONGEST_ANSWER.usual;
  const keyedContextTokens = typeof parameters.contextTokens === "number" ? parameters.contextTokens : undefined;
  const form = { structured, isKeyedByName, keyedContextTokens, maxTokens };
  const options = { ...reasonerOptionsOf(settings, form), budget, usefulness };
  const reasoner = makeReasoner(settings.llm, dataset, split, options, environment, report);
  const [found, expected] = [reasoner.parameters, spec.parameters].map(sortedJson);
  if (found === expected) return reasoner;
  throw new InputError({ where: `the model of this worker, ${settings.llm}`, found: found!, expected: expected! });
}

/** What is left of an allowance: calls that another worker paid for before it was killed count. */
function left(
  { calls, tokens, cost }: Allowance,
  spent: ReturnType<AnswerLog["spent"]>,
  { settings }: RunSpec,
): Allowance {
  const { promptTokens, completionTokens } = spent;
  const less = (limit: number | undefined, used: number) => (limit === undefined ? undefined : limit - used);
  return {
    calls: less(calls, spent.calls),
    tokens: less(tokens, promptTokens + completionTokens),
    cost: less(cost, costOf(spent, pricesOf(settings))),
  };
}

/**
 * The run that an object tells of, its dataset fetched and opened.
 * @throws InputError for a dataset that is another; MissingObjectError where the run is over.
 */
export async function openRun(
  name: string,
  { objects, cache, report }: { readonly objects: ObjectStore; readonly cache: string; readonly report: Report },
): Promise<OpenedRun> {
  const parsed = specSchema.safeParse(JSON.parse(Buffer.from(await objects.get(name)).toString()));
  if (!parsed.success) {
    const todo = "Give coordinator and workers the same version of isrf.";
    throw new InputError({ where: name, found: z.prettifyError(parsed.error), expected: "what a run asks", todo });
  }
  const spec = parsed.data;
  const directory = await folderHere(spec.dataset, objects, cache);
  const dataset = await openDataset(directory, report);
  if (dataset.hash !== spec.datasetHash) {
    const expected = `those of the run (${spec.datasetHash.slice(0, 12)})`;
    throw new InputError({ where: directory, found: `other data (${dataset.hash.slice(0, 12)})`, expected });
  }
  return { spec, dataset, split: splitOf(dataset), usefulness: new Usefulness() };
}

export async function readFeatures(objects: ObjectStore, name: string): Promise<Features> {
  const texts = JSON.parse(Buffer.from(await objects.get(name)).toString()) as readonly (string | null)[];
  return texts.map((text) => text ?? undefined);
}
