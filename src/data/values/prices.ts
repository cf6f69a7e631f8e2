// A price column as shops write it: `7,50 EUR`, `1.014,50`, `$1,299.00 - $1,499.00`. Whether a comma begins the cents
// or divides thousands is decided from the whole column, never from one cell: read wrongly, prices are 100 times off.
import { median } from "../statistics.ts";
import { decimalsOf } from "./currencies.ts";
import type { Decimal } from "./numbers.ts";
import { type WrittenAmount, writtenAmount } from "./written-amount.ts";

export interface PriceReading {
  /** The price in a cell; undefined for what is none, and for what the column leaves open. */
  readonly read: (cell: unknown) => number | undefined;
  /** The decimal mark, where any cell or option told it. */
  readonly decimal?: Decimal | undefined;
  /** What people should know of this column; each one sentence. */
  readonly warnings: readonly string[];
}

/** A price this many times the median is more likely a placeholder (999999) than a price. */
const ABSURD_RATIO = 1000;

/** Words of a column's name that say that its prices are hundredths: `price_cents`. */
const HUNDREDTHS = /(^|_)(cents?|cts|pence|centimes?|centavos|centesimi|minor)(_|$)/;

/** Whether all prices of a column are whole hundredths, by its name and its cells. */
export function areHundredths(column: string, cells: readonly unknown[]): boolean {
  const name = column
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z]+/g, "_");
  const isWhole = (cell: unknown) => !isWritten(cell) || /^[^.,]*$/.test(String(cell));
  return HUNDREDTHS.test(name) && cells.every(isWhole);
}

/** `reading` of prices that are written in hundredths. */
export function inHundredths(reading: PriceReading, column: string, cells: readonly unknown[]): PriceReading {
  const read = (cell: unknown) => {
    const value = reading.read(cell);
    return value === undefined ? undefined : value / 100;
  };
  const first = cells.find((cell) => (read(cell) ?? 0) > 0);
  if (first === undefined) return reading;
  const said = `prices in "${column}" are hundredths, as its name says: ${quoted(first)} is ${read(first)}`;
  return { ...reading, read, warnings: [said, ...reading.warnings] };
}

/**
 * Decide how the prices of a column are written. `cells` are all of its cells; `decimal` is the user's word, which ends
 * every doubt.
 */
export function understandPrices(cells: readonly unknown[], decimal?: Decimal): PriceReading {
  const amounts = cells.map(amountOf);
  const told = decimal ?? toldBy(amounts);
  const mark = told === "both" ? undefined : told;
  const read = (cell: unknown) => {
    const amount = amountOf(cell);
    return amount === undefined || typeof amount === "number" ? valid(amount) : priceOf(amount, mark, decimal);
  };
  return { read, decimal: mark, warnings: [...doubts(cells, amounts, told, read), ...oddities(cells, amounts, read)] };
}

type Amount = number | WrittenAmount | undefined;

function amountOf(cell: unknown): Amount {
  if (typeof cell === "number") return cell;
  return typeof cell === "string" ? writtenAmount(cell) : undefined;
}

function valid(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function toldBy(amounts: readonly Amount[]): Decimal | "both" | undefined {
  const marks = new Set<Decimal>();
  for (const amount of amounts) if (typeof amount === "object" && amount.decimal) marks.add(amount.decimal);
  return marks.size > 1 ? "both" : [...marks][0];
}

function priceOf(amount: WrittenAmount, column: Decimal | undefined, option: Decimal | undefined): number | undefined {
  if (amount.isNegative) return undefined;
  if (option !== undefined && amount.decimal !== undefined && amount.decimal !== option) return undefined;
  const decimal = amount.decimal ?? column ?? byCurrency(amount);
  if (decimal === undefined && amount.open !== undefined) return undefined;
  const thousands = decimal === "," ? "." : ",";
  return valid(Number(amount.digits.replaceAll(thousands, "").replace(",", ".")));
}

/** No price in euros has three decimals: `1.234 EUR` is a thousand and some. */
function byCurrency({ currency, open }: WrittenAmount): Decimal | undefined {
  if (currency === undefined || open === undefined || decimalsOf(currency) === 3) return undefined;
  return open === "." ? "," : ".";
}

function doubts(
  cells: readonly unknown[],
  amounts: readonly Amount[],
  told: Decimal | "both" | undefined,
  read: PriceReading["read"],
): string[] {
  const isOpen = (amount: Amount) => typeof amount === "object" && amount.open !== undefined && !amount.isNegative;
  const open = cells.filter((cell, k) => isOpen(amounts[k]) && read(cell) === undefined);
  const options = "--decimal . or --decimal , decides";
  const warnings: string[] = [];
  if (told === "both") {
    const example = (mark: Decimal) =>
      quoted(cells[amounts.findIndex((amount) => typeof amount === "object" && amount.decimal === mark)]);
    warnings.push(`some prices have a decimal comma (${example(",")}), some a decimal point (${example(".")})`);
  }
  if (open.length > 0) {
    const [first] = open;
    warnings.push(
      `${open.length} prices such as ${quoted(first)} can be read in two ways, as thousands or as decimals, and are left out; ${options}`,
    );
  }
  return warnings;
}

function oddities(cells: readonly unknown[], amounts: readonly Amount[], read: PriceReading["read"]): string[] {
  const warnings: string[] = [];
  const tell = (found: readonly unknown[], words: string) => {
    if (found.length > 0) warnings.push(`${countWords(found.length)} ${words}, first ${quoted(found[0])}`);
  };
  const values = cells.map(read);
  const where = (test: (amount: Amount, value: number | undefined) => boolean) =>
    cells.filter((cell, k) => isWritten(cell) && test(amounts[k], values[k]));
  const isNegative = (amount: Amount) => (typeof amount === "number" ? amount < 0 : amount?.isNegative === true);
  tell(
    where((amount) => isNegative(amount)),
    "below 0, left out",
  );
  tell(
    where((_, value) => value === 0),
    "of 0",
  );
  const isOpen = (amount: Amount) => typeof amount === "object" && amount.open !== undefined;
  tell(
    where((amount, value) => value === undefined && !isNegative(amount) && !isOpen(amount)),
    "not read as a number, left out",
  );
  const middle = median(
    Float64Array.from(values.filter((value) => value !== undefined && value > 0) as number[]).sort(),
  );
  tell(
    where((_, value) => value !== undefined && middle > 0 && value > ABSURD_RATIO * middle),
    `more than ${ABSURD_RATIO} times the median`,
  );
  const currencies = new Map<string, number>();
  for (const amount of amounts) {
    if (typeof amount !== "object" || amount.currency === undefined) continue;
    currencies.set(amount.currency, (currencies.get(amount.currency) ?? 0) + 1);
  }
  if (currencies.size > 1) {
    const list = [...currencies].map(([currency, count]) => `${currency} ${count}`).join(", ");
    warnings.push(`prices in ${currencies.size} currencies (${list}) are kept as they are, without conversion`);
  }
  return warnings;
}

const NO_PRICE = new Set(["", "-", "–", "n/a", "na", "nan", "none", "null", "unknown", "\\n"]);

function isWritten(cell: unknown): boolean {
  return typeof cell === "number" || (typeof cell === "string" && !NO_PRICE.has(cell.trim().toLowerCase()));
}

function countWords(count: number): string {
  return count === 1 ? "1 price" : `${count} prices`;
}

function quoted(cell: unknown): string {
  return typeof cell === "string" ? `"${cell.slice(0, 40)}"` : String(cell);
}
