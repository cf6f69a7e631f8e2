// What a trained system is: options, sizes, backbone parameters, codes, and the interests that prompts read. No graph,
// no optimiser.
import { compactPrompts } from "../../backbone/compact-prompt.ts";
import type { ItemCodes } from "../../backbone/item-codes.ts";
import type { PromptForm } from "../../backbone/prompt.ts";
import { compactT5, T5_SMALL, type T5Config } from "../../backbone/t5-config.ts";
import { textPrompts } from "../../backbone/text-prompt.ts";
import type { WordTokenizer } from "../../backbone/tokenizer.ts";
import { type Matrix, rms } from "../../base/matrix.ts";
import type { Random } from "../../base/random.ts";
import { type ParameterSpec, Parameters } from "../../engine/index.ts";
import { networkParameters } from "./network/network.ts";
import type { GenerativeOptions } from "./options/options.ts";
import type { NetworkShape } from "./shapes.ts";

export interface InterestTables {
  /** E~: users, then items; [nUsers + nItems, d], or empty where nothing reads it. */
  individual: Float32Array;
  /** H: [nUsers, d], or empty. */
  group: Float32Array;
}

/** A table that a system does not have. */
export const NO_INTERESTS = new Float32Array(0);

export interface GenerativeState {
  readonly network: NetworkShape;
  readonly nUsers: number;
  readonly form: PromptForm;
  /** Backbone, prompt vectors and whole-word tables. */
  readonly parameters: Parameters;
  readonly interests: InterestTables;
  /** Compact form only. */
  readonly codes: ItemCodes | undefined;
  /** Compact form only, where users are named by codes. */
  readonly userCodes: ItemCodes | undefined;
  /** Words of an extra task. */
  readonly words: readonly string[];
  /** Of the text form. */
  readonly tokenizer: WordTokenizer;
  /** Numbers written for items in the text form. */
  readonly itemNumbers: Int32Array;
}

export interface StateParts {
  readonly options: GenerativeOptions;
  readonly nUsers: number;
  readonly nItems: number;
  readonly codes: ItemCodes | undefined;
  readonly userCodes: ItemCodes | undefined;
  readonly words: readonly string[];
  readonly tokenizer: WordTokenizer;
  readonly itemNumbers: Int32Array;
  readonly scales: NetworkShape["scales"];
  readonly interests: InterestTables;
}

/** The value that a learned tensor begins with: a fresh one, or that of a file. */
export type ValueFor = (spec: ParameterSpec) => Float32Array;

/** Assemble a state; `valueFor` is asked for each tensor that its network learns, in their order. */
export function assembleState(parts: StateParts, valueFor: ValueFor): GenerativeState {
  const { options, nUsers, codes, userCodes, words, tokenizer, interests, itemNumbers } = parts;
  const form = promptForm(parts);
  const network: NetworkShape = {
    options,
    t5: backboneConfig(options, form),
    nItems: parts.nItems,
    tokensPerPosition: form.tokensPerPosition,
    isAligned: form.isAligned,
    scales: parts.scales,
  };
  const parameters = Parameters.of(networkParameters(network), valueFor);
  return { network, nUsers, form, parameters, interests, codes, userCodes, words, tokenizer, itemNumbers };
}

function promptForm({ options, codes, userCodes, words, tokenizer, itemNumbers }: StateParts): PromptForm {
  const { templates, groupWord } = options;
  if (codes === undefined) {
    return textPrompts({ tokenizer, itemNumbers, templates });
  }
  return compactPrompts({
    items: codes,
    users: userCodes,
    hasGroup: groupWord,
    templates,
    words,
  });
}

function backboneConfig(options: GenerativeOptions, { kind, vocabulary }: PromptForm): T5Config {
  const { width, layers, dropout } = options;
  const isT5Small = kind === "text" && width === T5_SMALL.width;
  // T5-small's layers; the rows of its token table where the tokenizer is T5's.
  const base = isT5Small ? { ...T5_SMALL, vocabulary } : compactT5(width, layers, vocabulary, dropout);
  return { ...base, dropout, encoderLayers: layers, decoderLayers: layers };
}

/** Fresh values, drawn from one stream; those of a T5 checkpoint where `loaded` has them. */
export function freshValues(random: Random, loaded: ReadonlyMap<string, Float32Array> = new Map()): ValueFor {
  return ({ name, shape, init }) => loaded.get(name) ?? init(shape, random);
}

/** 1 / RMS of the tables when words are normalised, else 1. */
export function wordScales(options: GenerativeOptions, interests: InterestTables): NetworkShape["scales"] {
  const scaleOf = (table: Float32Array): number => (table.length === 0 ? 1 : 1 / (rms(table) || 1));
  if (!options.normaliseWords) return { individual: 1, group: 1 };
  return { individual: scaleOf(interests.individual), group: scaleOf(interests.group) };
}

/** Propagated user interests as a matrix view [nUsers, d]. */
export function userInterests(state: GenerativeState): Matrix {
  const d = state.network.t5.width;
  return { rows: state.nUsers, columns: d, data: state.interests.individual.subarray(0, state.nUsers * d) };
}

/** Propagated item interests as a matrix view [nItems, d]. */
export function itemInterests(state: GenerativeState): Matrix {
  const d = state.network.t5.width;
  return { rows: state.network.nItems, columns: d, data: state.interests.individual.subarray(state.nUsers * d) };
}
