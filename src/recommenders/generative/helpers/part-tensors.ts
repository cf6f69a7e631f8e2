// What a part gave, as the arrays of one message, and back.
import type { PartGradients } from "../../../engine/index.ts";
import type { Message } from "./wire.ts";

/** Names of gradients and of other results in one message. */
const GRADIENT = "gradient of ";

export function asTensors({ gradients, results }: PartGradients) {
  const named = Object.entries(gradients).map(([name, gradient]) => [`${GRADIENT}${name}`, gradient] as const);
  return { ...results, ...Object.fromEntries(named) };
}

export function fromTensors(tensors: NonNullable<Message["tensors"]>): PartGradients {
  const gradients: Record<string, Float32Array> = {};
  const results: PartGradients["results"] = {};
  for (const [name, data] of Object.entries(tensors)) {
    if (name.startsWith(GRADIENT)) gradients[name.slice(GRADIENT.length)] = data as Float32Array;
    else results[name] = data;
  }
  return { gradients, results };
}
