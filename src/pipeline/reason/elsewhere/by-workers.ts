// `reason` by workers: a queue of jobs and an object store hold all that they must know of the run.
import { join, resolve } from "node:path";
import type { z } from "zod";
import { UsageError } from "../../../base/errors.ts";
import { removeDirectory, sha256 } from "../../../base/files.ts";
import { silent } from "../../../base/progress.ts";
import { type Dataset, splitOf } from "../../../data/index.ts";
import { type ObjectStore, openObjects, publishFolder, removeFolder } from "../../../objects/index.ts";
import { DEFAULT_PROMPTS, type PromptSet, type Reasoner } from "../../../reasoning/index.ts";
import type { workplaceSettings } from "../../work/settings.ts";
import { Workforce, workplaceOf } from "../../work/workplace.ts";
import { pricesOf } from "../plan.ts";
import { reason } from "../reason.ts";
import type { ReasonResult } from "../reason-result.ts";
import type { ReasoningSettings } from "../settings.ts";
import type { AskElsewhere, ReasonOptions } from "../work.ts";
import { coordinateWave, type RunPlace } from "./coordinate-wave.ts";
import { unhalt } from "./halt.ts";
import { folderOfRun, MOST_SUBJECTS, REASON_JOB, type RunSpec } from "./messages.ts";
import { Taking } from "./taking.ts";

/** Subjects of a shard: some minutes of a model's time. */
const SHARD_SUBJECTS = 100;
/** Inside the dataset: jobs and objects of workers of this machine. */
const FOLDER = "reasoning/.work";

export interface WorkersOptions
  extends Partial<Pick<z.output<typeof workplaceSettings>, "workers" | "queue" | "objects">> {
  /** Items or users of one job; default 100. */
  readonly shardSize?: number | undefined;
  /** A worker that is silent for so long loses its job; the same for all workers of a queue. Default 60. */
  readonly leaseSeconds?: number | undefined;
}

/** As `planReasoning` makes it. */
export type ReasoningPlan = ReasonOptions & { readonly dataset: Dataset; readonly reasoner: Reasoner };

interface Run {
  readonly plan: ReasonOptions;
  readonly dataset: Dataset;
  readonly reasoner: Reasoner;
  readonly prompts: PromptSet;
  readonly settings: ReasoningSettings;
  readonly shardSize: number;
}

/**
 * `reason` by workers: the same answers, texts and files as without.
 * @param settings those that the plan was made of: workers make reasoners of their own.
 * @throws UsageError for a sample, a batch, or Redis without objects; OperationError when a shard was set aside,
 *   after all others are done; else as `reason`.
 */
export async function reasonByWorkers(
  plan: ReasoningPlan,
  settings: ReasoningSettings,
  options: WorkersOptions,
): Promise<ReasonResult> {
  checkOptions(plan, options);
  const { dataset, reasoner, prompts = DEFAULT_PROMPTS, signal, report = silent } = plan;
  const { shardSize = SHARD_SUBJECTS, leaseSeconds } = options;
  const place = workplaceOf(options, join(dataset.directory, FOLDER));
  const run: Run = { plan, dataset, reasoner, prompts, settings, shardSize };
  const objects = await openObjects(place.objects);
  const force = { kind: REASON_JOB, most: Number.POSITIVE_INFINITY, threads: undefined, leaseSeconds, report, signal };
  const workforce = await Workforce.open(place, force);
  try {
    const key = runKey(run);
    await unhalt(objects, key);
    const result = await reason({
      ...plan,
      prompts,
      askElsewhere: askingAt(run, {
        workforce,
        objects,
        address: place.isElsewhere ? null : place.objects,
        run: key,
        spec: await putSpec(objects, run, key, place.isElsewhere),
        shardSize,
        budget: { calls: settings.budgetCalls, tokens: settings.budgetTokens, cost: settings.budgetCost },
        prices: pricesOf(settings),
      }),
    });
    // The journal has it all.
    if (result.stopped === undefined) await removeFolder(objects, folderOfRun(key));
    return result;
  } finally {
    await workforce.close();
    const isOver = options.objects !== undefined || (await isEmpty(objects));
    objects.close();
    if (isOver) await removeDirectory(place.folder);
  }
}

function checkOptions({ onlyUsers, reasoner }: ReasoningPlan, { shardSize = 1 }: WorkersOptions): void {
  if (reasoner.waves !== undefined)
    throw new UsageError("--batch and its files ask for all at once: leave --workers and --queue out with them.");
  if (onlyUsers !== undefined)
    throw new UsageError("--sample asks few questions: leave --workers and --queue out with it.");
  if (shardSize > MOST_SUBJECTS)
    throw new UsageError(`--shard-size ${shardSize}: expected ${MOST_SUBJECTS} subjects at most.`);
}

function askingAt({ dataset, reasoner, prompts, settings }: Run, place: RunPlace): AskElsewhere {
  const split = splitOf(dataset);
  return ({ tally, ...wave }) => {
    const facts = { ...settings, ...wave, dataset, split, reasoner, prompts };
    return coordinateWave(place, facts, new Taking(tally));
  };
}

/** Names all that decides what is asked, and how it is divided: the same run again finds its answers. */
function runKey({ dataset, reasoner, prompts, settings, shardSize }: Run): string {
  const { kind, model, parameters } = reasoner;
  const { seed, historyItems, historySource, historyPart, adaptItems, adaptUsers } = settings;
  const histories = [seed, historyItems, historySource, historyPart];
  const similar = [adaptItems, adaptUsers];
  return sha256(
    JSON.stringify([dataset.hash, kind, model, parameters, prompts, ...histories, ...similar, shardSize]),
  ).slice(0, 16);
}

/** The name of the object that tells workers what to do. */
async function putSpec(
  objects: ObjectStore,
  { dataset, reasoner, prompts, settings }: Run,
  key: string,
  isElsewhere: boolean,
): Promise<string> {
  const { directory, hash: datasetHash } = dataset;
  const { kind, parameters } = reasoner;
  const place = isElsewhere
    ? { folder: (await publishFolder(objects, directory, { includes: isOfDataset })).hash }
    : { path: resolve(directory) };
  const { structured = "auto" } = parameters as { readonly structured?: RunSpec["structured"] };
  const isKeyedByName = kind === "llama-cpp" && parameters.file === undefined;
  const how = { settings, prompts, structured, isKeyedByName, parameters: { ...parameters } };
  const spec: RunSpec = { format: 1, kind: "reasoning-run", dataset: place, datasetHash, ...how };
  const text = JSON.stringify(spec);
  const name = `${folderOfRun(key)}specs/${sha256(text)}.json`;
  await objects.putOnce(name, Buffer.from(text));
  return name;
}

/** Texts, vectors and what else was made of the data stay here. */
function isOfDataset(path: string): boolean {
  return !/^(reasoning|embeddings)\//.test(path);
}

async function isEmpty(objects: ObjectStore): Promise<boolean> {
  for await (const _ of objects.list("")) return false;
  return true;
}
