import type { Values } from "../../recommenders/options/index.ts";

/**
 * Parts of a batch that follow from its size, in words; undefined for those of the preset (`usual`), and for those that
 * somebody chose: the user, or whoever trained the run that is started from.
 */
export function otherParts(usual: unknown, chosen: Values, { accumulate, batch }: Values): string | undefined {
  if (usual === undefined || chosen.accumulate !== undefined || Number(batch) % Number(usual) === 0) return undefined;
  return `A batch of ${batch} is computed in ${accumulate} parts (accumulate), since the preset's ${usual} do not divide it.`;
}
