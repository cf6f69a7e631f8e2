// ISRF as `isrf train` runs it, on vectors that are drawn: contents do not change how long a step takes.
import { join } from "node:path";
import type { WordTokenizer } from "../../src/backbone/tokenizer.ts";
import { type Matrix, matrix } from "../../src/base/matrix.ts";
import { Random } from "../../src/base/random.ts";
import { trainingLists } from "../../src/data/index.ts";
import type { CompileOptions } from "../../src/engine/index.ts";
import { writeSafetensors } from "../../src/engine/safetensors.ts";
import type { PreparationContext, TrainingData } from "../../src/recommenders/generative/examples/training-data.ts";
import type { ValidationPrompts } from "../../src/recommenders/generative/examples/validation-prompts.ts";
import type { GenerativeOptions } from "../../src/recommenders/generative/options/options.ts";
import { systemOptions } from "../../src/recommenders/generative/options/system.ts";
import { prepare } from "../../src/recommenders/generative/tables/preparation.ts";
import { GenerativeTrainer } from "../../src/recommenders/generative/trainer.ts";
import { isrf } from "../../src/recommenders/isrf/isrf.ts";
import { openInputs } from "./inputs.ts";
import type { Shop } from "./shop.ts";

export const SEED = 2026;
const USER_VECTOR = 64;

/** Histories of a shop, for the processes that build a trainer. */
export async function writeHistories(folder: string, { histories, nItems }: Shop): Promise<void> {
  const offsets = new Int32Array(histories.length + 1);
  histories.forEach((items, user) => {
    offsets[user + 1] = offsets[user]! + items.length;
  });
  const items = new Int32Array(offsets.at(-1)!);
  histories.forEach((list, user) => {
    items.set(list, offsets[user]!);
  });
  await writeSafetensors(join(folder, "histories.safetensors"), {
    offsets: { shape: [offsets.length], data: offsets },
    items: { shape: [items.length], data: items },
    nItems: { shape: [1], data: Int32Array.of(nItems) },
  });
}

export async function readHistories(folder: string): Promise<Pick<Shop, "histories" | "nItems">> {
  const inputs = await openInputs(join(folder, "histories.safetensors"));
  const [offsets, items] = [inputs.all("offsets") as Int32Array, inputs.all("items") as Int32Array];
  const histories = Array.from({ length: offsets.length - 1 }, (_, u) => items.subarray(offsets[u], offsets[u + 1]));
  return { histories, nItems: inputs.all("nItems")[0] as number };
}

export type BenchData = TrainingData & Required<Pick<TrainingData, "embeddings">>;

export async function trainingData(folder: string, options: GenerativeOptions): Promise<BenchData> {
  const { histories, nItems } = await readHistories(folder);
  const random = Random.of(SEED, "bench vectors");
  const itemVectors = matrix(nItems, options.semanticWidth, random.normals(nItems * options.semanticWidth));
  return {
    prefixes: trainingLists(histories),
    nItems,
    itemNumbers: Int32Array.from({ length: nItems }, (_, item) => item + 1),
    embeddings: { items: itemVectors, users: meansOf(itemVectors, histories) },
  };
}

/** A user is the mean of the first coordinates of the items of the history: users with common items are alike. */
function meansOf(items: Matrix, histories: readonly Int32Array[]): Matrix {
  const users = matrix(histories.length, USER_VECTOR);
  histories.forEach((list, user) => {
    for (const item of list) {
      for (let c = 0; c < USER_VECTOR; c++) {
        users.data[user * USER_VECTOR + c]! += items.data[item * items.columns + c]! / list.length;
      }
    }
  });
  return users;
}

/** Options of a preset; what comes before the steps that are timed is left out. */
export function isrfOptions(preset: string, overrides: Readonly<Record<string, unknown>>): GenerativeOptions {
  return systemOptions(isrf, preset, { set: { warmStartEpochs: 0, headStartEpochs: 0, ...overrides } });
}

export async function isrfTrainer(
  data: TrainingData,
  options: GenerativeOptions,
  compile: CompileOptions,
  tokenizer: WordTokenizer,
  validation: ValidationPrompts = { sequential: [], direct: [], explanation: [] },
): Promise<GenerativeTrainer> {
  const context: PreparationContext = { options, seed: SEED, compile };
  const prepared = await prepare(data, context, false);
  return GenerativeTrainer.create({ data, prepared, context, validation, tokenizer });
}
