// What the data do not tell is asked on a terminal: the first rows, numbered choices, and the option that would say the
// same next time.
import type { Choice, Doubt } from "../base/doubt.ts";
import { printable } from "./text.ts";

/** Asks and gives the line that was typed; undefined where the input has ended. */
export type Ask = (question: string) => Promise<string | undefined>;

const SHOWN_ROWS = 3;
const LONGEST_CELL = 24;

/** What was chosen; undefined where nobody chose. An answer that is none of the numbers is asked again. */
export async function askWhich(doubt: Doubt, ask: Ask): Promise<Choice | undefined> {
  const { choices } = doubt;
  let question = `${questionText(doubt)}\nWhich? 1 to ${choices.length}, or nothing to stop: `;
  for (;;) {
    const typed = (await ask(question))?.trim();
    if (typed === undefined || typed === "") return undefined;
    const choice = /^\d+$/.test(typed) ? choices[Number(typed) - 1] : undefined;
    if (choice !== undefined) return choice;
    question = `A number from 1 to ${choices.length}, or nothing to stop: `;
  }
}

function questionText({ facts, choices, rows }: Doubt): string {
  const place = facts.line === undefined ? facts.where : `${facts.where}:${facts.line}`;
  const numbered = choices.map(({ words, flag }, index) => `  ${index + 1}  ${words}  (${flag})`);
  return printableLines([`${place}: found ${facts.found}.`, ...tableLines(rows), ...numbered]);
}

/** Rows under their columns, each column as wide as its widest cell. */
function tableLines(rows: Doubt["rows"]): string[] {
  const shown = rows.slice(0, SHOWN_ROWS);
  if (shown.length === 0) return [];
  const columns = Object.keys(shown[0]!);
  const cell = (text: string) => (text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text);
  const lines = [columns, ...shown.map((row) => columns.map((column) => row[column] ?? ""))].map((line) =>
    line.map(cell),
  );
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => `    ${line.map((text, column) => text.padEnd(widths[column]!)).join("  ")}`.trimEnd());
}

function printableLines(lines: readonly string[]): string {
  return lines.map(printable).join("\n");
}
