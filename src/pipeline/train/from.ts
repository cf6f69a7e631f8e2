// A training that starts from a finished run: the run's settings where nothing else is asked, what must not differ from
// it, and its rows of users and items by their ids.
import { join, resolve } from "node:path";
import { CHECKSUMS } from "../../base/checksums.ts";
import { InputError, UsageError } from "../../base/errors.ts";
import { exists, sha256File } from "../../base/files.ts";
import type { Dataset, Split, TrainingView } from "../../data/index.ts";
import type { TrainableDefinition } from "../../recommenders/definition.ts";
import { factsOf, type Group, type Values } from "../../recommenders/options/index.ts";
import { countKnown, knownRows, type WarmFrom } from "../../recommenders/warm-from.ts";
import { type RunConfig, type RunOrigin, readRunConfig } from "../../runs/run.ts";
import { pathBetween, placesOf } from "../../runs/run-dataset.ts";
import { readRunIds } from "../../runs/run-ids.ts";
import { readTrainingRecord } from "../../runs/training-record.ts";
import { Checkpoints } from "../../training/checkpoints.ts";

/** What a model is: another value of these makes another one of it. Others may change from day to day. */
const SHAPING: ReadonlySet<Group> = new Set(["backbone", "words", "model"]);

/** A finished run that is started from. */
export interface Origin {
  readonly directory: string;
  readonly config: RunConfig;
  readonly checkpoint: string;
  /** Of the checkpoint. */
  readonly hash: string;
}

/** @throws InputError when `directory` holds no run that was trained for an epoch. */
export async function openOrigin(directory: string): Promise<Origin> {
  const config = await readRunConfig(directory);
  const checkpoint = await Checkpoints.ofRun(directory).open("best");
  if (checkpoint === undefined || !(await exists(join(checkpoint, CHECKSUMS)))) {
    throw new InputError({
      where: directory,
      found: "no checkpoint after a whole epoch",
      expected: "a trained run to start from",
      todo: `Go on with it by \`isrf train ... --out ${directory} --resume\`, or name another run with --from.`,
    });
  }
  return { directory, config, checkpoint, hash: await sha256File(join(checkpoint, CHECKSUMS)) };
}

/** Settings of the run, for whatever is not asked otherwise. */
export function inherited({ config }: Origin) {
  const { model, preset, seed, protocol, itemNumbers, embeddings } = config;
  return { model, preset, seed, protocol, itemNumbers, embeddings: embeddings?.name };
}

/**
 * Options of the run as far as they can be set, under what a user sets (`given`). Its parts of a batch are left out
 * where they do not divide the user's: others then follow from the preset.
 */
export function inheritedOptions(
  { config }: Pick<Origin, "config">,
  { options: { schema, fixed = {} } }: Pick<TrainableDefinition, "options">,
  given: Values,
): Values {
  const { batch, accumulate = config.options.accumulate } = given;
  const fits = batch === undefined || Number(batch) % Number(accumulate) === 0;
  const isOption = ([name]: [string, unknown]) =>
    Object.hasOwn(schema.shape, name) && !(name in fixed) && (fits || name !== "accumulate");
  return Object.fromEntries(Object.entries(config.options).filter(isOption));
}

/** @throws UsageError for another system, InputError for options that make another model of it. */
export function refuseOthers(
  { directory, config }: Origin,
  definition: TrainableDefinition,
  asked: Pick<RunConfig, "protocol" | "itemNumbers" | "options">,
): void {
  const leaveOut = (name: string) => `Leave ${name} out, or train without --from.`;
  if (definition.name !== config.model)
    throw new UsageError(
      `model ${definition.name}: ${directory} is a run of ${config.model}, and another model has other parameters. ${leaveOut("--model")}`,
    );
  if (!definition.startsFromRuns)
    throw new UsageError(`model ${config.model} cannot start from a run yet. Train without --from.`);
  if (asked.protocol !== config.protocol)
    throw new UsageError(
      `protocol ${asked.protocol}: ${directory} was trained under ${config.protocol}, and has seen what that shows. ${leaveOut("--protocol")}`,
    );
  if ((asked.itemNumbers ?? "prefix") !== (config.itemNumbers ?? "prefix"))
    throw new UsageError(
      `itemNumbers ${asked.itemNumbers ?? "prefix"}: ${directory} has learnt others. ${leaveOut("--item-numbers")}`,
    );
  const shaping = factsOf(definition.options.schema).filter(({ group }) => SHAPING.has(group));
  const wrong = shaping.filter(({ name }) => name in config.options && config.options[name] !== asked.options[name]);
  if (wrong.length === 0) return;
  const values = (of: Values) => wrong.map(({ name }) => `${name} ${String(of[name])}`).join(", ");
  throw new InputError({
    where: directory,
    found: values(config.options),
    expected: `${values(asked.options)}, as asked: parameters of the one do not fit into the other`,
    todo: `Leave ${wrong.map(({ name }) => `--set ${name}`).join(", ")} out (and --preset, where that says so), or train without --from.`,
  });
}

