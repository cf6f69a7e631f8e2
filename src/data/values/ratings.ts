// A column of ratings as numbers: 4.5, `4,5`, `4/5`, `80 %`, `★★★★☆`, `4 stars`, like and dislike.
import type { DuckDBConnection } from "@duckdb/node-api";
import { Doubt } from "../../base/doubt.ts";
import { InputError } from "../../base/errors.ts";
import { literal, readRows } from "../duckdb.ts";
import type { Place } from "../sources/table-source.ts";
import { VERDICTS, verdictWord } from "./feedback-words.ts";
import { MISSING_WORDS } from "./missing-words.ts";
import { type Decimal, decimalOf, isNumberMask, writtenNumberSql } from "./numbers.ts";

export interface NumberCells {
  readonly database: DuckDBConnection;
  /** SQL table of `n` (row, from 0) and of the texts, without blanks around them. */
  readonly table: string;
  /** Its column of texts. */
  readonly text: string;
  /** The column's name, for messages. */
  readonly column: string;
  readonly place: (n: number) => Promise<Place>;
}

export interface NumberColumn {
  /** SQL over a row of the table: the number, NULL where there is none. */
  readonly value: string;
  /** How the numbers are written, where it is not plain: "decimal comma", "like and dislike". */
  readonly form?: string | undefined;
}

/** More texts, digits apart, are no ratings. */
const MOST_MASKS = 500;
const STARS = "★⭐🌟*";
const OF = "/|von|out of|of|sur|de|di|van";
const FRACTION = new RegExp(`^([-+]?[09.,]+)\\s*(${OF})\\s*9+(\\s*\\p{L}+)?$`, "iu");
const UNIT = /^([-+]?[09.,]+)\s*(%|stars?|sterne?|★|⭐|points?|punkte?|pts|étoiles?|estrellas?|stelle?)$/i;

interface Mask {
  /** Texts with digits as 9, in lower case; 0 before a mark stays. */
  readonly mask: string;
  readonly first: number;
  readonly example: string;
}

type Kind = "number" | "leading" | "stars" | "word";

/** @throws Doubt where a comma may stand before decimals or between thousands. What is no number comes out as NULL. */
export async function readNumberColumn(cells: NumberCells, decimal: Decimal | undefined): Promise<NumberColumn> {
  const { text } = cells;
  const masks = await countMasks(cells);
  const byKind = new Map<Kind, Mask[]>();
  for (const each of masks) {
    const kind = kindOf(each.mask);
    if (kind !== undefined) byKind.set(kind, [...(byKind.get(kind) ?? []), each]);
  }
  const numbers = [...(byKind.get("number") ?? []), ...(byKind.get("leading") ?? [])];
  const bare = numbers.map(({ mask }) => FRACTION.exec(mask)?.[1] ?? UNIT.exec(mask)?.[1] ?? mask);
  const told = decimal ?? decimalOf(bare);
  const mark = told === "unsure" ? undefined : told;
  if (mark === undefined) throw await decimalDoubt(cells, numbers.find(({ mask: each }) => /[.,]/.test(each))!);
  await checkScales(cells, byKind);
  const values: string[] = [];
  const words: string[] = [];
  if (byKind.has("number")) values.push(writtenNumberSql(text, mark, bare));
  if (byKind.has("leading")) {
    values.push(writtenNumberSql(`regexp_extract(${text}, '^([-+]?[0-9.,]+)\\s*\\D', 1)`, mark, bare));
    words.push(`such as ${byKind.get("leading")![0]!.example}`);
  }
  if (byKind.has("stars")) {
    values.push(
      `(CASE WHEN regexp_full_match(${text}, '[${STARS}☆]+') THEN length(translate(${text}, '☆\ufe0f', '')) END)`,
    );
    words.push("stars");
  }
  if (byKind.has("word")) {
    const cases = byKind
      .get("word")!
      .map(({ mask }) => `WHEN ${literal(mask)} THEN ${VERDICTS.get(verdictWord(mask))}`);
    values.push(`(CASE lower(${text}) ${cases.join(" ")} END)`);
    words.push(`words such as ${byKind.get("word")![0]!.example}`);
  }
  if (mark === "," && bare.some((mask) => mask.includes(","))) words.push("decimal comma");
  return {
    value: values.length === 0 ? "NULL::DOUBLE" : `coalesce(${values.join(", ")})`,
    form: words.join(", ") || undefined,
  };
}

async function countMasks({ database, table, text }: NumberCells): Promise<Mask[]> {
  const digits = `lower(translate(${text}, '0123456789', '9999999999'))`;
  const rows = await readRows(
    database,
    `SELECT CASE WHEN regexp_matches(${text}, '^[-+]?0[.,]') THEN regexp_replace(${digits}, '^([-+]?)9', '\\10')
       ELSE ${digits} END AS mask, min(n), arg_min(${text}, n) FROM ${table}
     WHERE ${text} IS NOT NULL GROUP BY mask ORDER BY count(*) DESC, min(n) LIMIT ${MOST_MASKS}`,
  );
  return rows.map(([mask, first, example]) => ({
    mask: String(mask),
    first: Number(first),
    example: String(example),
  }));
}

function kindOf(mask: string): Kind | undefined {
  if (MISSING_WORDS.includes(mask)) return undefined;
  if (isNumberMask(mask)) return "number";
  if (FRACTION.test(mask) || UNIT.test(mask)) return "leading";
  if (new RegExp(`^[${STARS}☆\ufe0f]+$`, "u").test(mask)) return "stars";
  return VERDICTS.has(verdictWord(mask)) ? "word" : undefined;
}

/** @throws InputError where words stand beside numbers, or fractions of several scales beside each other. */
async function checkScales(cells: NumberCells, byKind: ReadonlyMap<Kind, readonly Mask[]>): Promise<void> {
  const [word] = byKind.get("word") ?? [];
  const [number] = [...(byKind.get("number") ?? []), ...(byKind.get("leading") ?? [])];
  if (word !== undefined && number !== undefined) {
    throw await mixture(cells, word, `a number, as "${number.example}" is`);
  }
  const fraction = byKind.get("leading")?.find(({ mask }) => FRACTION.test(mask));
  if (fraction === undefined) return;
  const scale = `(?i)(${OF})\\s*([0-9]+)(\\s*\\p{L}+)?$`;
  const [row] = await readRows(
    cells.database,
    `SELECT count(DISTINCT regexp_extract(${cells.text}, '${scale}', 2)) FROM ${cells.table}
     WHERE regexp_matches(${cells.text}, '${scale}')`,
  );
  if (Number(row![0]) > 1) throw await mixture(cells, fraction, "ratings out of one number");
}

async function mixture(
  { column, place }: NumberCells,
  { example, first }: Mask,
  expected: string,
): Promise<InputError> {
  const { where, line } = await place(first);
  const todo = "Mend the column, or leave it aside with --rating none.";
  return new InputError({ where, line, found: `"${example}" in "${column}"`, expected, todo });
}

async function decimalDoubt(cells: NumberCells, { first, example }: Mask): Promise<Doubt> {
  const { where, line } = await cells.place(first);
  const [own, other, name] = example.includes(",") ? [",", ".", "comma"] : [".", ",", "point"];
  const found = `"${example}" in "${cells.column}", and no number of the column that tells what the ${name} is`;
  return new Doubt({ where, line, found, expected: "numbers that can be read in one way" }, [
    { words: `the ${name} stands before decimals`, flag: `--decimal ${own}`, options: { decimal: own } },
    { words: `the ${name} stands between thousands`, flag: `--decimal ${other}`, options: { decimal: other } },
  ]);
}
