// The search for similar users (eq. 6) as a stage of its own, kept beside the vectors for trainings to come.

import type { z } from "zod";
import { InputError, UsageError } from "../../base/errors.ts";
import { removeDirectory } from "../../base/files.ts";
import { lockBeside, withLock } from "../../base/lock.ts";
import { productVersion } from "../../base/product-version.ts";
import { type Report, silent } from "../../base/progress.ts";
import { WORK_SEED } from "../../base/seeds.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { stoppable } from "../../base/stopping.ts";
import { type Dataset, openedDataset, unlessReplaced } from "../../data/index.ts";
import {
  approximateSimilarUsers,
  type Embeddings,
  embeddingsDirectory,
  type KeptSearch,
  KeptSimilarUsers,
  keptSearch,
  openEmbeddings,
  RECALL_SAMPLE,
  type SimilarUsers,
  type SimilarUsersManifest,
  similarUsers,
  similarUsersDirectory,
  vectorsHash,
  writeSimilarUsers,
} from "../../embedding/index.ts";
import { wantsWorkers } from "../work/workplace.ts";
import { type SearchByWorkers, searchByWorkers, workFolder } from "./by-workers.ts";
import { similarUsersSettings } from "./settings.ts";
import { presetsServed, searchOfPreset } from "./takers.ts";

export interface PrepareSimilarUsersOptions extends Given<typeof similarUsersSettings> {
  /** Its directory, or the dataset opened. */
  readonly dataset: string | Dataset;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PreparedSimilarUsers {
  readonly directory: string;
  readonly manifest: SimilarUsersManifest;
  /** False: it was there before, or is part of what was. */
  readonly isNew: boolean;
  /** Presets of isrf whose trainings take it as they stand. */
  readonly presets: readonly string[];
  /** Wall time of this call. */
  readonly seconds: number;
}

type Settings = z.output<typeof similarUsersSettings>;

/**
 * Find each user's most similar users and keep them in `dataset/embeddings/NAME/similar-users/SEARCH-K/`, where
 * trainings with the same vectors, number and search take them. What is there, an exact search for more included, is
 * not searched again.
 * @throws UsageError for workers where the search is approximate, or options that it does not have; InputError for
 * vectors that are absent or damaged; OperationError when shards were set aside, or without the package usearch;
 * InUseError while somebody writes vectors of that name; CancelledError when stopped.
 */
export async function prepareSimilarUsers(options: PrepareSimilarUsersOptions): Promise<PreparedSimilarUsers> {
  const settings = settingsOf("similar-users", similarUsersSettings, options);
  const { report = silent, signal } = options;
  const ofPreset = searchOfPreset(settings.preset);
  const { neighbours = ofPreset.neighbours, search = ofPreset.search } = settings;
  const isShared = wantsWorkers(settings);
  if (isShared && search === "approximate") throw undivided();
  if (search === "exact") refuseIdle(settings);
  const started = performance.now();
  const dataset = await openedDataset(options.dataset, report);
  const vectors = embeddingsDirectory(dataset.directory, settings.embeddings);
  const stopped = `${vectors}: the search was stopped; ${isShared ? "finished shards are kept" : "nothing was written"}. Run the same command again.`;
  const only = { command: "isrf similar-users", unless: unlessReplaced(dataset.directory) };
  const kept = await stoppable(signal, stopped, () =>
    withLock(lockBeside(vectors), only, async () => {
      const embeddings = await openEmbeddings(dataset.directory, settings.embeddings, dataset);
      return findOrSearch({ vectors, embeddings, settings, neighbours, search, isShared, report, signal });
    }),
  );
  const presets = presetsServed(kept.manifest, kept.manifest.users);
  return { ...kept, presets, seconds: (performance.now() - started) / 1000 };
}

function undivided(): UsageError {
  return new UsageError(
    "--search approximate grows one graph over all users in one process, on all of its cores, and its queries need the whole graph: leave --workers, --queue and --objects out, or take --search exact.",
  );
}

/** Options that the search would ignore are errors. */
function refuseIdle({ sample, seed }: Settings): void {
  for (const [name, value] of Object.entries({ sample, seed }))
    if (value !== undefined) throw new UsageError(`--${name} is for --search approximate, not for exact`);
}

interface Work {
  /** Their folder. */
  readonly vectors: string;
  readonly embeddings: Embeddings;
  readonly settings: Settings;
  readonly neighbours: number;
  readonly search: SimilarUsersManifest["search"];
  readonly isShared: boolean;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

type Kept = KeptSearch & Pick<PreparedSimilarUsers, "isNew">;

async function findOrSearch(work: Work): Promise<Kept> {
  const { vectors, embeddings, search, settings, report } = work;
  const { users } = embeddings;
  const k = Math.min(work.neighbours, users.rows - 1);
  const hash = vectorsHash(users);
  const serving = await new KeptSimilarUsers(vectors).serving(search, k);
  const there = await keptBefore(serving ?? similarUsersDirectory(vectors, search, k), report);
  if (there?.manifest.vectorsHash === hash) return { ...there, isNew: false };
  report({ kind: "stage", stage: "similar users", detail: `top ${k} of ${users.rows} by cosine, ${search}` });
  const started = performance.now();
  const { found, elsewhere } = await searchAs(work, k, hash);
  const kept = await writeSimilarUsers(vectors, found, {
    format: 1,
    kind: "similar-users",
    embeddings: settings.embeddings,
    vectorsHash: hash,
    users: users.rows,
    neighbours: k,
    search,
    ...recallOf(found, settings),
    productVersion: productVersion(),
    seconds: (performance.now() - started) / 1000,
  });
  await elsewhere?.clear();
  await removeDirectory(workFolder(vectors));
  return { ...kept, isNew: true };
}

/** What is damaged is searched anew. */
async function keptBefore(directory: string, report: Report): Promise<KeptSearch | undefined> {
  try {
    return await keptSearch(directory);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    report({ kind: "warning", message: `${error.message} They are searched anew.` });
    return undefined;
  }
}

interface Searched {
  readonly found: SimilarUsers & { readonly recall?: number };
  readonly elsewhere?: SearchByWorkers;
}

async function searchAs(work: Work, k: number, hash: string): Promise<Searched> {
  const { vectors, embeddings, search, settings, isShared, report, signal } = work;
  const { users, manifest } = embeddings;
  const { threads, sample, seed = WORK_SEED } = settings;
  if (search === "approximate")
    return { found: await approximateSimilarUsers(users, k, { sample, seed, threads, report, signal }) };
  if (!isShared) return { found: await similarUsers(users, k, { threads, report, signal }) };
  const asked = { hash, rows: users.rows, columns: manifest.dimensions, k };
  const elsewhere = await searchByWorkers(asked, { ...settings, vectors, report, signal });
  return { found: elsewhere.found, elsewhere };
}

function recallOf({ rows, recall }: Searched["found"], { sample = RECALL_SAMPLE, seed = WORK_SEED }: Settings) {
  return recall === undefined ? { recall: 1 } : { recall, sample: Math.min(sample, rows), seed };
}
