// ISRF, or another generative system, on a shop of a dozen users: everything real, and small enough to train in a test.
import { codeItems } from "../../src/backbone/item-codes.ts";
import { builtinTokenizer } from "../../src/backbone/tokenizer.ts";
import { matrix } from "../../src/base/matrix.ts";
import { Random } from "../../src/base/random.ts";
import { type Item, type SentenceSource, type Split, splitLeaveLastTwo } from "../../src/data/index.ts";
import { explanationWords } from "../../src/recommenders/generative/examples/explanation-words.ts";
import type { TrainingData } from "../../src/recommenders/generative/examples/training-data.ts";
import { validationPrompts } from "../../src/recommenders/generative/examples/validation-prompts.ts";
import type { Crew } from "../../src/recommenders/generative/helpers/crew.ts";
import { type GenerativeSystem, systemOptions } from "../../src/recommenders/generative/options/system.ts";
import {
  assembleState,
  freshValues,
  type GenerativeState,
  type StateParts,
  wordScales,
} from "../../src/recommenders/generative/state.ts";
import { prepare } from "../../src/recommenders/generative/tables/preparation.ts";
import { GenerativeTrainer } from "../../src/recommenders/generative/trainer.ts";
import { isrf } from "../../src/recommenders/isrf/isrf.ts";
import { validationQuestions } from "../../src/recommenders/training/ranking-validation.ts";
import { tinyShop } from "./tiny-shop.ts";

export type Overrides = Readonly<Record<string, unknown>>;

/** Sizes of `tiny` cut down further; dropout off, so that values can be compared. */
const SMALLEST = {
  width: 16,
  layers: 1,
  semanticWidth: 8,
  dropout: 0,
  batch: 8,
  trainNegatives: 5,
  maxHistory: 6,
  neighbours: 3,
  warmStartEpochs: 1,
  warmStartBatch: 16,
  warmupSteps: 0,
  beams: 6,
  epochs: 2,
  visitsPerEpoch: 1,
  validationUsers: 8,
  checkpointEvery: 3,
};

export function smallestOptions(overrides: Overrides = {}, preset = "tiny", system: GenerativeSystem = isrf) {
  return systemOptions(system, preset, { set: { ...SMALLEST, ...overrides } });
}

export interface TinyData extends TrainingData {
  readonly split: Split;
  readonly items: readonly Item[];
}

/** Training prefixes of the tiny shop, and text embeddings that tell the kinds apart. */
export function tinyData({ nUsers = 12, nItems = 30, length = 7 } = {}): TinyData {
  const shop = tinyShop("tiny", { nUsers, nItems, length });
  const split = splitLeaveLastTwo(shop);
  const random = Random.of(11, "texts");
  const texts = (rows: number) =>
    matrix(
      rows,
      12,
      Float32Array.from(
        { length: rows * 12 },
        (_, i) => random.normal() + 3 * Number(i % 3 === Math.floor(i / 12) % 3),
      ),
    );
  return {
    split,
    prefixes: split.prefixes,
    nItems,
    items: shop.items,
    itemNumbers: Int32Array.from({ length: nItems }, (_, i) => i + 1),
    embeddings: { items: texts(nItems), users: texts(nUsers) },
    explanations: { pairs: split.prefixes, sentences: tinySentences(shop.items) },
  };
}

/** Everybody says of every item what it is called. */
function tinySentences(items: readonly Item[]): SentenceSource {
  return { kind: "reviews", of: (_, item) => ({ text: `a nice ${items[item]!.title}`, feature: items[item]!.title }) };
}

/** A fresh state with random interests of unit size: no graph behind them. */
export async function tinyState(
  overrides: Overrides = {},
  preset = "tiny",
  data = tinyData(),
): Promise<GenerativeState> {
  const options = smallestOptions(overrides, preset);
  const random = Random.of(3, "state");
  const nUsers = data.prefixes.length;
  const { nItems, itemNumbers } = data;
  const interests = {
    individual: random.normals((nUsers + nItems) * options.width),
    group: random.normals(nUsers * options.width),
  };
  const items = matrix(nItems, options.width, interests.individual.subarray(nUsers * options.width));
  const codes = options.promptForm === "compact" ? await codeItems(items, random, options.codeTokens) : undefined;
  const scales = wordScales(options, interests);
  const parts: StateParts = {
    options,
    nUsers,
    nItems,
    codes,
    userCodes: undefined,
    words: [],
    tokenizer: builtinTokenizer(),
    itemNumbers,
    scales,
    interests,
  };
  return assembleState(parts, freshValues(random));
}

/** Ninety-nine negatives, or as many as the shop allows, never the user's own items. */
export function tinyNegatives(split: Split, user: number, count = 9): Int32Array {
  const own = new Set([...split.prefixes[user]!, split.valid[user]!, split.test[user]!]);
  return Int32Array.from({ length: split.nItems }, (_, i) => i)
    .filter((item) => !own.has(item))
    .slice(0, count);
}

/** A trainer on prepared tables; it must be disposed of. */
export async function tinyTrainer(
  overrides: Overrides = {},
  preset = "tiny",
  data: TinyData = tinyData(),
  isResuming = false,
  system: GenerativeSystem = isrf,
  signal?: AbortSignal,
  crew?: Crew,
): Promise<GenerativeTrainer> {
  const options = smallestOptions(overrides, preset, system);
  const negatives = (user: number) => tinyNegatives(data.split, user);
  const questions = validationQuestions(data.split, negatives, options.validationUsers, 5);
  const context = { options, seed: 5, compile: { threads: 1 }, signal, crew, validation: questions };
  const prepared = await prepare(data, context, isResuming);
  const validation = validationPrompts(questions, options, data.explanations?.sentences);
  const { extraTask } = system;
  const words = [...(extraTask?.words(data.items) ?? []), ...explanationWords(options, data)];
  const tokenizer = builtinTokenizer(words);
  return GenerativeTrainer.create({
    data,
    prepared,
    context,
    validation,
    tokenizer,
    words,
    isResuming,
    extraTask,
  });
}
