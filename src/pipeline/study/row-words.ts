// What the rows of a study are, in words: which model at which preset, with what over it.
import { authorsTexts, isAsAuthors } from "../train/index.ts";
import type { SystemConfig } from "./study-config.ts";

interface Row {
  readonly label: string;
  readonly model: string;
  /** Such as "epochs 2", the preset first. */
  readonly facts: readonly string[];
}

/**
 * Rows of one model say once what they share, and then what sets each apart; others stand with those that are at the
 * same preset with the same settings: `isrf, p5, pod: preset paper`. Rows at preset `authors` say which texts are
 * theirs.
 */
export function rowWords(systems: readonly SystemConfig[], preset: string): string[] {
  const rows = systems.map((system) => rowOf(system, preset));
  const models = [...new Set(rows.map(({ model }) => model))];
  const byModel = models.map((model) => rows.filter((row) => row.model === model));
  const alone = byModel.flatMap((own) => (own.length === 1 ? own : []));
  const asAuthors = systems.some((system) => isAsAuthors({ ...system, preset: system.preset ?? preset }));
  const texts = asAuthors ? [`preset authors: ${authorsTexts("DATASET")}`] : [];
  return [...byModel.flatMap((own) => (own.length === 1 ? [] : rowsOfModel(own))), ...grouped(alone), ...texts];
}

function rowOf({ model, label = model, set, embeddings, ...own }: SystemConfig, preset: string): Row {
  const settings = Object.entries(set).map(([name, value]) => `${name} ${value === "" ? "empty" : value}`);
  const vectors = embeddings === undefined ? [] : [`embeddings ${embeddings}`];
  return { label, model, facts: [`preset ${own.preset ?? preset}`, ...settings, ...vectors] };
}

function rowsOfModel(rows: readonly Row[]): string[] {
  const shared = rows[0]!.facts.filter((fact) => rows.every(({ facts }) => facts.includes(fact)));
  const apart = rows.map(({ label, facts }) => [label, facts.filter((fact) => !shared.includes(fact))] as const);
  return [
    `${rows.length} rows of ${rows[0]!.model}: ${shared.join(", ")}`,
    ...apart.map(([label, facts]) => `row ${label}: ${facts.length === 0 ? "nothing else" : facts.join(", ")}`),
  ];
}

function grouped(rows: readonly Row[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { label, model, facts } of rows) {
    const what = facts.join(", ");
    groups.set(what, [...(groups.get(what) ?? []), label === model ? model : `${label} (${model})`]);
  }
  return Array.from(groups, ([what, labels]) => `${labels.join(", ")}: ${what}`);
}
