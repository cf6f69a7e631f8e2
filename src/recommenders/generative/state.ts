// What a trained system is: options, sizes, backbone parameters, codes, and the interests that prompts read. No graph, no
// optimiser.

import { compactPrompts } from "../../backbone/compact-prompt.ts";
import type { ItemCodes } from "../../backbone/item-codes.ts";
import type { PromptForm } from "../../backbone/prompt.ts";
import { compactT5, T5_SMALL, type T5Config } from "../../backbone/t5-config.ts";
import { initialValue, type ParameterSpec, t5Parameters } from "../../backbone/t5-parameters.ts";
import { textPrompts } from "../../backbone/text-prompt.ts";
import type { WordTokenizer } from "../../backbone/tokenizer.ts";
import { type Matrix, rms } from "../../base/matrix.ts";
import type { Random } from "../../base/random.ts";
import { Parameters } from "../../engine/index.ts";
import { HISTORY_WEIGHT, headItems, identityMap, recencyLogits } from "./heads/history-rows.ts";
import { type GenerativeOptions, hasOrdinalWords, readsCandidateHistory, readsHistoryRows } from "./options/options.ts";
import { type NetworkShape, ORDINALS, RECENCIES } from "./shapes.ts";

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

/** Assemble a state around `parameters`, fresh or loaded. */
export function assembleState(parts: StateParts, parameters: Parameters): GenerativeState {
  const { options, nUsers, codes, userCodes, words, interests, itemNumbers } = parts;
  const form = promptForm(parts);
  const network: NetworkShape = {
    options,
    t5: backboneConfig(options, form),
    nItems: parts.nItems,
    tokensPerPosition: form.tokensPerPosition,
    isAligned: form.isAligned,
    scales: parts.scales,
  };
  return { network, nUsers, form, parameters, interests, codes, userCodes, words, itemNumbers };
}

function promptForm({ options, codes, userCodes, words, tokenizer, itemNumbers }: StateParts): PromptForm {
  const { templates, groupWord } = options;
  if (codes === undefined) {
    return textPrompts({ tokenizer, vocabulary: T5_SMALL.vocabulary, itemNumbers, templates });
  }
  return compactPrompts({
    items: codes,
    ...(userCodes && { users: userCodes }),
    hasGroup: groupWord,
    templates,
    words,
  });
}

function backboneConfig(options: GenerativeOptions, { kind, vocabulary }: PromptForm): T5Config {
  const { width, layers, dropout } = options;
  const isT5Small = kind === "text" && width === T5_SMALL.width;
  const base = isT5Small ? T5_SMALL : compactT5(width, layers, vocabulary, dropout);
  return { ...base, dropout, encoderLayers: layers, decoderLayers: layers };
}

/** Fresh backbone parameters, with `loaded` values (a T5 checkpoint) where it has them. */
export function initialParameters(
  parts: StateParts,
  random: Random,
  loaded: ReadonlyMap<string, Float32Array> = new Map(),
): Parameters {
  const { options, nItems } = parts;
  const parameters = new Parameters();
  const specs = t5Parameters(backboneConfig(options, promptForm(parts))).map((spec) =>
    spec.name === "shared.weight" ? { ...spec, init: options.tokenScale } : spec,
  );
  const add = (spec: ParameterSpec): void =>
    parameters.add(spec.name, spec.shape, loaded.get(spec.name) ?? initialValue(spec, random));
  for (const spec of specs) add(spec);
  for (const task of ["sequential", "direct"] as const) {
    parameters.add(`prompt.${task}`, [options.prompts, options.width], promptStart(options, random));
  }
  for (const spec of wordParameters(options)) add(spec);
  if (readsHistoryRows(options)) {
    parameters.add("head.recency", [RECENCIES, 1], recencyLogits());
    parameters.add("head.history", [1], Float32Array.of(HISTORY_WEIGHT));
    if (options.historyMap) parameters.add("head.map", [options.width, options.width], identityMap(options.width));
    if (readsCandidateHistory(options)) parameters.add("head.candidates", [1], Float32Array.of(1));
  }
  const rows = nItems + 2;
  if (options.sequentialWord !== "position")
    parameters.add("omega.sequential", [rows, options.width], itemRows(options, rows, random));
  else if (options.itemHead > 0)
    parameters.add(headItems(options), [nItems, options.width], itemRows(options, nItems, random));
  return parameters;
}

/** Size of an isolated node of the graph table, sigma/(L+1): omega_0 and rows of items start like it. */
function isolatedScale({ normaliseWords, tokenScale, sigma, individualLayers }: GenerativeOptions): number {
  return normaliseWords ? tokenScale : sigma / (individualLayers + 1);
}

function wordParameters(options: GenerativeOptions): ParameterSpec[] {
  const d = options.width;
  const isOrdinal = (["sequential", "direct"] as const).map((task) => hasOrdinalWords(options, task));
  return [
    // Ordinal words have their own omega_0, row 0 of their table.
    ...(isOrdinal.includes(false) ? [{ name: "omega.zero", shape: [d], init: isolatedScale(options) }] : []),
    ...(isOrdinal.includes(true)
      ? [{ name: "omega.positions", shape: [ORDINALS, d], init: options.ordinalScale }]
      : []),
    ...(options.recency ? [{ name: "recency", shape: [RECENCIES, d], init: options.tokenScale }] : []),
    ...(options.headShortcut && options.candidateHead > 0 && options.directWord === "individual"
      ? [{ name: "head.affinity", shape: [1], init: "ones" as const }]
      : []),
    ...(options.interaction ? [{ name: "interaction", shape: [d], init: "ones" as const }] : []),
  ];
}

function promptStart(options: GenerativeOptions, random: Random): Float32Array {
  const { normaliseWords, tokenScale } = options;
  const size = options.prompts * options.width;
  if (options.promptStart === "uniform") return Float32Array.from({ length: size }, () => 0.2 * random.uniform() - 0.1);
  return random.normals(size, normaliseWords ? tokenScale : 1);
}

/** The first rows are items'. */
function itemRows(options: GenerativeOptions, rows: number, random: Random): Float32Array {
  return random.normals(rows * options.width, isolatedScale(options));
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
