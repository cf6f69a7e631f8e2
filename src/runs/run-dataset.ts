// Where a run finds its dataset: by its place relative to the run, so that both may move together, then where it was at
// training, or where `--dataset` says. What lies there must be what the run was trained on.
import { readdir, readFile, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { hashOfTexts } from "../base/hash-of-texts.ts";
import { type Dataset, openDataset } from "../data/index.ts";

export const runDatasetSchema = z.object({
  /** Where it was at training, absolute. */
  directory: z.string(),
  /** The same relative to the run, where there is such a path. Absent in runs of older versions. */
  beside: z.string().optional(),
  name: z.string(),
  hash: z.string(),
  /** What it held, to say what has changed. Absent in runs of older versions. */
  held: z
    .object({
      users: z.number().int(),
      items: z.number().int(),
      interactions: z.number().int(),
      /** Hashes of the ids, whatever their order. */
      userIds: z.string(),
      itemIds: z.string(),
    })
    .optional(),
});

export type RunDataset = z.infer<typeof runDatasetSchema>;

/** What a run in `run` keeps of its dataset. */
export async function describeDataset(run: string, dataset: Dataset): Promise<RunDataset> {
  const { manifest, hash } = dataset;
  return {
    directory: resolve(dataset.directory),
    beside: await pathBetween(run, dataset.directory),
    name: manifest.name,
    hash,
    held: heldBy(dataset),
  };
}

/**
 * The dataset of the run in `run`. @param named Its place, where somebody names it.
 * @throws InputError that names `--dataset` when it is not found, and says what changed when it holds other data.
 */
export function openRunDataset(run: string, of: RunDataset, named?: string): Promise<Dataset> {
  return openAccepted(run, of, named, ({ hash }) => hash === of.hash);
}

/** The same, or a later version of it where that is named. @throws as `openRunDataset`. */
export function openRunVersion(run: string, of: RunDataset, named?: string): Promise<Dataset> {
  return openAccepted(
    run,
    of,
    named,
    (dataset) => dataset.hash === of.hash || (named !== undefined && isLaterVersion(dataset, of)),
  );
}

/** Whether `dataset` came from the run's by `isrf data append`. */
function isLaterVersion({ manifest }: Dataset, { hash }: RunDataset): boolean {
  return manifest.lineage?.some((version) => version.hash === hash) ?? false;
}

async function openAccepted(
  run: string,
  of: RunDataset,
  named: string | undefined,
  accepts: (dataset: Dataset) => boolean,
): Promise<Dataset> {
  const places = named === undefined ? await placesOf(run, of) : [named];
  let changed: Dataset | undefined;
  for (const place of places) {
    const dataset = await openDataset(place).catch(async (error: unknown) => {
      if (named !== undefined || (await exists(join(place, "manifest.json")))) throw error;
      return undefined;
    });
    if (dataset !== undefined && accepts(dataset)) return dataset;
    changed ??= dataset;
  }
  throw changed === undefined ? await missing(run, of) : changedSince(run, of, changed);
}

/** Where what a run names may lie: by its place relative to the run, then where it was. */
export async function placesOf(
  run: string,
  { directory, beside }: Pick<RunDataset, "directory" | "beside">,
): Promise<string[]> {
  const near = beside === undefined ? [] : [resolve(await realPath(run), beside)];
  return [...new Set([...near, directory])];
}

async function missing(run: string, of: RunDataset): Promise<InputError> {
  const alike = await datasetsLike(of, [dirname(resolve(run)), dirname(of.directory), process.cwd()]);
  const hint = alike === undefined ? "" : ` ${alike} looks like it: add --dataset ${alike}.`;
  return new InputError({
    where: of.directory,
    found: "no dataset",
    expected: `that of the run ${run}`,
    todo: `If it has moved, name its place with --dataset DIR.${hint}`,
  });
}

/** A folder in one of `parents` with a dataset of the same name and size, by its manifest alone. */
async function datasetsLike({ name, held }: RunDataset, parents: readonly string[]): Promise<string | undefined> {
  for (const parent of new Set(parents)) {
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((each) => each.isDirectory())) {
      const text = await readFile(join(parent, entry.name, "manifest.json"), "utf8").catch(() => "");
      const parsed = likeSchema.safeParse(parsedJson(text));
      if (!parsed.success || parsed.data.name !== name) continue;
      const { counts } = parsed.data;
      const isOfSize = held === undefined || (counts.users === held.users && counts.items === held.items);
      if (isOfSize) return shortest(join(parent, entry.name));
    }
  }
  return undefined;
}

const likeSchema = z.object({
  kind: z.literal("dataset"),
  name: z.string(),
  counts: z.object({ users: z.number(), items: z.number() }),
});

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function changedSince(run: string, of: RunDataset, dataset: Dataset): InputError {
  const { hash, held } = of;
  const isLater = isLaterVersion(dataset, of);
  const change = held === undefined ? `dataset ${dataset.hash.slice(0, 12)}` : changes(held, heldBy(dataset));
  return new InputError({
    where: dataset.directory,
    found: isLater ? `a later version of the run's data (${change})` : change,
    expected: `dataset ${hash.slice(0, 12)}, on which ${run} was trained`,
    todo: isLater
      ? laterTodo(run, dataset)
      : `Train again (isrf train ${dataset.directory} ... --out NEW), or name the data of that time with --dataset DIR.`,
  });
}

function laterTodo(run: string, { directory }: Dataset): string {
  const answers = `recommend, explain and similar answer about these data with --dataset ${directory}`;
  return `They hold out other items than those that the run was not shown. Train again (isrf train ${directory} --from ${run} --out NEW), or name the data of that time with --dataset DIR; ${answers}.`;
}

type Held = NonNullable<RunDataset["held"]>;

/** "changed data: 217 interactions (1 more), the same 30 users, the same 33 items". */
function changes(then: Held, now: Held): string {
  const counted = (noun: "users" | "items", key: "userIds" | "itemIds"): string => {
    if (then[key] === now[key]) return `the same ${now[noun]} ${noun}`;
    return `${now[noun]} ${noun} (${difference(then[noun], now[noun]) ?? "as many, but others"})`;
  };
  const more = difference(then.interactions, now.interactions);
  const interactions = `${now.interactions} interactions${more === undefined ? "" : ` (${more})`}`;
  return `changed data: ${interactions}, ${counted("users", "userIds")}, ${counted("items", "itemIds")}`;
}

function difference(then: number, now: number): string | undefined {
  if (then === now) return undefined;
  return now > then ? `${now - then} more` : `${then - now} fewer`;
}

function heldBy({ users, items, manifest }: Dataset): Held {
  const hashOf = (ids: readonly string[]): string => hashOfTexts([...ids].sort());
  return { ...manifest.counts, userIds: hashOf(users), itemIds: hashOf(items.map(({ itemId }) => itemId)) };
}

/** Undefined where none leads from the one to the other, as between two drives. */
export async function pathBetween(run: string, other: string): Promise<string | undefined> {
  const path = relative(await realPath(run), await realPath(other));
  return isAbsolute(path) ? undefined : path;
}

/** Without symbolic links, also of a folder that is yet to be made. */
async function realPath(path: string): Promise<string> {
  const whole = resolve(path);
  return realpath(whole).catch(async () =>
    dirname(whole) === whole ? whole : join(await realPath(dirname(whole)), basename(whole)),
  );
}

function shortest(path: string): string {
  const near = relative(process.cwd(), path);
  return near.length < path.length ? near : path;
}
