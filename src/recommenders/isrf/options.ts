// All options of ISRF: those of every generative system, and those of its answers from several witnesses.
import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { type GenerativeOptions, generativeSchema } from "../generative/options/options.ts";
import { WITNESSES, type WitnessName } from "../witnesses/witness.ts";
import { evidenceOptions, WITNESS_OPTIONS } from "./evidence-options.ts";

export const isrfSchema = z.strictObject({ ...generativeSchema.shape, ...evidenceOptions });

export type IsrfOptions = z.infer<typeof isrfSchema>;

/** The witnesses that speak, in their order; none where the backbone answers alone. */
export function witnessesOf(options: IsrfOptions): readonly WitnessName[] {
  return WITNESSES.filter((name) => options[WITNESS_OPTIONS[name]]);
}

/**
 * Also where the others were switched off under a preset that lets the generator speak.
 * @throws UsageError where it is to speak alone: it is asked about short lists that others make.
 */
export function refuseLoneGenerator(options: IsrfOptions): void {
  const [first, ...others] = witnessesOf(options);
  if (first !== "generator" || others.length > 0) return;
  throw new UsageError(
    "option witnessGenerator: it speaks of short lists that other witnesses make, and all others are off. " +
      "Switch one on, or witnessGenerator off: then the backbone answers alone, by beams.",
  );
}

/** What the backbone's training reads. */
export function generativePart(options: Readonly<Record<string, unknown>>): GenerativeOptions {
  const own = Object.entries(options).filter(([name]) => !(name in evidenceOptions));
  return generativeSchema.parse(Object.fromEntries(own));
}

/** Whether somebody speaks who reads an item's text: else nothing is known of one that training never saw. */
export function knowsNewItems(options: Readonly<Record<string, unknown>>): boolean {
  return (["sequence", "text", "nearest"] as const).some((name) => options[WITNESS_OPTIONS[name]] === true);
}

/** Whether options, also of runs from before there were witnesses, let any speak. */
export function usesWitnesses(options: Readonly<Record<string, unknown>>): boolean {
  return Object.values(WITNESS_OPTIONS).some((name) => options[name] === true);
}
