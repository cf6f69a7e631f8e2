// What a run is, as a record: what it was trained on, how it answers, and what it reached where it was evaluated.
import { InputError } from "../base/errors.ts";
import { isOfEarlierModel, readEvaluation } from "../pipeline/evaluate/index.ts";
import type { Staleness } from "../runs/later-version.ts";
import type { OpenRun } from "../runs/run.ts";

interface QuestionMetrics {
  readonly question: string;
  /** Whose answers were asked for: of test or of validation. */
  readonly split: string;
  readonly metrics: unknown;
}

export interface RunCard {
  readonly system: string;
  readonly preset: string;
  readonly dataset: {
    readonly name: string;
    readonly users: number;
    readonly items: number;
    readonly interactions: number;
  };
  readonly addedItems: number;
  readonly protocol: string;
  readonly textsBy: string | undefined;
  /** Terms of its scores, where these are sums. */
  readonly terms: readonly string[] | undefined;
  readonly stale: Staleness | undefined;
  /** Of the model alone, by question; absent where nobody evaluated it as it is now. */
  readonly metrics: readonly QuestionMetrics[] | undefined;
}

export async function runCard(run: OpenRun): Promise<RunCard> {
  const { directory, config, dataset, recommender, added, later } = run;
  const { counts, name } = dataset.manifest;
  return {
    system: config.model,
    preset: config.preset,
    dataset: { name, ...counts },
    addedItems: added?.entries.length ?? 0,
    protocol: config.protocol,
    textsBy: config.embeddings?.textsBy,
    terms: recommender.evidence?.terms,
    stale: later?.staleness,
    metrics: await metricsOf(directory),
  };
}

async function metricsOf(directory: string): Promise<RunCard["metrics"]> {
  try {
    const record = await readEvaluation(directory);
    if (await isOfEarlierModel(directory, record)) return undefined;
    return record.tasks.map(({ task, candidates, among, systems }) => ({
      question: [task, candidates ?? among].filter((word) => word !== undefined).join(", "),
      split: record.split,
      metrics: systems.find(({ kind }) => kind === "model")?.metrics,
    }));
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
