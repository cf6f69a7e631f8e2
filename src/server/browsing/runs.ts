// Served runs as people look at them.
import type { ServedRun } from "../answering/served-run.ts";
import { type ServedRuns, takesNewItems } from "../answering/served-runs.ts";
import type { Run, RunSummary } from "../contract/index.ts";
import type { Store } from "../events/store.ts";
import { inBrowser } from "./browser-model.ts";
import { KeptForAWhile } from "./kept-for-a-while.ts";
import { storedEvaluation } from "./stored-evaluation.ts";

const KEPT_MS = 2000;
const counted = new WeakMap<Store, KeptForAWhile<number>>();

/** Counted once for all who look within seconds. */
function eventsSince(store: Store, at: number): Promise<number> {
  const kept = counted.get(store) ?? new KeptForAWhile<number>(KEPT_MS);
  counted.set(store, kept);
  return kept.orMake(String(at), () => store.countSince(at));
}

export async function runSummary(run: ServedRun, runs: ServedRuns, store: Store): Promise<RunSummary> {
  const { directory, config, dataset, recommender, added } = run.run;
  const trainedAt = run.trainedAt.toISOString();
  const newest = run.lastDataAt;
  const evaluated = await storedEvaluation(directory, run.modelVersion);
  return {
    name: run.name,
    directory,
    system: recommender.name,
    preset: config.preset,
    trainedAt,
    dataset: { name: dataset.manifest.name, hash: dataset.hash },
    counts: {
      users: dataset.users.length,
      items: dataset.items.length,
      interactions: dataset.manifest.counts.interactions,
      addedItems: added?.entries.length ?? 0,
    },
    modelVersion: run.modelVersion,
    isDefault: run === runs.first,
    share: runs.shareOf(run.name),
    freshness: {
      lastTrainingAt: trainedAt,
      lastDataAt: newest === undefined ? undefined : new Date(newest).toISOString(),
      eventsSince: await eventsSince(store, newest ?? run.trainedAt.getTime()),
    },
    metrics: evaluated?.metrics,
    measuredOn: evaluated?.measuredOn,
    terms: recommender.evidence && [...recommender.evidence.terms],
    tasks: [...recommender.tasks],
    takesNewItems: takesNewItems(config),
    status: (await run.isThere()) ? "ready" : "gone",
  };
}

export async function runPage(run: ServedRun, runs: ServedRuns, store: Store): Promise<Run> {
  const { config, directory, recommender } = run.run;
  const learned = recommender.evidence?.learned.weights.find(({ task }) => task === "sequential");
  return {
    ...(await runSummary(run, runs, store)),
    options: { ...config.options },
    evaluation: (await storedEvaluation(directory, run.modelVersion))?.evaluation,
    weights: learned?.terms.map(({ term, byHistory }) => ({
      term,
      // Of the middle length of histories.
      weight: byHistory[Math.floor(byHistory.length / 2)]?.weight ?? 0,
    })),
    inBrowser: await inBrowser(run),
  };
}
