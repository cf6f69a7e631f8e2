import type { Dataset } from "../data/index.ts";
import { printable } from "./text.ts";

/** What `data import` and `data synth` say of the dataset they wrote. */
export function datasetSummary({ directory, manifest, hash }: Dataset): { json: object; text: string } {
  const { users, items, interactions } = manifest.counts;
  const densityPercent = (100 * interactions) / (users * items);
  const figures = [
    `users         ${users.toLocaleString("en")}`,
    `items         ${items.toLocaleString("en")}`,
    `interactions  ${interactions.toLocaleString("en")}`,
    `density       ${densityPercent.toFixed(4)} %`,
  ];
  return {
    json: { directory, name: manifest.name, users, items, interactions, densityPercent, hash },
    text: [`${printable(manifest.name)} -> ${printable(directory)}`, ...figures].join("\n"),
  };
}
