// What the rows of a study are, in words: which model at which preset, with what over it.
import type { SystemConfig } from "./study-config.ts";

/** Rows that are alike but for their model stand together: `preset paper: isrf, p5, pod`. */
export function rowWords(systems: readonly SystemConfig[], preset: string): string[] {
  const groups = new Map<string, string[]>();
  for (const system of systems) {
    const { model, label = model, set, embeddings } = system;
    const settings = Object.entries(set).map(([name, value]) => `${name} ${value === "" ? "empty" : value}`);
    const vectors = embeddings === undefined ? [] : [`embeddings ${embeddings}`];
    const what = [`preset ${system.preset ?? preset}`, ...settings, ...vectors].join(", ");
    groups.set(what, [...(groups.get(what) ?? []), label === model ? model : `${label} (${model})`]);
  }
  return Array.from(groups, ([what, rows]) => `${rows.join(", ")}: ${what}`);
}
