// Beam search over our T5 against transformers' `generate` with the same weights (peers/t5.py).
import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { EOS_ID } from "../../src/backbone/t5-config.ts";
import { beamSearch, type DecoderStep, type EarlyStopping, PrefixTree } from "../../src/generation/index.ts";
import { encoderMemories, T5Steps } from "../support/t5-steps.ts";
import { Fixture, fixturePath } from "./fixture.ts";
import { batchOf, smallConfig, smallParameters } from "./small-t5.ts";

interface Search {
  readonly options: {
    readonly num_beams: number;
    readonly max_length: number;
    readonly num_return_sequences: number;
    readonly length_penalty: number;
    readonly early_stopping: boolean | "never";
  };
  readonly constrained: boolean;
  /** [rows, returned, length]: start token, answer, end token where there was room, padding. */
  readonly sequences: readonly (readonly number[][])[];
  /** [rows, returned]; null for greedy search, which reports none. */
  readonly scores: readonly (readonly number[])[] | null;
}

const { items, searches } = JSON.parse(await readFile(fixturePath("t5/generate.json"), "utf8")) as {
  items: number[][];
  searches: Search[];
};

const config = await smallConfig();
const parameters = await smallParameters(config);
const { rows, source, feeds } = batchOf(await Fixture.open("t5/forward.safetensors"), "input");
const steps = new T5Steps({
  config,
  parameters: parameters.feeds(),
  memories: await encoderMemories(config, parameters.feeds(), { ...feeds, rows, source }),
  mask: feeds.mask,
  rows,
  source,
});
afterAll(() => steps.dispose());

function search({ options, constrained }: Search, step: DecoderStep) {
  const tree = PrefixTree.of(
    items.map((item) => [...item, EOS_ID]),
    EOS_ID,
  );
  const earlyStopping: EarlyStopping = options.early_stopping === "never" ? "exact" : options.early_stopping;
  return beamSearch({
    rows,
    beams: options.num_beams,
    returned: options.num_return_sequences,
    maxLength: options.max_length,
    lengthPenalty: options.length_penalty,
    earlyStopping,
    vocabulary: config.vocabulary,
    endToken: EOS_ID,
    step,
    ...(constrained ? { constraints: Array.from({ length: rows }, () => ({ tree })) } : {}),
  });
}

/** The answer in a padded sequence; a padding token inside it would be ambiguous, so only trailing ones go. */
function answer(sequence: readonly number[]): { tokens: number[]; finished: boolean } {
  const end = sequence.indexOf(EOS_ID, 1);
  return { tokens: sequence.slice(1, end === -1 ? undefined : end), finished: end !== -1 };
}

const title = ({ options: o, constrained }: Search): string =>
  `${o.num_beams} beams, ${o.num_return_sequences} returned, length ${o.max_length}, penalty ${o.length_penalty}, ` +
  `early stopping ${o.early_stopping}${constrained ? ", in a tree" : ""}`;

describe("beam search over a T5 returns what transformers returns", () => {
  const ways = {
    "whole prefixes": () => steps.whole(),
    "kept keys and values": ({ options }: Search) => steps.cached(options.num_beams),
  };
  const cases = Object.entries(ways).flatMap(([way, step]) =>
    searches.map((reference) => [`${title(reference)}, by ${way}`, reference, step] as const),
  );

  it.each(cases)("%s", async (_, reference, step) => {
    const found = await search(reference, step(reference));
    found.forEach((hypotheses, row) => {
      const sequences = reference.sequences[row]!;
      expect(hypotheses.map(({ tokens }) => [...tokens])).toEqual(sequences.map((s) => answer(s).tokens));
      // Sums of at most 11 log-probabilities of size 1 to 10, each from float32 logits that agree to 5e-6.
      reference.scores?.[row]?.forEach((score, i) => {
        expect(Math.abs(hypotheses[i]!.score - score)).toBeLessThan(2e-5 * Math.max(1, Math.abs(score)));
      });
    });
  });

  it("over answers of different lengths, finished and cut off", () => {
    const all = searches.flatMap(({ sequences }) => sequences.flat()).map(answer);
    expect(new Set(all.map(({ tokens }) => tokens.length)).size).toBeGreaterThan(4);
    expect(new Set(all.map(({ finished }) => finished)).size).toBe(2);
  });
});
