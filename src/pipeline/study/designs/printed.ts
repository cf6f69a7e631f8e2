// Tables 1 and 2 as the paper prints them; nothing is corrected. Their systems answer freely, train on
// what their code shows them, and are named here as ours are: printed values of RSL stand beside RSL-proxy.

import { join } from "node:path";
import { writeFileAtomic, writeJsonAtomic } from "../../../base/files.ts";
import { decimals } from "../../../base/written-numbers.ts";
import type { Comparison } from "../../compare/comparison.ts";
import { csvRows } from "../../tables/csv.ts";
import { drawTable, type PlainTable, type TableCell } from "../../tables/index.ts";

const DATASETS = ["sports", "beauty", "toys"] as const;
const METRICS = ["HR@5", "NDCG@5", "HR@10", "NDCG@10"] as const;

/** By system: four metrics of each data set in turn. */
type Printed = Readonly<Record<string, readonly number[]>>;

const SEQUENTIAL: Printed = {
  caser: [0.0116, 0.0072, 0.0194, 0.0097, 0.0131, 0.0087, 0.0176, 0.0101, 0.0166, 0.0107, 0.027, 0.0141],
  gru4rec: [0.0129, 0.0086, 0.0204, 0.0099, 0.02, 0.0283, 0.0137, 0.02, 0.0099, 0.0059, 0.0176, 0.0084],
  hgn: [0.0189, 0.012, 0.0313, 0.0163, 0.0512, 0.0266, 0.0263, 0.0455, 0.0201, 0.0141, 0.017, 0.03],
  sasrec: [0.0233, 0.0154, 0.035, 0.0192, 0.05, 0.0347, 0.017, 0.065, 0.0463, 0.0306, 0.0675, 0.0374],
  bert4rec: [0.0115, 0.0075, 0.0191, 0.0099, 0.0203, 0.0124, 0.0347, 0.017, 0.0116, 0.0071, 0.0203, 0.0099],
  fdsa: [0.0182, 0.0122, 0.0288, 0.0156, 0.0267, 0.0163, 0.0407, 0.0208, 0.0228, 0.014, 0.0381, 0.0189],
  p5: [0.0387, 0.0312, 0.046, 0.0336, 0.0508, 0.0379, 0.0644, 0.0429, 0.0648, 0.0567, 0.0709, 0.0587],
  "rsl-proxy": [0.0392, 0.033, 0.0512, 0.0375, 0.0508, 0.0381, 0.0667, 0.0446, 0.0676, 0.0583, 0.0712, 0.0596],
  pod: [0.0497, 0.0399, 0.0585, 0.0422, 0.0559, 0.042, 0.0696, 0.0471, 0.0692, 0.0589, 0.0744, 0.0601],
  elmrec: [0.0538, 0.0453, 0.0616, 0.0471, 0.0609, 0.0486, 0.075, 0.0529, 0.0713, 0.0608, 0.0764, 0.0618],
  isrf: [0.0564, 0.0468, 0.0648, 0.0493, 0.0658, 0.0526, 0.08, 0.0571, 0.0741, 0.0641, 0.0792, 0.0652],
};

const DIRECT: Printed = {
  simplex: [0.2362, 0.1505, 0.329, 0.18, 0.2247, 0.1441, 0.309, 0.1711, 0.1958, 0.1244, 0.2662, 0.1469],
  lightgcn: [0.415, 0.3002, 0.5436, 0.3418, 0.4205, 0.3067, 0.5383, 0.3451, 0.3879, 0.2874, 0.5106, 0.3272],
  ncl: [0.4292, 0.3131, 0.5592, 0.3551, 0.4378, 0.3228, 0.5542, 0.3607, 0.3975, 0.2925, 0.512, 0.3325],
  xsimgcl: [0.3547, 0.2689, 0.4486, 0.2992, 0.353, 0.2734, 0.4392, 0.3012, 0.3351, 0.2614, 0.4186, 0.2885],
  p5: [0.1955, 0.1355, 0.2802, 0.1627, 0.1564, 0.1096, 0.23, 0.1332, 0.1322, 0.0889, 0.2023, 0.1114],
  "rsl-proxy": [0.2092, 0.1502, 0.3001, 0.1703, 0.1564, 0.1096, 0.23, 0.1332, 0.1423, 0.0825, 0.1926, 0.1028],
  pod: [0.2105, 0.1539, 0.2889, 0.1782, 0.1931, 0.1404, 0.2677, 0.1639, 0.1461, 0.1029, 0.2119, 0.1244],
  elmrec: [0.5782, 0.4792, 0.6479, 0.4852, 0.6052, 0.4852, 0.6794, 0.4973, 0.5178, 0.4051, 0.6045, 0.4141],
  isrf: [0.6766, 0.5535, 0.7697, 0.5666, 0.6773, 0.5217, 0.7673, 0.5352, 0.5893, 0.4737, 0.6733, 0.4857],
};

