// One question of a comparison as a grid of words, in the layout of the paper's Tables 1 and 2: systems in rows, data
// sets times metrics in columns, the reference last, its gain over the best of the others below. The formats only draw
// it.
import { decimals, percent } from "../../base/written-numbers.ts";
import { PAPER_BANNER } from "../../data/index.ts";
import type { ComparedCell, ComparedColumn, ComparedQuestion, ComparedSystem, Comparison, Gain } from "./comparison.ts";

export interface GridCell {
  readonly text: string;
  readonly mark?: "best" | "second" | undefined;
}

export interface GridRow {
  readonly label: string;
  readonly cells: readonly GridCell[];
}

export interface Grid {
  readonly title: string;
  /** Data sets with the number of columns of each. */
  readonly datasets: readonly { readonly name: string; readonly columns: number }[];
  readonly metrics: readonly string[];
  readonly rows: readonly GridRow[];
  /** Absent where the reference did not answer or stands alone. */
  readonly gain?: GridRow | undefined;
  readonly notes: readonly string[];
}

const TITLES: Readonly<Record<string, string>> = {
  sequential: "Sequential recommendation",
  "sequential-cold": "Sequential recommendation among cold items alone",
  "direct-uniform": "Direct recommendation, 99 uniform negatives",
  "direct-popularity": "Direct recommendation, 99 negatives drawn by popularity",
};
/** What validation items are for is choosing: whoever reads a table of them must not take it for one of test items. */
const VALIDATION = {
  title: ", validation items",
  note: "VALIDATION ITEMS: settings, checkpoints and weights of terms were chosen on them; on unseen items answers are likely worse",
} as const;
const LEVEL = 0.05;
const NOTHING: GridCell = { text: "" };
/** What Holm's correction runs over where users are apart. */
const RANGES_FAMILY = "this question's tests in all ranges, of both metrics and all data sets";
const UNTESTED = {
  users: "earlier versions did not keep how often training saw each answer: evaluate and compare again",
  seeds: "fewer than two seeds in common, or one and the same difference in all",
} as const;

/** Of each question the answers of all users, then those apart by how often training saw the wanted item. */
export function gridsOf(comparison: Comparison): Grid[] {
  return comparison.questions.flatMap((question) => [
    gridOf(comparison, question),
    ...itemCountGrids(comparison, question),
  ]);
}

function titleOf({ split }: Comparison, question: string): string {
  return `${TITLES[question] ?? question}${split === "valid" ? VALIDATION.title : ""}`;
}

/** One for each data set and metric, ranges in columns. One range is all users: the table above says the same. */
function itemCountGrids(comparison: Comparison, { question, byItemCount = [] }: ComparedQuestion): Grid[] {
  const tables = new Map(byItemCount.map(({ dataset, metric }) => [`${metric} ${dataset}`, { dataset, metric }]));
  return [...tables.values()].flatMap(({ dataset, metric }) => {
    const columns = byItemCount.filter((column) => column.dataset === dataset && column.metric === metric);
    if (columns.length < 2) return [];
    const { rows, datasets, gain, notes } = gridOf(comparison, { question, columns }, RANGES_FAMILY);
    const where = comparison.datasets.length > 1 ? `, ${dataset}` : "";
    return {
      title: `${titleOf(comparison, question)}${where}: ${metric} by how often training saw the right answer`,
      datasets,
      metrics: columns.map(({ itemCount, users }) => `${itemCount} (${users.toLocaleString("en-US")})`),
      rows,
      gain,
      notes: [...notes, "in brackets: users who are asked for such an item", ...untestedNotes(comparison, columns)],
    };
  });
}

/** Rows that stand beside the reference in some range, and are held against it in none. */
function untestedNotes(
  { systems, reference, testedOver = "users" }: Comparison,
  columns: readonly ComparedColumn[],
): string[] {
  const found = systems.filter(({ differences }, i) => {
    const cells = columns.flatMap((column) => (column.cells[reference] ? (column.cells[i] ?? []) : []));
    const isUntested = cells.every((cell) => cell[testedOver] === undefined);
    return i !== reference && differences.length === 0 && cells.length > 0 && isUntested;
  });
  if (found.length === 0) return [];
  const labels = found.map(({ label }) => label).join(", ");
  return [`not tested against ${systems[reference]!.label}, means alone: ${labels} (${UNTESTED[testedOver]})`];
}

/** `family`: the tests that Holm's correction runs over, in words. */
function gridOf(comparison: Comparison, { question, columns }: ComparedQuestion, family = "this table's tests"): Grid {
  const { systems, reference } = comparison;
  const answered = [...systems.keys()].filter((i) => columns.some(({ cells }) => cells[i] !== null));
  const order = [...answered.filter((i) => i !== reference), ...answered.filter((i) => i === reference)];
  const isDirect = question.startsWith("direct");
  const rows = order.map((i) => ({
    label: labelOf(comparison, i, isDirect),
    cells: columns.map((column) => valueCell(column, i)),
  }));
  const gain = gainRow(columns);
  return {
    title: titleOf(comparison, question),
    datasets: spans(columns),
    metrics: columns.map(({ metric }) => metric),
    rows,
    gain,
    notes: notesOf(comparison, { columns, order, isDirect, family }),
  };
}

