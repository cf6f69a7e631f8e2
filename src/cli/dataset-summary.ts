import type { Dataset } from "../data/index.ts";
import { printable } from "./text.ts";

/** What `data import` and `data synth` say of the dataset they wrote. */
export function datasetSummary({ directory, manifest, hash }: Dataset): { json: object; text: string } {
  const { users, items, interactions } = manifest.counts;
  const { explanations } = manifest;
  const densityPercent = (100 * interactions) / (users * items);
  const figures = [
    `users         ${users.toLocaleString("en")}`,
    `items         ${items.toLocaleString("en")}`,
    `interactions  ${interactions.toLocaleString("en")}`,
    `density       ${densityPercent.toFixed(4)} %`,
    ...(explanations === undefined ? [] : [sentenceFigure(explanations)]),
  ];
  return {
    json: { directory, name: manifest.name, users, items, interactions, densityPercent, hash, explanations },
    text: [`${printable(manifest.name)} -> ${printable(directory)}`, ...figures].join("\n"),
  };
}

function sentenceFigure({ sentences, withFeature, leftOut }: NonNullable<Dataset["manifest"]["explanations"]>): string {
  const omitted = leftOut.reduce((sum, { count }) => sum + count, 0);
  const words = (count: number) => count.toLocaleString("en");
  return `sentences     ${words(sentences)} of reviews, ${words(withFeature)} with a feature, ${words(omitted)} records left out`;
}
