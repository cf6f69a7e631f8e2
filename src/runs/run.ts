// A run directory: what was trained, from what, with which settings; and opening it again.

import { join, resolve } from "node:path";
import { z } from "zod";
import { InputError, UsageError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { nearIds } from "../base/near-ids.ts";
import { asRecord } from "../base/records.ts";
import { readSealedJson, writeSealedJson } from "../base/sealed-json.ts";
import {
  type Dataset,
  filterWords,
  ITEM_NUMBERS,
  type Item,
  leftOutUsers,
  PROTOCOLS,
  type Split,
  splitOf,
} from "../data/index.ts";
import { type CompileOptions, DEVICES } from "../engine/index.ts";
import type { Recommender } from "../recommenders/recommender.ts";
import { trainable } from "../recommenders/registry.ts";
import { Checkpoints } from "../training/checkpoints.ts";
import { type AddedItems, readAddedItems } from "./added-items.ts";
import { type LaterVersion, translated } from "./later-version.ts";
import { openRunDataset, openRunVersion, runDatasetSchema } from "./run-dataset.ts";
import { readRunIds } from "./run-ids.ts";

const originSchema = z.object({
  /** Where it was, absolute. */
  directory: z.string(),
  /** The same relative to the run, where there is such a path. */
  beside: z.string().optional(),
  /** Of the checksums of its best checkpoint. */
  hash: z.string(),
  /** Users and items that it had. */
  known: z.object({ users: z.number().int(), items: z.number().int() }),
});

/** The run whose parameters a training started from. */
export type RunOrigin = z.infer<typeof originSchema>;

const runSchema = z.object({
  format: z.literal(1),
  kind: z.literal("run"),
  productVersion: z.string(),
  model: z.string(),
  preset: z.string(),
  options: z.record(z.string(), z.unknown()),
  seed: z.number().int(),
  protocol: z.enum(PROTOCOLS),
  /** Absent: "prefix" under `strict`, the source's under `paper`. */
  itemNumbers: z.enum(ITEM_NUMBERS).optional(),
  device: z.enum(DEVICES),
  dataset: runDatasetSchema,
  embeddings: z
    .object({
      name: z.string(),
      textsBy: z.string(),
      itemTextHash: z.string(),
      userTextHash: z.string(),
      /** SHA-256 of the vectors (`vectorsDigest`). Absent in runs of older versions. */
      vectorsDigest: z.string().optional(),
      /** User texts were made from full histories, held-out items included. */
      userHistory: z.literal("full").optional(),
    })
    .nullable(),
  /** Absent: from fresh parameters. */
  from: originSchema.optional(),
  /**
   * Sentences of the dataset's review files, by their hash, where the run was given them: `learnt` by its third task,
   * which else learns reasoned texts, or as the pairs of protocol `paper`.
   */
  reviews: z.object({ files: z.array(z.string()), hash: z.string(), learnt: z.boolean() }).optional(),
  /** SHA-256 of the reasoned texts that its third task learns. Absent: it learns none, or an older version made it. */
  learntTexts: z.string().optional(),
});

export type RunConfig = z.infer<typeof runSchema>;

export const CONFIG = "config.json";
const TRAIN_AGAIN = "Train the run again, into another --out.";

/** Held by whoever trains into a run's directory. */
export const RUN_LOCK = ".lock";

/** True when `directory` holds a run, finished or not. */
export function isRun(directory: string): Promise<boolean> {
  return exists(join(directory, CONFIG));
}

export async function writeRunConfig(directory: string, config: RunConfig): Promise<void> {
  await writeSealedJson(join(directory, CONFIG), config);
}

/** @throws InputError for a directory that is no run or of another version. */
export async function readRunConfig(directory: string): Promise<RunConfig> {
  const where = join(directory, CONFIG);
  if (!(await exists(where))) {
    throw new InputError({
      where: directory,
      found: "no config.json",
      expected: "a run directory made by `isrf train`",
      todo: (await isRun(join(directory, "run")))
        ? `Name ${join(directory, "run")}: there lies what \`isrf run\` trained.`
        : "Name the --out of a training.",
    });
  }
  const { value } = await readSealedJson(where, TRAIN_AGAIN);
  return asRecord(where, value, runSchema, {
    expected: "the settings of a run of this version",
    todo: TRAIN_AGAIN,
  });
}

export interface OpenRun {
  readonly directory: string;
  readonly config: RunConfig;
  readonly dataset: Dataset;
  readonly split: Split;
  readonly recommender: Recommender;
  /** Present where `dataset` is a later version, in the numbers of the run. */
  readonly later?: LaterVersion | undefined;
  /** Present where `dataset.items` ends in items that were added to the run. */
  readonly added?: AddedItems | undefined;
}

export interface OpenRunOptions {
  readonly dataset?: string | undefined;
  readonly compile?: CompileOptions | undefined;
  /** Whether `dataset` may name a later version of the run's data. Default false. */
  readonly acceptsLater?: boolean | undefined;
  /** Take items along that were added to the run, behind those of the dataset. Default false: as it was trained. */
  readonly addedItems?: boolean | undefined;
}

/**
 * A run with its dataset and its best checkpoint. `dataset` names the dataset's place when it has moved.
 * @throws InputError when nothing is trained yet, a part beside the checkpoint is missing, or the dataset is not the
 *   one the run was trained on.
 */
export async function openRun(directory: string, options: OpenRunOptions = {}): Promise<OpenRun> {
  const config = await readRunConfig(directory);
  const checkpoint = await Checkpoints.ofRun(directory).open("best");
  if (checkpoint === undefined) {
    throw new InputError({
      where: directory,
      found: "no checkpoint after a whole epoch",
      expected: "a trained run",
      todo: `Go on with \`isrf train ... --out ${directory} --resume\`.`,
    });
  }
  await refuseLostParts(directory, config);
  const added = options.addedItems === true ? await readAddedItems(directory, config) : undefined;
  const data = await dataOf(directory, config, options, added?.entries.map(({ item }) => item) ?? []);
  const { device = config.device, threads } = options.compile ?? {};
  const recommender = await trainable(config.model).load(checkpoint, { device, threads }, directory, added?.vectors);
  return { directory, config, ...data, recommender, added };
}

/** A run that its backbone alone would answer, as if it had never been given more. */
async function refuseLostParts(directory: string, { model, options }: RunConfig): Promise<void> {
  for (const { name } of trainable(model).folders?.(options) ?? []) {
    const where = join(directory, name);
    if (await exists(where)) continue;
    throw new InputError({
      where,
      found: "nothing",
      expected: "a part that the run answers from",
      todo: `Copy it too if the run was copied; if its training has not ended, \`isrf train ... --out ${directory} --resume\`.`,
    });
  }
}

async function dataOf(
  directory: string,
  { dataset: of }: RunConfig,
  { dataset: named, acceptsLater = false }: OpenRunOptions,
  added: readonly Item[],
): Promise<Pick<OpenRun, "dataset" | "split" | "later">> {
  const open = acceptsLater ? openRunVersion : openRunDataset;
  const known = await open(directory, of, named);
  if (known.hash === of.hash) {
    const dataset = added.length === 0 ? known : { ...known, items: [...known.items, ...added] };
    return { dataset, split: splitOf(dataset) };
  }
  const version = known.manifest.lineage!.find(({ hash }) => hash === of.hash)!;
  return translated(known, await readRunIds(directory, of), version.counts.interactions, added);
}

/** userIndex of an external id. @throws UsageError that says whether it was left out or mistyped. */
export async function userIndexOf(dataset: Dataset, userId: string): Promise<number> {
  const index = dataset.users.indexOf(userId);
  if (index >= 0) return index;
  const where = `user ${userId} is not in ${dataset.directory}`;
  if ((await leftOutUsers(dataset, [userId])).has(userId))
    throw new UsageError(`${where}: the filters of the import (${filterWords(dataset)}) left this user out.`);
  const near = nearIds(userId, dataset.users);
  throw new UsageError(
    `${where}; ${near.length === 0 ? `a known one is ${dataset.users[0]}.` : `did you mean ${near.join(" or ")}?`}`,
  );
}

/** Absolute form of a path, stored in configs. */
export const absolute = (path: string): string => resolve(path);
