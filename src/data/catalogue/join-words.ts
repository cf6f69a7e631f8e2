// What people are told of a companion file that meets the interactions in part, or not at all.
import { InputError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import { percent } from "../../base/written-numbers.ts";
import type { Join } from "./join.ts";
import type { Records } from "./records.ts";

export interface Sides {
  /** "item" or "user". */
  readonly thing: string;
  /** What the file is: "catalogue" or "file of users". */
  readonly file: string;
  /** How the id column of each side is named, for advice. */
  readonly flags: string;
  /** The option that gives the file. */
  readonly option: string;
}

export const ITEM_SIDES: Sides = {
  thing: "item",
  file: "catalogue",
  flags: "the catalogue's id column with --items-id COL or that of the interactions with --item COL",
  option: "--items",
};
export const USER_SIDES: Sides = {
  thing: "user",
  file: "file of users",
  flags: "this file's id column with --users-id COL or that of the interactions with --user COL",
  option: "--users",
};

/** Missing entries above this share are a warning, not only a word. */
const MUCH_MISSING = 0.1;

/** @throws InputError when nothing joins. */
export function requireJoin(join: Join, columns: readonly string[], sides: Sides): void {
  const { facts, known } = join;
  if (facts.entries > 0 || known === 0) return;
  const { thing, flags, option } = sides;
  const there = facts.unsold.examples.map((id) => `"${id}"`).join(", ") || "none";
  const here = facts.without.map((id) => `"${id}"`).join(", ");
  throw new InputError({
    where: facts.file,
    found: `none of the ${known} ${thing}s of the interactions (${here}) among the ids in "${facts.idColumn}" (${there})${reasonOf(join)}`,
    expected: `${thing} ids in common`,
    todo: `Name ${flags}; columns here are ${columns.join(", ")}. Without ${option} the import goes on without it.`,
  });
}

function reasonOf({ facts, nearly }: Join): string {
  if (nearly !== undefined) return `; ${nearlyWords(nearly)}`;
  const isNumber = (id: string) => /^-?\d+(\.\d+)?$/.test(id);
  const here = facts.without.every(isNumber);
  const there = facts.unsold.examples.every(isNumber);
  if (facts.unsold.count === 0) return "; that column is empty";
  if (here !== there) return here ? "; numbers here, words there" : "; words here, numbers there";
  return "";
}

function nearlyWords({ words, count, example }: NonNullable<Join["nearly"]>): string {
  return `${count} would be equal without ${words} (${example}), but that does not tell all of them apart`;
}

/** Say how the file joins: every word once, with numbers and examples. */
export function reportJoin(join: Join, records: Records, sides: Sides, report: Report): void {
  const { facts, known, nearly } = join;
  const { thing, file } = sides;
  const plural = (count: number) => `${count} ${thing}${count === 1 ? "" : "s"}`;
  for (const { words, count, example } of facts.alike) {
    const message = `${facts.file}: ${plural(count)} found an entry when ${words} were passed over (${example}).`;
    report({ kind: "warning", message });
  }
  const missing = known - facts.entries;
  if (missing > 0) {
    const share = missing / known;
    const hint = nearly === undefined ? "" : `; ${nearlyWords(nearly)}`;
    const without = examplesOf(facts.without, missing);
    const message = `${facts.file}: the ${file} has an entry for ${facts.entries} of ${known} ${thing}s; ${missing} (${percent(share)}) have none: ${without}${hint}.`;
    report({ kind: share > MUCH_MISSING ? "warning" : "notice", message });
  }
  reportUnsold(facts, plural, sides, report);
  reportRepeats(facts, records, plural, report);
}

function reportUnsold(facts: Join["facts"], plural: (count: number) => string, sides: Sides, report: Report): void {
  const { count, examples, kept } = facts.unsold;
  if (count === 0 || kept !== undefined) return;
  const message = `${facts.file}: ${plural(count)} of the ${sides.file} without interactions ${count === 1 ? "is" : "are"} left out of the dataset: ${examplesOf(examples, count)}.`;
  report({ kind: "notice", message });
}

function reportRepeats(
  facts: Join["facts"],
  records: Records,
  plural: (count: number) => string,
  report: Report,
): void {
  const { count, contradicting } = records.repeated;
  if (count === 0) return;
  const differ = contradicting === 0 ? "" : `, ${contradicting} of them with different values`;
  const stands = count === 1 ? "stands" : "stand";
  const message = `${facts.file}: ${plural(count)} ${stands} there more than once${differ} (first ${records.example}); the first row counts, later ones fill what it leaves empty.`;
  report({ kind: "warning", message });
}

function examplesOf(examples: readonly string[], count: number): string {
  return `${examples.join(", ")}${count > examples.length ? ", ..." : ""}`;
}