function labelOf({ systems }: Comparison, index: number, isDirect: boolean): string {
  const { label, kind, usesHistory, isOurs, differences } = systems[index]!;
  const signs = `${isDirect && usesHistory ? " †" : ""}${kind === "yardstick" ? " ‡" : ""}${isOurs ? " §" : ""}`;
  return `${label}${signs}${differences.length > 0 ? " (not comparable)" : ""}`;
}

function valueCell({ cells, best, second }: ComparedColumn, system: number): GridCell {
  const cell = cells[system];
  if (!cell) return NOTHING;
  const text = valueText(cell);
  if (system === best) return { text, mark: "best" };
  return system === second ? { text, mark: "second" } : { text };
}

const LIMIT_SIGNS = { "no answer": "–", "some unanswered": " –", "cold items by chance": " °" } as const;
const LIMIT_NOTES = {
  "no answer": "– cannot answer users whom training never saw; tests count 0",
  "some unanswered": "– after a value: some users cannot be answered, as training never saw them; they count as misses",
  "cold items by chance":
    "° knows nothing of items that training never saw: where they stand in its lists means nothing",
} as const;

function valueText({ value, deviation, limit }: ComparedCell): string {
  if (limit === "no answer") return LIMIT_SIGNS[limit];
  const sign = limit === undefined ? "" : LIMIT_SIGNS[limit];
  return `${decimals(value)}${deviation === undefined ? "" : ` ± ${decimals(deviation)}`}${sign}`;
}

/** Rows that have other seeds on some data than on others, as when a study was stopped. */
function fewerSeeds(
  shown: readonly ComparedSystem[],
  order: readonly number[],
  columns: readonly ComparedColumn[],
): string[] {
  const found = columns.flatMap(({ dataset, cells }) =>
    shown.flatMap(({ label, seeds }, i) => {
      const own = cells[order[i]!]?.valueSeeds;
      const isWhole = own === undefined || own.length === seeds.length;
      return isWhole ? [] : [`${label} on ${dataset} (${own.join(", ")})`];
    }),
  );
  return found.length === 0 ? [] : [`not all seeds of a row: ${[...new Set(found)].join("; ")}`];
}

function limitNotes(columns: readonly ComparedColumn[]): string[] {
  const met = new Set(columns.flatMap(({ cells }) => cells.flatMap((cell) => cell?.limit ?? [])));
  return [...met].map((limit) => LIMIT_NOTES[limit]);
}

function gainRow(columns: readonly ComparedColumn[]): GridRow | undefined {
  if (columns.every(({ gain }) => gain === undefined)) return undefined;
  return { label: "Gain", cells: columns.map(({ gain }) => (gain === undefined ? NOTHING : { text: gainText(gain) })) };
}

function gainText({ relative, pValue }: Gain): string {
  const star = pValue !== undefined && pValue < LEVEL ? "*" : "";
  return relative === undefined ? star : `${relative < 0 ? "" : "+"}${percent(relative)}${star}`;
}

function spans(columns: readonly ComparedColumn[]): Grid["datasets"] {
  const names = [...new Set(columns.map(({ dataset }) => dataset))];
  return names.map((name) => ({ name, columns: columns.filter(({ dataset }) => dataset === name).length }));
}

interface Noted {
  readonly columns: readonly ComparedColumn[];
  readonly order: readonly number[];
  readonly isDirect: boolean;
  readonly family: string;
}

function notesOf(
  { systems, reference, protocol, split, testedOver = "users", notes = [] }: Comparison,
  { columns, order, isDirect, family }: Noted,
): string[] {
  const shown = order.map((i) => systems[i]!);
  const seeds = [...new Set(shown.flatMap((system) => (system.seeds.length > 1 ? [system.seeds.join(", ")] : [])))];
  const hasFusion =
    shown.some(({ kind }) => kind === "fused") &&
    columns.every(({ gain }) => systems[gain?.over ?? reference]!.kind !== "fused");
  const isMixed = shown.some(({ differences }) => differences.length > 0);
  const apart = `${isMixed ? " that are comparable with it" : ""} in each column${hasFusion ? ", fusions apart" : ""}`;
  const hasGain = columns.some(({ gain }) => gain !== undefined);
  return [
    ...(protocol === "paper" ? [PAPER_BANNER] : []),
    ...(split === "valid" ? [VALIDATION.note] : []),
    ...limitNotes(columns),
    ...(seeds.length > 0 ? [`± standard deviation over training seeds (${seeds.join("; ")})`] : []),
    ...fewerSeeds(shown, order, columns),
    ...(hasGain
      ? [
          `Gain: ${systems[reference]!.label} over the best of the others${apart}; ` +
            `* paired t-test over ${testedOver}, p < ${LEVEL} after Holm's correction over ${family}`,
        ]
      : []),
    ...(isDirect && shown.some(({ usesHistory }) => usesHistory)
      ? ["† reads the user's history beside the candidates"]
      : []),
    ...(shown.some(({ kind }) => kind === "yardstick") ? ["‡ needs no training"] : []),
    ...(shown.some(({ isOurs }) => isOurs) ? ["§ answers in a way that is ours, and no paper's"] : []),
    ...shown.flatMap(({ label, fusion, seeds }) =>
      fusion === undefined
        ? []
        : [`${label}${seeds.length > 1 ? `, seed ${seeds[0]} (others may differ)` : ""}: ${fusion}`],
    ),
    ...shown.flatMap(({ label, differences }) =>
      differences.length === 0
        ? []
        : [`NOT COMPARABLE with ${systems[reference]!.label}: ${label} (${differences.join("; ")})`],
    ),
    ...notes,
  ];
}
