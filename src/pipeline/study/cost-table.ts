// The paper's table 4 as tables and a picture.
import { join } from "node:path";
import { writeFileAtomic, writeJsonAtomic } from "../../base/files.ts";
import { panelsFigure } from "../figures/panels.ts";
import type { Panel } from "../figures/panels-figure.ts";
import { drawTable, type PlainTable, type TableCell, wholeCell } from "../tables/index.ts";
import type { StudyCosts, SystemCost, TextCost } from "./cost-figures.ts";

const MEBIBYTE = 2 ** -20;

const figure = (value: number | undefined, scale = 1, digits = 1): TableCell =>
  value === undefined ? undefined : { value: value * scale, text: (value * scale).toFixed(digits) };

/** What stands in a row of the table, and what of it is drawn. */
const COLUMNS: readonly {
  readonly head: string;
  readonly cell: (cost: SystemCost) => TableCell;
  readonly isDrawn?: true;
}[] = [
  { head: "train s/epoch", cell: (cost) => figure(cost.secondsPerEpoch), isDrawn: true },
  { head: "epochs", cell: (cost) => wholeCell(cost.epochs) },
  { head: "prepare s", cell: (cost) => figure(cost.preparationSeconds) },
  { head: "beside s", cell: (cost) => figure(cost.besideSeconds) },
  { head: "whole s", cell: (cost) => figure(cost.totalSeconds), isDrawn: true },
  { head: "host MiB", cell: (cost) => figure(cost.peakBytes, MEBIBYTE, 0), isDrawn: true },
  { head: "of these grown", cell: (cost) => figure(cost.grownBytes, MEBIBYTE, 0) },
  { head: "device MiB", cell: (cost) => figure(cost.deviceBytes, MEBIBYTE, 0), isDrawn: true },
  { head: "infer DR ms/user", cell: (cost) => figure(cost.directSecondsPerUser, 1000), isDrawn: true },
  { head: "infer SR ms/user", cell: (cost) => figure(cost.sequentialSecondsPerUser, 1000), isDrawn: true },
  { head: "parameters", cell: (cost) => (cost.parameters === undefined ? undefined : wholeCell(cost.parameters)) },
];

/** Of trainings, and of texts. */
export function costTables({ systems, texts, notes = [] }: StudyCosts): PlainTable[] {
  const isOwn = systems.every(({ ownProcess }) => ownProcess === true);
  const trainings = {
    title: "Cost of training and answering",
    head: ["", ...COLUMNS.map(({ head }) => head)],
    rows: systems.map((cost) => [
      `${cost.dataset} ${cost.label}${cost.resumed ? " *" : ""}`,
      ...COLUMNS.map(({ cell }) => cell(cost)),
    ]),
    notes: [
      "wall time of the first seed's training, validation included; prepare: graphs, fitted starts, similar users",
      "beside: parts trained after the epochs, such as ISRF's sequence model and its witnesses' weights; whole: all of it",
      isOwn
        ? "host: largest resident size of a process that trained this and nothing else; grown: above its start"
        : "host: largest resident size of the process, which trains one system after another; grown: above its start",
      "infer: mean over all test users of one question; DR: among 100 candidates, SR: next item",
      "parameters: of all trained parts; of ISRF the backbone with its interests, and by witnesses the sequence model, the " +
        "text map and the witnesses' weights",
      ...threadNotes(systems),
      ...notes,
      ...(systems.some(({ resumed }) => resumed)
        ? ["* was interrupted and went on: what was prepared before and the largest memory are not known"]
        : []),
    ],
  };
  const ofTexts = {
    title: "Cost of texts and vectors",
    head: [
      "",
      "texts by",
      "calls",
      "prompt tokens",
      "of these cached",
      "answer tokens",
      "reasoning s",
      "encoder",
      "embedding s",
    ],
    rows: texts.map((cost) => textRow(cost)),
    notes: [
      "over every answer in the journal of the data set; a data set pays for them once, whatever is trained",
      "cached: by the word of the server; 0 where it says nothing, and of answers that an earlier version asked for",
    ],
  };
  return [trainings, ofTexts];
}

/** Times with other threads are not compared in silence. */
function threadNotes(systems: StudyCosts["systems"]): string[] {
  const known = systems.filter(({ threads }) => threads !== undefined);
  const counts = [...new Set(known.map(({ threads }) => threads!))];
  if (counts.length < 2) return counts.map((count) => `CPU threads of each training: ${count}`);
  const rows = known.map(({ dataset, label, threads }) => `${dataset} ${label} ${threads}`);
  return [`CPU threads differ: ${rows.join(", ")}`];
}

function textRow(cost: TextCost): TableCell[] {
  const { dataset, textsBy, calls, promptTokens, cachedTokens, completionTokens, seconds } = cost;
  const { encoder, embedSeconds } = cost;
  const sums = [calls, promptTokens, cachedTokens, completionTokens].map(wholeCell);
  return [dataset, textsBy, ...sums, figure(seconds), encoder, figure(embedSeconds)];
}

/** A panel for each quantity that was measured, a bar for each system, a colour for each data set. */
export function costFigure({ systems }: StudyCosts): string {
  const places = [...new Set(systems.map(({ label }) => label))];
  const datasets = [...new Set(systems.map(({ dataset }) => dataset))];
  const panels = COLUMNS.filter(({ isDrawn }) => isDrawn).map(({ head, cell }): Panel => {
    const pointOf = (dataset: string, label: string) => {
      const found = systems.find((cost) => cost.dataset === dataset && cost.label === label);
      const shown = found && cell(found);
      return typeof shown === "object" ? { value: shown.value } : undefined;
    };
    const series = datasets.map((name) => ({ name, points: places.map((label) => pointOf(name, label)) }));
    return { title: head, series };
  });
  const known = panels.filter(({ series }) => series.some(({ points }) => points.some((point) => point !== undefined)));
  return panelsFigure({ title: "What systems cost", kind: "bars", places, placesName: "", panels: known });
}

const ENDINGS = { md: "markdown", tex: "latex" } as const;

/** `cost.md`, `.tex`, `.json`, `.svg`, and `cost.csv` and `cost-texts.csv`, of one table each; their paths. */
export async function writeCosts(directory: string, costs: StudyCosts): Promise<string[]> {
  const path = (ending: string) => join(directory, `cost.${ending}`);
  const tables = costTables(costs);
  for (const [ending, format] of Object.entries(ENDINGS)) {
    const drawn = tables.map((table) => drawTable(table, format));
    await writeFileAtomic(path(ending), `${drawn.join("\n\n")}\n`);
  }
  const sheets = [path("csv"), join(directory, "cost-texts.csv")];
  for (const [i, sheet] of sheets.entries()) await writeFileAtomic(sheet, `${drawTable(tables[i]!, "csv")}\n`);
  await writeJsonAtomic(path("json"), costs);
  await writeFileAtomic(path("svg"), costFigure(costs));
  return [...Object.keys(ENDINGS).map(path), ...sheets, ...["json", "svg"].map(path)];
}
