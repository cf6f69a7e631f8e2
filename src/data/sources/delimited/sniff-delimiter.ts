// What parts the cells of a table, decided from many lines: the delimiter under which most of them have equally many
// cells, whatever the file is called and however its first line looks.

import { CSV, type Dialect } from "./dialect.ts";
import { isKnownName } from "./known-name.ts";
import { isComment } from "./layout.ts";
import { RecordScanner } from "./record-scanner.ts";

/** In order of preference among equals: semicolons before commas, as commas stand in decimal numbers. */
const USUAL = ["\t", ";", ",", "|", "::", "\u0001", "^", "~", "¦"];
/** Taken only where nothing else parts the lines: blanks and colons stand inside of cells, too. */
const LAST_RESORTS = [" ", ":"];
/** Lines that must agree. */
const MOST = 0.95;
const MANY = 0.6;
/** In few lines a comment and a footer are a large share. */
const NEARLY_ALL = 0.8;

interface Fit {
  readonly dialect: Dialect;
  readonly cells: number;
  /** Share of lines that have so many. */
  readonly share: number;
  readonly knownNames: number;
  /** Whether the first line agrees. */
  readonly agreesFirst: boolean;
}

/**
 * `undefined` where nothing parts the lines into several cells. `isCut`: the sample may end in the middle of a record.
 */
export function sniffDelimiter(sample: string, isCut: boolean): Dialect | undefined {
  const bytes = Buffer.from(sample);
  const fitOf = (dialect: Dialect) => fitIn(bytes, dialect, isCut);
  const lines = sample.split(/\r\n?|\n/, 400).filter((line) => line.trim() !== "");
  const fits = [...USUAL, ...signRuns(lines)].map((delimiter) => fitOf({ ...CSV, delimiter }));
  const good = fits.filter((fit) => fit.cells > 1 && fit.share >= MANY && !isPartOfAnother(fit, fits));
  const best = good.sort(compare)[0];
  if (best !== undefined) return best.dialect;
  for (const delimiter of LAST_RESORTS) {
    const inRuns = delimiter === " ";
    const fit = fitOf({ ...CSV, delimiter, inRuns });
    if (fit.cells > 1 && fit.share >= MOST) return fit.dialect;
  }
  // No delimiter makes most lines alike: the reading will name those that are not.
  return fits.filter(({ cells, knownNames }) => cells > 1 || knownNames > 1).sort((a, b) => b.share - a.share)[0]
    ?.dialect;
}

function compare(a: Fit, b: Fit): number {
  const isClear = (fit: Fit) => (fit.share >= MOST ? 1 : 0);
  return (
    isClear(b) - isClear(a) ||
    b.knownNames - a.knownNames ||
    Number(b.agreesFirst) - Number(a.agreesFirst) ||
    b.cells - a.cells
  );
}

function fitIn(bytes: Buffer, dialect: Dialect, isCut: boolean): Fit {
  const quoted = countCells(bytes, dialect, isCut);
  // Marks that do not enclose cells would hide where lines end.
  return quoted.faults === 0 ? quoted.fit : { ...countCells(bytes, { ...dialect, quote: "" }, isCut).fit, dialect };
}

function countCells(bytes: Buffer, dialect: Dialect, isCut: boolean): { fit: Fit; faults: number } {
  const counts = new Map<number, number>();
  let [records, faults, first, knownNames] = [0, 0, 0, 0];
  const scanner = new RecordScanner(dialect, "the sample", (record) => {
    if (record.cells === 1 && (record.isEmpty(0) || isComment(record.raw()))) return;
    // A mark that swallowed most of the sample is none that encloses a cell.
    if (isCut && !record.isEnded && 2 * record.rawLength() < bytes.length) return;
    if (record.fault !== undefined) faults++;
    if (records++ === 0) {
      first = record.cells;
      knownNames = record.texts().filter(isKnownName).length;
    }
    counts.set(record.cells, (counts.get(record.cells) ?? 0) + 1);
  });
  scanner.push(bytes);
  scanner.finish();
  const [cells, count] = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0]);
  return {
    fit: { dialect, cells, share: count / Math.max(1, records), knownNames, agreesFirst: first === cells },
    faults,
  };
}

/** Runs of signs that stand equally often in nearly every line: `<>`, `|~|`, `@@`. */
function signRuns(lines: readonly string[]): string[] {
  const counts = new Map<string, Map<number, number>>();
  for (const line of lines) {
    const inLine = new Map<string, number>();
    for (const [run] of line.matchAll(/[^\p{L}\p{N}\s"'_.:\-/\\()[\]{}]{2,4}|:{2,4}/gu))
      inLine.set(run, (inLine.get(run) ?? 0) + 1);
    for (const [run, count] of inLine) {
      const lineCounts = counts.get(run) ?? new Map<number, number>();
      counts.set(run, lineCounts.set(count, (lineCounts.get(count) ?? 0) + 1));
    }
  }
  const isSteady = ([, lineCounts]: [string, Map<number, number>]) =>
    Math.max(...lineCounts.values()) >= NEARLY_ALL * lines.length;
  return [...counts]
    .filter(isSteady)
    .map(([run]) => run)
    .filter((run) => !USUAL.includes(run) && !/^[,;]+$/.test(run))
    .slice(0, 8);
}

/** Whether a longer delimiter that fits as well holds every occurrence of this one: `|` in `||`. */
function isPartOfAnother({ dialect: { delimiter }, cells }: Fit, fits: readonly Fit[]): boolean {
  return fits.some((longer) => {
    const inside = occurrences(longer.dialect.delimiter, delimiter);
    if (longer.dialect.delimiter.length <= delimiter.length || inside === 0) return false;
    return longer.agreesFirst && longer.share >= NEARLY_ALL && cells - 1 === inside * (longer.cells - 1);
  });
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}
