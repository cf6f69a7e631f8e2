// What a trained ISRF is: options, sizes, backbone parameters, and the two interest tables. No graph, no optimiser.

import { compactPrompts } from "../../backbone/compact-prompt.ts";
import type { ItemCodes } from "../../backbone/item-codes.ts";
import type { PromptForm } from "../../backbone/prompt.ts";
import { compactT5, T5_SMALL, type T5Config } from "../../backbone/t5-config.ts";
import { initialValue, type ParameterSpec, t5Parameters } from "../../backbone/t5-parameters.ts";
import { textPrompts } from "../../backbone/text-prompt.ts";
import type { WordTokenizer } from "../../backbone/tokenizer.ts";
import type { Random } from "../../base/random.ts";
import { type Matrix, rms } from "../../base/typed-arrays.ts";
import { Parameters } from "../../engine/index.ts";
import { MAX_ORDINAL, type NetworkShape } from "./network.ts";
import type { GenerativeOptions } from "./options.ts";

export interface InterestTables {
  /** E~: users, then items; [nUsers + nItems, d]. */
  individual: Float32Array;
  /** H: [nUsers, d]. */
  group: Float32Array;
}

export interface GenerativeState {
  readonly network: NetworkShape;
  readonly nUsers: number;
  readonly form: PromptForm;
  /** Backbone, prompt vectors and whole-word tables. */
  readonly parameters: Parameters;
  readonly interests: InterestTables;
  /** Compact form only. */
  readonly codes: ItemCodes | undefined;
  /** Numbers written for items in the text form. */
  readonly itemNumbers: Int32Array;
}

export interface StateParts {
  readonly options: GenerativeOptions;
  readonly nUsers: number;
  readonly nItems: number;
  readonly codes: ItemCodes | undefined;
  readonly tokenizer: WordTokenizer;
  readonly itemNumbers: Int32Array;
  readonly scales: NetworkShape["scales"];
  readonly interests: InterestTables;
}

/** Assemble a state around `parameters`, fresh or loaded. */
export function assembleState(parts: StateParts, parameters: Parameters): GenerativeState {
  const { options, codes } = parts;
  const t5 = backboneConfig(options, codes);
  const form =
    codes === undefined
      ? textPrompts(parts.tokenizer, t5.vocabulary, parts.itemNumbers)
      : compactPrompts(codes, options.groupWord);
  const network: NetworkShape = {
    options,
    t5,
    nItems: parts.nItems,
    tokensPerPosition: form.tokensPerPosition,
    isAligned: form.isAligned,
    scales: parts.scales,
  };
  return {
    network,
    nUsers: parts.nUsers,
    form,
    parameters,
    interests: parts.interests,
    codes,
    itemNumbers: parts.itemNumbers,
  };
}

export function backboneConfig(options: GenerativeOptions, codes: ItemCodes | undefined): T5Config {
  if (codes !== undefined) return compactT5(options.width, options.layers, codes.vocabulary, options.dropout);
  const isT5Small = options.width === T5_SMALL.width;
  const base = isT5Small ? T5_SMALL : compactT5(options.width, options.layers, T5_SMALL.vocabulary, options.dropout);
  return { ...base, dropout: options.dropout, encoderLayers: options.layers, decoderLayers: options.layers };
}

/** Fresh backbone parameters, with `loaded` values (a T5 checkpoint) where it has them. */
export function initialParameters(
  parts: StateParts,
  random: Random,
  loaded: ReadonlyMap<string, Float32Array> = new Map(),
): Parameters {
  const { options, nItems } = parts;
  const parameters = new Parameters();
  const specs = t5Parameters(backboneConfig(options, parts.codes)).map((spec) =>
    spec.name === "shared.weight" ? { ...spec, init: options.tokenScale } : spec,
  );
  for (const spec of [...specs, ...promptParameters(options)]) {
    parameters.add(spec.name, spec.shape, loaded.get(spec.name) ?? initialValue(spec, random));
  }
  if (options.sequentialWord !== "position") {
    parameters.add("omega.sequential", [nItems + 2, options.width], sequentialStart(parts, random));
  }
  return parameters;
}

/** omega_0 and ordinal rows start like an isolated node of the graph table: N(0, (sigma/(L+1))^2). */
function promptParameters(options: GenerativeOptions): ParameterSpec[] {
  const d = options.width;
  const isolated = options.normaliseWords ? options.tokenScale : options.sigma / (options.individualLayers + 1);
  return [
    ...(["sequential", "direct"] as const).map((task) => ({
      name: `prompt.${task}`,
      shape: [options.prompts, d],
      init: options.normaliseWords ? options.tokenScale : 1,
    })),
    { name: "omega.zero", shape: [d], init: isolated },
    ...(options.sequentialWord === "item"
      ? []
      : [{ name: "omega.positions", shape: [MAX_ORDINAL, d], init: isolated }]),
    ...(options.recency ? [{ name: "recency", shape: [MAX_ORDINAL, d], init: options.tokenScale }] : []),
    ...(options.interaction ? [{ name: "interaction", shape: [d], init: "ones" as const }] : []),
  ];
}

function sequentialStart({ options, nItems, nUsers, interests, scales }: StateParts, random: Random): Float32Array {
  const d = options.width;
  const isolated = options.normaliseWords ? options.tokenScale : options.sigma / (options.individualLayers + 1);
  const table = random.normals((nItems + 2) * d, isolated);
  if (options.sequentialStart === "individual") {
    const items = interests.individual.subarray(nUsers * d);
    for (let i = 0; i < items.length; i++) table[i] = items[i]! * scales.individual;
  }
  return table;
}

/** 1 / RMS of the tables when words are normalised, else 1. */
export function wordScales(options: GenerativeOptions, interests: InterestTables): NetworkShape["scales"] {
  if (!options.normaliseWords) return { individual: 1, group: 1 };
  return { individual: 1 / (rms(interests.individual) || 1), group: 1 / (rms(interests.group) || 1) };
}

/** Propagated item interests as a matrix view [nItems, d]. */
export function itemInterests(state: GenerativeState): Matrix {
  const d = state.network.t5.width;
  return { rows: state.network.nItems, columns: d, data: state.interests.individual.subarray(state.nUsers * d) };
}
