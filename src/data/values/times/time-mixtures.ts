// One column, several ways to write a time: read each in its own way and say so, or, where instants would be guessed,
// ask.

import { Doubt } from "../../../base/doubt.ts";
import { InputError } from "../../../base/errors.ts";
import type { ColumnShapes, DateRows, ShapeRows } from "./column-shapes.ts";
import type { LocalTime } from "./date-sql.ts";
import type { TimeCells } from "./time-cells.ts";
import { NUMBER_FORMS, type NumberForm } from "./time-numbers.ts";

/**
 * @returns warnings
 * @throws Doubt for times with and without a zone; InputError for dates and numbers without a date
 */
export async function checkMixture(
  cells: TimeCells,
  { numbers, dates }: ColumnShapes,
  number: NumberForm | undefined,
  { timeZone, timeOfDay }: LocalTime,
): Promise<string[]> {
  const zoned = dates.filter(({ of }) => of.zone !== undefined);
  const naive = dates.filter(({ of }) => of.zone === undefined);
  if (zoned.length > 0 && naive.length > 0 && timeZone === undefined) throw await zoneDoubt(cells, zoned, naive);
  const warnings: string[] = [];
  if (number !== undefined && dates.length > 0) {
    if (number === "order") throw await orderAmongDates(cells, numbers, dates);
    const utc = naive.length > 0 && timeZone === undefined ? "; dates without a zone are read as UTC" : "";
    warnings.push(
      `"${cells.column}" mixes ${countOf(dates)} dates (${dates[0]!.example}) and ${countOf(numbers)} numbers (${numbers[0]!.example}, read as ${NUMBER_FORMS[number]})${utc}.`,
    );
  }
  const without = dates.filter(({ of }) => of.clock === undefined);
  if (timeOfDay === undefined && without.length > 0 && without.length < dates.length) {
    warnings.push(
      `${countOf(without)} of ${countOf(dates)} dates in "${cells.column}" have no time of day (${without[0]!.example}): they stand at midnight.`,
    );
  }
  const ways = new Set(dates.map(({ of }) => (of.monthWord === undefined ? of.orders.join() : "month as a word")));
  if (ways.size > 1) {
    const examples = [...new Map(dates.map((rows) => [rows.of.orders.join(), rows.example])).values()];
    warnings.push(`"${cells.column}" writes dates in several ways (${examples.join(", ")}); each was read in its own.`);
  }
  return warnings;
}

function countOf(rows: readonly ShapeRows[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}

async function zoneDoubt(cells: TimeCells, zoned: readonly DateRows[], naive: readonly DateRows[]): Promise<Doubt> {
  const { where, line } = await cells.place(naive[0]!.first);
  const found = `${countOf(naive)} times without a zone (${naive[0]!.example}) among ${countOf(zoned)} with one (${zoned[0]!.example}) in "${cells.column}"`;
  return new Doubt({ where, line, found, expected: "times of one form" }, [
    { words: "those without are UTC", flag: "--time-zone UTC", options: { timeZone: "UTC" } },
    {
      words: "or the zone of the shop's clock",
      flag: "--time-zone Europe/Berlin",
      options: { timeZone: "Europe/Berlin" },
    },
  ]);
}

async function orderAmongDates(
  cells: TimeCells,
  numbers: readonly ShapeRows[],
  dates: readonly DateRows[],
): Promise<InputError> {
  const { where, line } = await cells.place(numbers[0]!.first);
  const found = `the number ${numbers[0]!.example} in "${cells.column}" among dates such as ${dates[0]!.example}`;
  return new InputError({ where, line, found, expected: "times of one form", todo: "Mend or remove the record." });
}
