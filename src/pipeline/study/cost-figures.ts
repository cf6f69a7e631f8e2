// What trainings and answers took, from the records of a study's cells: the paper's table 4, and what it leaves out.
// `cost-table.ts` shows it.
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { Dataset } from "../../data/index.ts";
import { readEmbeddingsManifest } from "../../embedding/index.ts";
import { Journal, journalPath } from "../../reasoning/index.ts";
import { readEvaluation } from "../evaluate/store.ts";
import { secondsOf } from "./costs.ts";
import { countParameters, type ParameterCounts, totalOf } from "./parameter-counts.ts";
import type { CellRecord } from "./run-cell.ts";

export interface SystemCost {
  readonly dataset: string;
  readonly label: string;
  /** Validation included. */
  readonly secondsPerEpoch: number;
  readonly epochs: number;
  /** It was interrupted: its preparation is that of the last process, and its memory is not told. */
  readonly resumed?: true | undefined;
  /** Absent in records of earlier versions. */
  readonly threads?: CellRecord["threads"];
  readonly preparationSeconds: number;
  /**
   * What came after the main loop: the weights of ISRF's witnesses, and its sequence model as far as that was not
   * trained meanwhile.
   */
  readonly besideSeconds?: number | undefined;
  /** Of the whole training. */
  readonly totalSeconds: number;
  readonly directSecondsPerUser?: number | undefined;
  readonly sequentialSecondsPerUser?: number | undefined;
  readonly peakBytes?: number | undefined;
  /** What of `peakBytes` came with the training. */
  readonly grownBytes?: number | undefined;
  readonly deviceBytes?: number | undefined;
  /** Whether memory is that of a process which trained this and nothing else. */
  readonly ownProcess?: boolean | undefined;
  /** Of all trained parts. */
  readonly parameters?: number | undefined;
  readonly parameterParts?: ParameterCounts | undefined;
}

/** What the texts of a data set took, over every answer of its journal, and making vectors of them. */
export interface TextCost {
  readonly dataset: string;
  /** Who wrote them. */
  readonly textsBy?: string | undefined;
  readonly calls: number;
  readonly promptTokens: number;
  /** Of them, those that the server said it had in its cache. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly seconds: number;
  readonly encoder?: string | undefined;
  /** Absent where vectors are none, or of an earlier version. */
  readonly embedSeconds?: number | undefined;
}

export interface StudyCosts {
  readonly systems: readonly SystemCost[];
  readonly texts: readonly TextCost[];
  /** What readers should know beside what the tables say. */
  readonly notes?: readonly string[] | undefined;
}

export interface CostSources {
  /** Where a cell lies. */
  readonly directoryOf: (cell: CellRecord) => string;
  /** Name of the vectors that the study reads. */
  readonly embeddings: string;
}

/** Of finished trainings of the first seed. */
export async function costsOf(
  cells: readonly CellRecord[],
  datasets: readonly { readonly name: string; readonly dataset: Dataset }[],
  { directoryOf, embeddings }: CostSources,
): Promise<StudyCosts> {
  const first = cells.filter(({ label, dataset }, i) => {
    return cells.findIndex((other) => other.label === label && other.dataset === dataset) === i;
  });
  const systems: SystemCost[] = [];
  for (const cell of first) if (cell.training !== undefined) systems.push(await costOf(cell, directoryOf(cell)));
  const texts = datasets.map(({ name, dataset }) => textCost(name, dataset.directory, embeddings));
  return { systems, texts: await Promise.all(texts) };
}

async function costOf(cell: CellRecord, directory: string): Promise<SystemCost> {
  const { dataset, label, training, memory, resumed, threads } = cell;
  const { seconds, epoch, preparationSeconds, besideSeconds } = training!;
  const answers = await answerSeconds(directory);
  const parameterParts = await countParameters(directory);
  return {
    dataset,
    label,
    secondsPerEpoch: seconds / Math.max(1, epoch),
    epochs: epoch,
    resumed,
    threads,
    preparationSeconds,
    besideSeconds,
    totalSeconds: secondsOf(cell)!,
    directSecondsPerUser: answers.get("direct"),
    sequentialSecondsPerUser: answers.get("sequential"),
    peakBytes: memory?.peakBytes,
    grownBytes: memory && memory.peakBytes - memory.startBytes,
    deviceBytes: memory?.deviceBytes,
    ownProcess: memory?.ownProcess,
    parameters: parameterParts && totalOf(parameterParts),
    parameterParts,
  };
}

/** Seconds for one user, by task. */
async function answerSeconds(directory: string): Promise<ReadonlyMap<string, number>> {
  if (!(await exists(join(directory, "evaluation.json")))) return new Map();
  const { tasks, system } = await readEvaluation(directory);
  const own = tasks.flatMap(({ task, users, systems }) => {
    const found = systems.find(({ name, kind }) => name === system && kind === "model");
    return found === undefined ? [] : [[task, found.seconds / Math.max(1, users)] as const];
  });
  // The direct question is asked twice, with candidates drawn in two ways: the first counts, as in the paper.
  return new Map(own.reverse());
}

async function textCost(dataset: string, directory: string, embeddings: string): Promise<TextCost> {
  const sums = { calls: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, seconds: 0 };
  const path = journalPath(directory);
  if (await exists(path)) {
    using journal = Journal.read(path);
    for (const { calls, promptTokens, cachedTokens, completionTokens, milliseconds } of journal.records()) {
      sums.calls += calls;
      sums.promptTokens += promptTokens;
      sums.cachedTokens += cachedTokens;
      sums.completionTokens += completionTokens;
      sums.seconds += milliseconds / 1000;
    }
  }
  const vectors = await readEmbeddingsManifest(directory, embeddings).catch((error: unknown) => {
    if (error instanceof InputError) return undefined;
    throw error;
  });
  const { textsBy, encoder, seconds: embedSeconds } = vectors ?? {};
  return { dataset, textsBy, ...sums, encoder: encoder?.kind, embedSeconds };
}
