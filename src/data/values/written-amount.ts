// One price cell taken apart: which digits are its number, and what its marks can mean. What `1.234` alone means, the
// cell does not tell; `prices.ts` asks the whole column.
import { currencyMarks } from "./currencies.ts";
import type { Decimal } from "./numbers.ts";

/** A written number of which one mark may be read in two ways, or of which every mark is plain. */
export interface WrittenAmount {
  /** Digits and marks as written, without blanks and apostrophes between thousands: `1.014,50`. */
  readonly digits: string;
  /** The mark that can only be the decimal one, or whose counterpart can only divide thousands. */
  readonly decimal?: Decimal | undefined;
  /** The only mark, where it may be either: `1.234`. */
  readonly open?: Decimal | undefined;
  readonly isNegative: boolean;
  readonly currency?: string | undefined;
}

const GAP = "[ \\u00a0\\u2009\\u202f'’_]";
const NUMBER = new RegExp(`\\d{1,3}(?:${GAP}\\d{3})+(?!\\d)(?:[.,]\\d+)?|\\d[\\d.,]*|(?<![\\d\\p{L}])[.,]\\d+`, "gu");
const BETWEEN_RANGE = /^\s*[^\d\s]{0,3}\s*(?:-|–|—|~|to|bis|à|a)\s*[^\d\s]{0,3}\s*$/iu;

/** The amount in `text`; undefined when it holds no number. Of a range the lower end. */
export function writtenAmount(text: string): WrittenAmount | undefined {
  if (/^\s*[-+]?\d+(\.\d+)?e[-+]?\d+\s*$/i.test(text)) return scientific(text.trim());
  const numbers = [...text.matchAll(NUMBER)];
  const marks = currencyMarks(text);
  const chosen = chooseNumber(text, numbers, marks);
  if (chosen === undefined) return undefined;
  const end = chosen.index + chosen[0].length;
  const written = chosen[0].replace(new RegExp(GAP, "gu"), "");
  const hasGap = written.length < chosen[0].length;
  const digits = written.replace(/[.,]+$/, "");
  const tail = written.slice(digits.length);
  // "5,-" and "5.--" say which mark begins the cents.
  const dashed = tail.length === 1 && /^[-–—]{1,2}(?!\s*\d)/.test(text.slice(end)) ? (tail as Decimal) : undefined;
  const isNegative = /[-−]\s*\p{Sc}?\s*$/u.test(text.slice(0, chosen.index));
  const currency = marks.length === 0 ? undefined : nearestMark(marks, chosen.index, end);
  const reading = dashed === undefined ? marksOf(digits, hasGap) : { decimal: dashed };
  return reading && { digits, ...reading, isNegative, currency };
}

function scientific(text: string): WrittenAmount {
  const value = Number(text);
  return { digits: String(Math.abs(value)), decimal: ".", isNegative: value < 0 };
}

/** The number beside a currency mark; of `10 - 20 EUR` the first; without marks the first number. */
function chooseNumber(
  text: string,
  numbers: readonly RegExpExecArray[],
  marks: ReturnType<typeof currencyMarks>,
): RegExpExecArray | undefined {
  const isBeside = ({ index, 0: written }: RegExpExecArray) => {
    const end = index + written.length;
    return marks.some((mark) =>
      mark.end <= index
        ? /^[\s.:]*[-−]?\s*$/.test(text.slice(mark.end, index))
        : /^\s*$/.test(text.slice(end, mark.start)),
    );
  };
  const at = Math.max(0, numbers.findIndex(isBeside));
  const before = numbers[at - 1];
  if (before === undefined) return numbers[at];
  const between = text.slice(before.index + before[0].length, numbers[at]!.index);
  return BETWEEN_RANGE.test(between) ? before : numbers[at];
}

function nearestMark(marks: ReturnType<typeof currencyMarks>, start: number, end: number): string {
  const distance = (mark: (typeof marks)[number]) => (mark.end <= start ? start - mark.end : mark.start - end);
  return marks.reduce((best, mark) => (distance(mark) < distance(best) ? mark : best)).currency;
}

/** What the marks of `digits` mean; undefined where they fit no written number, as in `1.2.3`. */
function marksOf(digits: string, hasGap: boolean): Pick<WrittenAmount, "decimal" | "open"> | undefined {
  const found = [...new Set(digits.match(/[.,]/g) ?? [])] as Decimal[];
  if (found.length === 0) return {};
  const last = (digits.match(/[.,](?=\d*$)/) ?? ["."])[0] as Decimal;
  if (found.length === 2) {
    const [whole, ...rest] = digits.split(last) as [string, ...string[]];
    const other = last === "." ? "," : ".";
    return rest.length === 1 && areThousands(whole.split(other)) ? { decimal: last } : undefined;
  }
  const groups = digits.split(last) as [string, ...string[]];
  if (groups.length > 2) return areThousands(groups) ? { decimal: last === "." ? "," : "." } : undefined;
  const [before, after] = groups as [string, string];
  const isPlain = hasGap || after.length !== 3 || before.length > 3 || before === "" || before.startsWith("0");
  return isPlain ? { decimal: last } : { open: last };
}

/** `1`, `014`, `500`; Indian writing has groups of two before the last. */
function areThousands([first, ...rest]: readonly string[]): boolean {
  if (first === undefined || first === "" || first.length > 3) return false;
  return rest.at(-1)?.length === 3 && rest.every((group) => group.length === 3 || group.length === 2);
}
