// What quotation marks mean in a file, decided from all of it: the first reading under which every record is whole.

import { Doubt } from "../../../base/doubt.ts";
import { InputError } from "../../../base/errors.ts";
import type { DialectOptions } from "../dialect-options.ts";
import type { TextFile } from "../text-file.ts";
import type { Dialect } from "./dialect.ts";
import type { Layout } from "./layout.ts";
import { CELL } from "./record-scanner.ts";
import { type Survey, survey } from "./survey.ts";

export interface Quoting {
  readonly layout: Layout;
  readonly survey: Survey;
  readonly warnings: readonly string[];
}

/** Who parts cells by these encloses those that hold one: a lone mark there is a fault. */
const QUOTING = [",", ";"];
/** A column of which so many cells are quoted is quoted on purpose. */
const ON_PURPOSE = 0.5;

/**
 * Marks that `options` name enclose cells; `layoutFor` gives the file's layout under a dialect.
 * @throws Doubt where two readings fit and differ.
 */
export async function chooseQuoting(
  text: TextFile,
  dialect: Dialect,
  layoutFor: (dialect: Dialect) => Layout,
  options: DialectOptions,
  signal: AbortSignal | undefined,
): Promise<Quoting> {
  const look = async (inner: Partial<Dialect>): Promise<Quoting | undefined> => {
    try {
      const layout = layoutFor({ ...dialect, ...inner });
      return { layout, survey: await survey(text, layout, signal), warnings: [] };
    } catch (error) {
      // A layout of the wrong dialect need not make sense.
      if (error instanceof InputError && Object.keys(inner).length > 0) return undefined;
      throw error;
    }
  };
  const isNamed = options.quote !== undefined;
  const usual = (await look({}))!;
  const isWhole = usual.survey.kinds.bad === 0;
  const isOverLines = (usual.survey.facts & CELL.manyLines) !== 0;
  if (isWhole && !isOverLines) return usual;
  if (isWhole) {
    const plain = isNamed ? undefined : await look({ quote: "" });
    if (plain === undefined || !fits(plain, usual)) return usual;
    throw bothFit(text.name, dialect.quote, options);
  }
  if (usual.survey.badQuotes === 0) return usual;
  const escaped = await look({ inner: "backslash" });
  if (escaped?.survey.kinds.bad === 0 && (escaped.survey.facts & CELL.escaped) !== 0) return escaped;
  const isQuoting = QUOTING.includes(dialect.delimiter) || usual.survey.quotedShare >= ON_PURPOSE;
  const plain = !isQuoting && !isNamed ? await look({ quote: "" }) : undefined;
  if (plain?.survey.kinds.bad === 0) return plain;
  const loose = await look({ inner: "loose" });
  if (loose?.survey.kinds.bad === 0 && (loose.survey.facts & CELL.manyLines) === 0)
    return asTheyStand(text.name, loose);
  return usual;
}

function fits(plain: Quoting, usual: Quoting): boolean {
  return plain.survey.kinds.bad === 0 && plain.layout.cells === usual.layout.cells && plain.survey.kinds.data > 0;
}

function asTheyStand(name: string, quoting: Quoting): Quoting {
  const { innerQuotes, firstInnerQuote } = quoting.survey;
  const what = `${innerQuotes} records have quotation marks inside quoted cells that are not doubled`;
  const message = `${name}: ${what}, the first in line ${firstInnerQuote}; they were taken as they stand.`;
  return { ...quoting, warnings: [message] };
}

function bothFit(where: string, quote: string, { flag, spoken }: DialectOptions): Doubt {
  const found = `quotation marks that either enclose cells over several lines, or are text`;
  const choice = (words: string, marks: string) => ({
    words,
    flag: flag("quote", marks),
    options: { quote: [spoken(marks)] },
  });
  return new Doubt({ where, found, expected: "one of them" }, [
    choice("they are text", "none"),
    choice("they enclose cells", quote === '"' ? "double" : "single"),
  ]);
}
