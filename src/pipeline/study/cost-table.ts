// What trainings and answers took, from the records of a study's cells: the paper's table 4, and what it leaves out.
import { join } from "node:path";
import { exists, writeFileAtomic, writeJsonAtomic } from "../../base/files.ts";
import type { Dataset } from "../../data/index.ts";
import { readSafetensors } from "../../engine/safetensors.ts";
import { Journal, journalPath } from "../../reasoning/index.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import { readEvaluation } from "../evaluate/store.ts";
import { drawTable, type PlainTable, type TableCell, wholeCell } from "../tables/index.ts";
import type { CellRecord } from "./run-cell.ts";

export interface SystemCost {
  readonly dataset: string;
  readonly label: string;
  /** Validation included. */
  readonly secondsPerEpoch: number;
  readonly epochs: number;
  readonly preparationSeconds: number;
  readonly directSecondsPerUser?: number | undefined;
  readonly sequentialSecondsPerUser?: number | undefined;
  readonly peakBytes?: number | undefined;
  /** What of `peakBytes` came with the training. */
  readonly grownBytes?: number | undefined;
  readonly deviceBytes?: number | undefined;
  readonly parameters?: number | undefined;
}

/** What the texts of a data set took, over every answer of its journal. */
export interface TextCost {
  readonly dataset: string;
  readonly calls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly seconds: number;
}

export interface StudyCosts {
  readonly systems: readonly SystemCost[];
  readonly texts: readonly TextCost[];
}

/** Of finished trainings of the first seed; `directoryOf` says where a cell lies. */
export async function costsOf(
  cells: readonly CellRecord[],
  datasets: readonly { readonly name: string; readonly dataset: Dataset }[],
  directoryOf: (cell: CellRecord) => string,
): Promise<StudyCosts> {
  const first = cells.filter(({ label, dataset }, i) => {
    return cells.findIndex((other) => other.label === label && other.dataset === dataset) === i;
  });
  const systems: SystemCost[] = [];
  for (const cell of first) if (cell.training !== undefined) systems.push(await costOf(cell, directoryOf(cell)));
  return { systems, texts: await Promise.all(datasets.map(({ name, dataset }) => textCost(name, dataset.directory))) };
}

async function costOf({ dataset, label, training, memory }: CellRecord, directory: string): Promise<SystemCost> {
  const { seconds, epoch, preparationSeconds } = training!;
  const answers = await answerSeconds(directory);
  return {
    dataset,
    label,
    secondsPerEpoch: seconds / Math.max(1, epoch),
    epochs: epoch,
    preparationSeconds,
    directSecondsPerUser: answers.get("direct"),
    sequentialSecondsPerUser: answers.get("sequential"),
    peakBytes: memory?.peakBytes,
    grownBytes: memory && memory.peakBytes - memory.startBytes,
    deviceBytes: memory?.deviceBytes,
    parameters: await countParameters(directory),
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

/** Trained values of the best checkpoint: tables of interests before propagation, and the model's. */
async function countParameters(directory: string): Promise<number | undefined> {
  const checkpoint = await Checkpoints.ofRun(directory).find("best");
  if (checkpoint === undefined) return undefined;
  const sizes = async (file: string): Promise<[string, number][]> => {
    const path = join(checkpoint, file);
    if (!(await exists(path))) return [];
    const { tensors } = await readSafetensors(path);
    return Array.from(tensors, ([name, { data }]) => [name, data instanceof Float32Array ? data.length : 0]);
  };
  const sum = (all: readonly [string, number][]) => all.reduce((total, [, size]) => total + size, 0);
  // "set/name" is trained, a bare name a constant; a system of one set keeps all its model there.
  const trained = (await sizes("parameters.safetensors")).filter(([name]) => name.includes("/"));
  if (trained.some(([name]) => name.startsWith("model/"))) return sum(trained);
  const model = (await sizes("model.safetensors")).filter(([name]) => !name.includes("centroids"));
  return sum(trained) + sum(model);
}

async function textCost(dataset: string, directory: string): Promise<TextCost> {
  const sums = { calls: 0, promptTokens: 0, completionTokens: 0, seconds: 0 };
  const path = journalPath(directory);
  if (await exists(path)) {
    using journal = Journal.read(path);
    for (const { calls, promptTokens, completionTokens, milliseconds } of journal.records()) {
      sums.calls += calls;
      sums.promptTokens += promptTokens;
      sums.completionTokens += completionTokens;
      sums.seconds += milliseconds / 1000;
    }
  }
  return { dataset, ...sums };
}

const HEAD = [
  ...["", "train s/epoch", "epochs", "prepare s", "host MiB", "of these grown", "device MiB"],
  ...["infer DR ms/user", "infer SR ms/user", "parameters"],
];

export function costTable({ systems, texts }: StudyCosts): PlainTable {
  const figure = (value: number | undefined, scale = 1, digits = 1): TableCell =>
    value === undefined ? undefined : { value: value * scale, text: (value * scale).toFixed(digits) };
  return {
    title: "Cost of training and answering",
    head: HEAD,
    rows: systems.map((cost) => [
      `${cost.dataset} ${cost.label}`,
      figure(cost.secondsPerEpoch),
      wholeCell(cost.epochs),
      figure(cost.preparationSeconds),
      figure(cost.peakBytes, 2 ** -20, 0),
      figure(cost.grownBytes, 2 ** -20, 0),
      figure(cost.deviceBytes, 2 ** -20, 0),
      figure(cost.directSecondsPerUser, 1000),
      figure(cost.sequentialSecondsPerUser, 1000),
      cost.parameters === undefined ? undefined : wholeCell(cost.parameters),
    ]),
    notes: [
      "wall time of the first seed's training, validation included; prepare: graphs, fitted starts, similar users",
      "host: largest resident size of the process, which trains one system after another; grown: above its start",
      ...texts.map(
        ({ dataset, calls, promptTokens, completionTokens, seconds }) =>
          `texts of ${dataset}: ${calls} calls, ${promptTokens} + ${completionTokens} tokens, ${seconds.toFixed(1)} s`,
      ),
    ],
  };
}

const ENDINGS = { md: "markdown", tex: "latex", csv: "csv" } as const;

/** `cost.md`, `.tex`, `.csv` and `.json`; their paths. */
export async function writeCosts(directory: string, costs: StudyCosts): Promise<string[]> {
  const path = (ending: string) => join(directory, `cost.${ending}`);
  for (const [ending, format] of Object.entries(ENDINGS))
    await writeFileAtomic(path(ending), `${drawTable(costTable(costs), format)}\n`);
  await writeJsonAtomic(path("json"), costs);
  return [...Object.keys(ENDINGS), "json"].map(path);
}
