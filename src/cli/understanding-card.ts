// The card of what was understood: the same lines for an import and for an inspection.
import { percent } from "../base/written-numbers.ts";
import type { ColumnFacts, FeedbackFacts, FilterFacts, LeftOut, TimeFacts, Understanding } from "../data/index.ts";
import { printable, WIDTH, wrap } from "./text.ts";

/** Where the words of a line begin. */
const LABEL = 14;
const LONGEST_TEXT = 60;

/** Lines with a label in front. Texts from data are made safe for a terminal. */
export function cardLines(understood: Partial<Understanding>): string[] {
  const { form, rows, times, feedback, users, items, catalogue, userFile, filters } = understood;
  return [
    ...(form === undefined ? [] : line("form", [form.format, ...form.notes].join("; "))),
    ...(rows === undefined ? [] : rowLines(rows)),
    ...(times === undefined ? [] : line("times", timeWords(times))),
    ...(feedback === undefined ? [] : feedbackLines(feedback)),
    ...(users === undefined || items === undefined ? [] : line("found", foundWords(users, items, rows?.kept))),
    ...(catalogue === undefined ? [] : catalogueLines(catalogue)),
    ...(userFile === undefined
      ? []
      : line(
          "users file",
          `${userFile.file}: ${joinWords(userFile)}; ${of(userFile.entries, userFile.users, "users")} have an entry`,
        )),
    ...(filters === undefined ? [] : filterLines(filters)),
  ];
}

/** One column a line: name, type, meaning and how sure, empty cells and distinct values; those without meaning too. */
export function columnLines(columns: readonly ColumnFacts[], all: boolean): string[] {
  const shown = all ? columns : columns.filter(({ meaning }) => meaning !== undefined);
  const cells = shown.map((column) => [
    printable(column.name).slice(0, LONGEST_TEXT),
    column.type,
    column.meaning === undefined ? "" : `-> ${column.meaning}`,
    sureWords(column),
    fillWords(column),
  ]);
  const widths = [0, 1, 2, 3].map((k) => Math.max(0, ...cells.map((row) => row[k]!.length)));
  const lines = cells.map(
    (row) =>
      `  ${row
        .map((cell, k) => cell.padEnd(widths[k] ?? 0))
        .join("  ")
        .trimEnd()}`,
  );
  const unused = all ? [] : columns.filter(({ meaning }) => meaning === undefined).map(({ name }) => printable(name));
  return [...lines, ...(unused.length === 0 ? [] : wrapped("  not used  ", unused.join(", ")))];
}

function line(label: string, words: string): string[] {
  return wrapped(label.padEnd(LABEL), printable(words));
}

function wrapped(label: string, words: string): string[] {
  const [first = "", ...rest] = wrap(words, WIDTH - label.length);
  return [`${label}${first}`, ...rest.map((text) => `${" ".repeat(label.length)}${text}`)];
}

function number(count: number): string {
  return count.toLocaleString("en");
}

function of(count: number, all: number, what: string): string {
  return `${number(count)} of ${number(all)} ${what}${all === 0 ? "" : ` (${percent(count / all, 1)})`}`;
}

function rowLines({ read, kept, leftOut }: Understanding["rows"]): string[] {
  const first = line("rows", `${number(read)} read, ${number(kept)} interactions`);
  return [...first, ...leftOut.flatMap((reason) => wrapped("  left out    ", leftOutWords(reason)))];
}

function leftOutWords({ reason, count, examples }: LeftOut): string {
  const [first] = examples;
  const example = first === undefined ? "" : `, first ${first.place}: ${first.text.slice(0, LONGEST_TEXT)}`;
  return printable(`${number(count)}: ${reason}${example}`);
}

