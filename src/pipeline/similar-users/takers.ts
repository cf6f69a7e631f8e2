// Which trainings take a search: those of isrf whose options ask for the same.
import type { Search } from "../../embedding/index.ts";
import { resolveOptions } from "../../recommenders/options/index.ts";
import { trainable } from "../../recommenders/registry.ts";

export interface AskedSearch {
  readonly neighbours: number;
  readonly search: Search;
}

/** What trainings of isrf by a preset search. @throws UsageError for a preset that is none. */
export function searchOfPreset(preset: string): AskedSearch {
  const { options } = trainable("isrf");
  const { neighbours, neighbourSearch } = resolveOptions(options, preset, {});
  return { neighbours: Number(neighbours), search: neighbourSearch as Search };
}

/**
 * Presets of isrf whose trainings take a search as they stand; others do with `--set neighbours=... --set
 * neighbourSearch=...`. An exact search for more serves who asks for fewer.
 */
export function presetsServed({ neighbours, search }: AskedSearch, users: number): readonly string[] {
  return Object.keys(trainable("isrf").options.presets).filter((preset) => {
    const asked = searchOfPreset(preset);
    const k = Math.min(asked.neighbours, users - 1);
    return asked.search === search && (k === neighbours || (search === "exact" && k < neighbours));
  });
}
