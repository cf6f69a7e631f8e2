// A table as recognition sees it: its columns, the figures of their cells, and the few questions about several columns
// at once that figures of one column do not answer.
import type { DuckDBConnection } from "@duckdb/node-api";
import { identifier, readObjects, readRows } from "../duckdb.ts";
import type { TableSource } from "../sources/table-source.ts";
import { type ColumnProfile, profileColumns, saidSql } from "./column-profile.ts";

export class TableView {
  private constructor(
    private readonly database: DuckDBConnection,
    readonly source: TableSource,
    readonly profiles: readonly ColumnProfile[],
  ) {}

  /** @throws InputError for records that do not parse. */
  static async of(database: DuckDBConnection, source: TableSource): Promise<TableView> {
    // What a list holds is told by its values.
    const { listed } = source;
    const single = listed === undefined ? source : { ...source, sql: () => listed(source.columns, "first") };
    return new TableView(database, single, await profileColumns(database, single));
  }

  profile(name: string): ColumnProfile {
    return this.profiles.find((profile) => profile.name === name)!;
  }

  /** Those of `names` in which no value occurs twice. */
  async unique(names: readonly string[]): Promise<ReadonlySet<string>> {
    const isUnique = names.map((name) => `count(DISTINCT ${said(name)}) = count(${said(name)})`);
    const answers = await this.ask(isUnique);
    return new Set(names.filter((_, k) => answers[k] === true));
  }

  /** Whether the two columns tell records apart in the same way. */
  async sayTheSame(one: string, other: string): Promise<boolean> {
    const [a, b] = [said(one), said(other)];
    const [both, first, second] = await this.ask([
      `count(DISTINCT (${a}, ${b}))`,
      `count(DISTINCT ${a})`,
      `count(DISTINCT ${b})`,
    ]);
    return both === first && both === second;
  }

  /** Whether the two columns say something else in any record. */
  async differ(one: string, other: string): Promise<boolean> {
    const [a, b] = [said(one), said(other)];
    return (await this.ask([`bool_or(${a} IS NOT NULL AND ${b} IS NOT NULL AND ${a} <> ${b})`]))[0] === true;
  }

  /** Are nearly all cells the digits of a day, such as 31052024 or 05312024? */
  async areDayDigits(name: string): Promise<boolean> {
    const [day, month] = ["(0?[1-9]|[12][0-9]|3[01])", "(0?[1-9]|1[0-2])"];
    const [two, year] = ["[0-9]{2}", "(19|20)[0-9]{2}"];
    const pattern = `'^(${day}(0[1-9]|1[0-2])|${month}${two})${year}$'`;
    const [days, all] = await this.ask([`count_if(regexp_matches(${said(name)}, ${pattern}))`, `count(${said(name)})`]);
    return Number(days) >= 0.95 * Number(all);
  }

  /** Does any cell with a colon say another time than midnight? */
  async hasTimeOfDay(name: string): Promise<boolean> {
    const midnight = "'(^|[^0-9:])(00?:00(:00([.,]0+)?)?([^0-9:.,]|$)|12:00(:00)? ?[aA]\\.?[mM])'";
    const cell = said(name);
    return (
      (await this.ask([`bool_or(contains(${cell}, ':') AND NOT regexp_matches(${cell}, ${midnight}))`]))[0] === true
    );
  }

  /** Cells of a time of day without a colon, HHMM or HHMMSS. */
  async bareClocks(name: string): Promise<number> {
    const pattern = "'^([01]?[0-9]|2[0-3])[0-5][0-9]([0-5][0-9])?$'";
    return Number((await this.ask([`count_if(regexp_matches(${said(name)}, ${pattern}))`]))[0]);
  }

  /**
   * Of the keys that stand in several records, the share for which the column says the same everywhere; undefined where
   * no key stands in two.
   */
  async agreement(key: string, names: readonly string[]): Promise<ReadonlyMap<string, number | undefined>> {
    if (names.length === 0) return new Map();
    const each = names.map((name, k) => {
      const cell = said(name);
      return `min(${cell}) = max(${cell}) AS same${k}, count(${cell}) AS n${k}`;
    });
    const sums = names.map((_, k) => `count_if(n${k} > 1 AND same${k}), count_if(n${k} > 1)`);
    const sql = `SELECT ${sums.join(", ")} FROM
      (SELECT ${each.join(", ")} FROM ${this.source.sql()} GROUP BY ${said(key)})`;
    const [row = []] = await this.source.read(() => readRows(this.database, sql));
    return new Map(
      names.map((name, k) => {
        const [same, all] = [Number(row[2 * k]), Number(row[2 * k + 1])];
        return [name, all === 0 ? undefined : same / all];
      }),
    );
  }

  /** Distinct values of the column that stand in `list` (SQL of one column). */
  async joining(name: string, list: string): Promise<number> {
    const sql = `SELECT count(*) FROM (SELECT DISTINCT ${said(name)} AS v FROM ${this.source.sql()}) WHERE v IN (${list})`;
    return Number((await this.source.read(() => readRows(this.database, sql)))[0]![0]);
  }

  /** SQL of the values of a column. */
  static valuesOf(source: TableSource, name: string): string {
    return `SELECT ${said(name)} FROM ${source.sql()}`;
  }

  /** The values of each of `names`, and in how many records they stand, the most frequent first. */
  async counts(names: readonly string[]): Promise<ReadonlyMap<string, { text: string; rows: number }[]>> {
    const found = new Map(names.map((name) => [name, [] as { text: string; rows: number }[]]));
    if (names.length === 0) return found;
    const cells = `unnest([${names.map(said).join(", ")}]) AS c, unnest(range(${names.length})) AS k`;
    const sql = `SELECT k, c, count(*) AS n FROM (SELECT ${cells} FROM ${this.source.sql()})
      WHERE c IS NOT NULL GROUP BY k, c ORDER BY k, n DESC, c`;
    for (const [k, text, rows] of await this.source.read(() => readRows(this.database, sql))) {
      found.get(names[Number(k)]!)!.push({ text: String(text), rows: Number(rows) });
    }
    return found;
  }

  /** The first three records, as texts. */
  async head(): Promise<readonly Readonly<Record<string, string>>[]> {
    const rows = await this.source.read(() =>
      readObjects(this.database, `(SELECT * FROM ${this.source.sql()} LIMIT 3)`),
    );
    return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])));
  }

  private async ask(questions: readonly string[]): Promise<readonly unknown[]> {
    if (questions.length === 0) return [];
    const sql = `SELECT ${questions.join(", ")} FROM ${this.source.sql()}`;
    return (await this.source.read(() => readRows(this.database, sql)))[0]!;
  }
}

function said(name: string): string {
  return saidSql(identifier(name));
}
