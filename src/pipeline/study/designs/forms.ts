// The two forms of ISRF that studies take apart.
import type { SystemConfig } from "../study-config.ts";
import type { Form } from "./settings.ts";

type Settings = SystemConfig["set"];

/** Options that let a witness speak. */
export const WITNESSES = {
  sequence: "witnessSequence",
  individual: "witnessIndividual",
  group: "witnessGroup",
  neighbours: "witnessNeighbours",
  text: "witnessText",
  nearest: "witnessNearest",
  generator: "witnessGenerator",
  popularity: "witnessPopularity",
} as const;

/** Presets that hold the paper's parts alone already. */
const PAPERS_OWN: readonly string[] = ["small", "paper", "authors"];

/**
 * The paper's parts alone, at the sizes of a preset that adds to them: no witness and no head answers, interests move
 * in every step, both losses weigh 1.
 */
const DECODER_ALONE: Settings = {
  ...Object.fromEntries(Object.values(WITNESSES).map((name) => [name, false])),
  itemHead: 0,
  candidateHead: 0,
  interestEvery: 1,
  groupEvery: 1,
  interestLearningRate: 1e-3,
  lambdaDirect: 1,
  lambdaSequential: 1,
  itemSource: "semantic",
};

/** Option values of `form` over a preset's, with `set` over both. */
export function formOf(form: Form, preset: string, set: Settings): Settings {
  return form === "product" || PAPERS_OWN.includes(preset) ? set : { ...DECODER_ALONE, ...set };
}