function timeWords({ first, last, unknown, tied, sortedUsers, form, zone }: TimeFacts): string {
  return [
    `${day(first)} to ${day(last)}`,
    form,
    ...(zone === "" ? [] : [`time zone ${zone}`]),
    ...(unknown === 0 ? [] : [`${number(unknown)} unknown`]),
    tied === 0 ? "no ties" : `${number(tied)} at the same time as another of the user`,
    sortedUsers === 0 ? "already in order" : `${number(sortedUsers)} users brought into order`,
  ].join("; ");
}

/** Nothing where every row is a plain liking. */
function feedbackLines({ form, events, repeats, withdrawn, returned }: FeedbackFacts): string[] {
  const kinds = events.map(({ name, count }) => `${name} ${number(count)}`);
  const words = [
    ...(form === undefined ? [] : [form]),
    ...(kinds.length === 0 ? [] : [`events ${kinds.join(", ")}`]),
    ...(repeats === 0 ? [] : [`${number(repeats)} repeats`]),
    ...(withdrawn === 0 ? [] : [`${number(withdrawn)} withdrawn by a later rating`]),
    ...(returned === 0 ? [] : [`${number(returned)} given back`]),
  ];
  return words.length === 0 ? [] : line("feedback", words.join("; "));
}

/** `2024-05-31 12:00`, the day alone at midnight. */
function day(moment: string): string {
  return moment.replace(/T00:00:00(\.000)?Z$/, "").replace(/^(.*)T(\d\d:\d\d).*$/, "$1 $2");
}

function foundWords(
  users: NonNullable<Understanding["users"]>,
  items: NonNullable<Understanding["items"]>,
  interactions: number | undefined,
): string {
  const most = ({ busiest }: typeof users) =>
    busiest === undefined ? "" : ` (most: ${busiest.id.slice(0, LONGEST_TEXT)} with ${number(busiest.interactions)})`;
  const all = interactions === undefined ? "" : `, ${number(interactions)} interactions`;
  return `${number(users.distinct)} users${most(users)}, ${number(items.distinct)} items${most(items)}${all}`;
}

function joinWords({ rows, joining }: { readonly rows: number; readonly joining: number }): string {
  return `${number(rows)} rows, ${number(joining)} join`;
}

function catalogueLines(catalogue: NonNullable<Understanding["catalogue"]>): string[] {
  const { file, entries, items, with: facts, words } = catalogue;
  const has = Object.entries(facts).map(([fact, count]) => `${fact} ${number(count)}`);
  const how = Object.entries(words).map(([fact, word]) => `${fact} ${word}`);
  return [
    ...line("catalogue", `${file}: ${joinWords(catalogue)}; ${of(entries, items, "items")} have an entry`),
    ...wrapped("  items with  ", has.join(", ")),
    ...(how.length === 0 ? [] : wrapped("  read as     ", printable(how.join("; ")))),
  ];
}

function filterLines({ kCore, minLength, areDefaults, before, after }: FilterFacts): string[] {
  const lost = (what: "users" | "items" | "interactions") => of(before[what] - after[what], before[what], what);
  const bounds = `k-core ${kCore}, at least ${minLength} a user${areDefaults ? " (the defaults; --k-core, --min-length)" : ""}`;
  const words =
    before.interactions === after.interactions
      ? "nothing left out"
      : `left out ${lost("users")}, ${lost("items")}, ${lost("interactions")}`;
  return line("filters", `${bounds}: ${words}`);
}

function sureWords({ meaning, by, sure = 1 }: ColumnFacts): string {
  if (meaning === undefined) return "";
  if (by === "option") return "as told";
  const how = sure >= 0.8 ? "sure" : sure >= 0.55 ? "likely" : "a guess";
  return by === "cells" ? `${how}, by its cells` : how;
}

function fillWords({ empty, distinct, isEstimate }: ColumnFacts): string {
  if (distinct === undefined || empty === undefined) return "";
  return `${isEstimate ? "about " : ""}${number(distinct)} ${distinct === 1 ? "value" : "values"}${empty === 0 ? "" : `, ${number(empty)} empty`}`;
}