/** What the new run keeps of it. */
export async function describeOrigin(
  out: string,
  { directory, config, hash }: Origin,
  dataset: Dataset,
): Promise<RunOrigin> {
  refuseElsewhere(directory, config, dataset);
  const { users, items } = await rowsOf(directory, config, dataset);
  return {
    directory: resolve(directory),
    beside: await pathBetween(out, directory),
    hash,
    known: { users: countKnown(users), items: countKnown(items) },
  };
}

async function rowsOf(directory: string, config: RunConfig, { users, items }: Dataset) {
  const ids = await readRunIds(directory, config.dataset);
  return {
    users: knownRows(ids.users, users),
    items: knownRows(
      ids.items,
      items.map(({ itemId }) => itemId),
    ),
  };
}

/** What the training takes over, and what the run was shown. */
export interface Carried {
  readonly from: WarmFrom;
  /** Absent in runs of older versions. */
  readonly seen: TrainingView | undefined;
}

/** What a run is carried into. */
export interface CarriedInto {
  readonly dataset: Dataset;
  readonly split: Split;
  readonly view: TrainingView;
  /** Folder of the part that still needs it, where the others were begun before. */
  readonly part: string | undefined;
}

/** @throws InputError when the run is gone, was trained on since, or has seen what these data hold out. */
export async function carriedFrom(
  out: string,
  origin: RunOrigin,
  { dataset, split, view, part }: CarriedInto,
): Promise<Carried> {
  const place = await placeOf(out, origin);
  if (part !== undefined && !(await exists(place))) {
    throw new InputError({
      where: place,
      found: "nothing",
      expected: `the run from which ${out} was begun: its part "${part}" has yet to start from there`,
      todo: "Put the run back there, or train anew into another --out.",
    });
  }
  const { directory, config, checkpoint, hash } = await openOrigin(place);
  if (hash !== origin.hash) {
    throw new InputError({
      where: directory,
      found: "another checkpoint",
      expected: `that from which ${out} was begun`,
      todo: `Train anew from it, into another --out.`,
    });
  }
  const { users, items } = await rowsOf(directory, config, dataset);
  const seen = await readTrainingRecord(directory);
  if (view.protocol === "strict") refuseSeen(directory, { users, items }, seen, dataset, split);
  return { from: { run: directory, checkpoint, users, items }, seen };
}

async function placeOf(out: string, origin: RunOrigin): Promise<string> {
  for (const place of await placesOf(out, origin)) if (await exists(place)) return place;
  return origin.directory;
}

/** Other data may hold what a split holds out: an item that is to be new, in anybody's history. */
function refuseElsewhere(where: string, config: RunConfig, { hash, directory, manifest }: Dataset): void {
  if (manifest.split === undefined || config.dataset.hash === hash) return;
  throw new InputError({
    where,
    found: "a run on other data",
    expected: `one on ${directory} itself, which isrf data split made: others may have seen what it holds out`,
    todo: "Train without --from.",
  });
}

/** A run that was shown an interaction must not be asked to guess it. */
function refuseSeen(
  where: string,
  { users, items }: Pick<WarmFrom, "users" | "items">,
  seen: TrainingView | undefined,
  dataset: Dataset,
  { valid, test }: Split,
): void {
  if (seen === undefined) {
    throw new InputError({
      where,
      found: "no record of what it was trained on: an older version made it",
      expected: "a run that has seen nothing of what these data hold out",
      todo: "Train without --from this once.",
    });
  }
  const leaked = Array.from(users.from.keys()).filter((user) => {
    const old = users.from[user]!;
    if (old < 0) return false;
    const held = new Set([items.from[valid[user]!]!, items.from[test[user]!]!]);
    held.delete(-1);
    return seen.prefixes[old]!.some((item) => held.has(item)) || seen.graph[old]!.some((item) => held.has(item));
  });
  if (leaked.length === 0) return;
  throw new InputError({
    where,
    found: `a training on interactions that ${dataset.directory} holds out for validation or test, of ${leaked.length} users such as ${dataset.users[leaked[0]!]}`,
    expected: "a run on an earlier version of these data",
    todo: "Make later versions with `isrf data append`, or train without --from.",
  });
}

/** Known items keep the numbers that the run has learnt; new ones get free numbers, in their order. */
export function withNumbersOf(view: TrainingView, { from: { items }, seen }: Carried): TrainingView {
  if (seen === undefined) return view;
  const itemNumbers = Int32Array.from(items.from, (old) => (old < 0 ? 0 : seen.itemNumbers[old]!));
  const taken = new Set(itemNumbers);
  const order = Array.from(items.from.keys()).sort((a, b) => view.itemNumbers[a]! - view.itemNumbers[b]!);
  let number = 1;
  for (const item of order.filter((each) => itemNumbers[each] === 0)) {
    while (taken.has(number)) number++;
    itemNumbers[item] = number++;
  }
  return { ...view, itemNumbers };
}