const TABLES: Readonly<Record<string, { readonly title: string; readonly printed: Printed }>> = {
  sequential: { title: "Next item (the paper's table 1)", printed: SEQUENTIAL },
  "direct-uniform": { title: "Among 100 candidates (the paper's table 2)", printed: DIRECT },
};

const NOTES = [
  "printed: the paper's own figures, for orientation alone: other trainings, other decoding, other protocol",
  "! cannot be: an NDCG above its hit rate, or a shorter list that finds more",
  "? cannot be where a user has one held-out item: ranks 6 to 10 give NDCG .289 to .356 of what they give the hit rate",
];

/** What a system has of one question and data set, in the order of `METRICS`. */
interface PrintedRow {
  readonly question: string;
  readonly dataset: string;
  readonly label: string;
  readonly own: readonly (number | undefined)[];
  readonly printed: readonly number[];
}

/** By question and data set, as far as the paper has them. */
function printedRows({ questions, systems, datasets }: Comparison): PrintedRow[] {
  return questions.flatMap(({ question, columns }) =>
    datasets.flatMap(({ name: dataset }) => {
      const known = DATASETS.findIndex((word) => dataset.toLowerCase().includes(word));
      return systems.flatMap(({ label }, system): PrintedRow[] => {
        const printed = known < 0 ? undefined : TABLES[question]?.printed[label]?.slice(4 * known, 4 * known + 4);
        if (printed === undefined) return [];
        const cellOf = (metric: string) =>
          columns.find((one) => one.dataset === dataset && one.metric === metric)?.cells[system];
        return [{ question, dataset, label, own: METRICS.map((metric) => cellOf(metric)?.value), printed }];
      });
    }),
  );
}

/** A table for each question and data set that the paper has; none where it has neither. */
export function printedTables(comparison: Comparison): PlainTable[] {
  const tables = new Map<string, PrintedRow[]>();
  for (const row of printedRows(comparison)) {
    const title = `${TABLES[row.question]!.title}, ${row.dataset}: ours beside what is printed`;
    tables.set(title, [...(tables.get(title) ?? []), row]);
  }
  const head = ["", ...METRICS.flatMap((metric) => [metric, "printed"])];
  return [...tables].map(([title, own]) => ({ title, head, rows: own.map(cellsOf), notes: NOTES }));
}

function cellsOf({ label, own, printed }: PrintedRow): TableCell[] {
  const cells = own.map((value) => (value === undefined ? undefined : { value, text: decimals(value) }));
  return [label, ...cells.flatMap((cell, i) => [cell, printedCell(printed, i)])];
}

/** One line per value, which says of which table it is and bears the mark of its printed row. */
export function printedCsv(comparison: Comparison): string {
  const lines = printedRows(comparison).flatMap(({ question, dataset, label, own, printed }) =>
    METRICS.map((metric, i) => [question, dataset, label, metric, own[i], printed[i], markOf(printed).trim()]),
  );
  return csvRows([["question", "dataset", "system", "metric", "value", "printed", "mark"], ...lines]);
}

function printedCell(row: readonly number[], at: number): TableCell {
  return { value: row[at]!, text: `${decimals(row[at]!)}${markOf(row)}` };
}

/** Four decimals are printed. */
const ROUNDING = 0.00005;
/** What NDCG has of a hit at the last and the first rank behind five. */
const [LAST_GAIN, FIRST_GAIN] = [1 / Math.log2(11), 1 / Math.log2(7)];

function markOf(row: readonly number[]): "" | " !" | " ?" {
  const [hr5, ndcg5, hr10, ndcg10] = row as [number, number, number, number];
  if (ndcg5 > hr5 || ndcg10 > hr10 || hr5 > hr10 || ndcg5 > ndcg10) return " !";
  const [hits, gain, slack] = [hr10 - hr5, ndcg10 - ndcg5, 2 * ROUNDING];
  const isPossible = gain + slack >= LAST_GAIN * (hits - slack) && gain - slack <= FIRST_GAIN * (hits + slack);
  return isPossible ? "" : " ?";
}

/** Files of their own, apart from the study's tables; their paths, none where the paper has none of these data. */
export async function writePrinted(directory: string, comparison: Comparison): Promise<string[]> {
  const tables = printedTables(comparison);
  if (tables.length === 0) return [];
  const path = (ending: string) => join(directory, `beside-printed.${ending}`);
  for (const [ending, format] of Object.entries(ENDINGS)) {
    const drawn = tables.map((table) => drawTable(table, format));
    await writeFileAtomic(path(ending), `${drawn.join("\n\n")}\n`);
  }
  await writeFileAtomic(path("csv"), `${printedCsv(comparison)}\n`);
  await writeJsonAtomic(path("json"), tables);
  return [...Object.keys(ENDINGS), "csv", "json"].map(path);
}

const ENDINGS = { md: "markdown", tex: "latex" } as const;
