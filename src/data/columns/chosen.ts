// What was chosen so far, while a table's columns are recognised.
import { Doubt } from "../../base/doubt.ts";
import { columnNamed } from "../sources/table-source.ts";
import type { ColumnFacts } from "../understanding.ts";
import type { Candidate } from "./candidates.ts";
import type { ColumnProfile } from "./column-profile.ts";
import type { Meaning } from "./meanings.ts";
import { namedColumn } from "./named-columns.ts";
import type { TableView } from "./table-view.ts";

/** The columns of a table, as far as they were recognised. */
export interface Chosen<Columns> {
  readonly columns: Columns;
  /** All columns of the table, with what they were taken for. */
  readonly facts: readonly ColumnFacts[];
  /** What was decided and may be wrong; one sentence each. */
  readonly warnings: readonly string[];
}

interface Taken {
  readonly meaning: Meaning;
  readonly by: "option" | "name" | "cells";
  readonly sure: number;
}

export class Choosing {
  readonly warnings: string[] = [];
  readonly doubts: Doubt[] = [];
  private readonly taken = new Map<string, Taken>();
  private readonly said = new Map<Meaning, string | undefined>();
  private readonly ignored: ReadonlySet<string>;

  constructor(
    readonly view: TableView,
    ignore: readonly string[] = [],
  ) {
    this.ignored = new Set(ignore.map((name) => columnNamed(view.source, name)).filter((name) => name !== undefined));
  }

  /** What the user says of a meaning. @throws UsageError for a column that is absent. */
  name(meaning: Meaning, word: string | undefined, flag = flagOf(meaning)): void {
    const named = namedColumn(word, flag, this.view.source);
    if (named === undefined) return;
    this.said.set(meaning, named.name);
    if (named.name !== undefined) this.taken.set(named.name, { meaning, by: "option", sure: 1 });
  }

  /** Whether the user said which column it is, or that there is none. */
  isSettled(meaning: Meaning): boolean {
    return this.said.has(meaning);
  }

  column(meaning: Meaning): string | undefined {
    if (this.said.has(meaning)) return this.said.get(meaning);
    return [...this.taken].find(([, taken]) => taken.meaning === meaning)?.[0];
  }

  /** Columns without a meaning so far. */
  free(): readonly ColumnProfile[] {
    return this.view.profiles.filter(({ name }) => !this.taken.has(name) && !this.ignored.has(name));
  }

  take(meaning: Meaning, { name, score, named }: Candidate, by: "name" | "cells" = "name"): void {
    this.taken.set(name, { meaning, by: named === 0 ? "cells" : by, sure: Math.min(1, score) });
  }

  async doubt(meaning: Meaning, found: string, names: readonly string[]): Promise<void> {
    const choices = names.map((name) => ({
      words: `${name} is the ${WORDS[meaning] ?? meaning}`,
      flag: `${flagOf(meaning)} ${quoted(name)}`,
      options: { [meaning]: name },
    }));
    const where = this.view.source.name;
    const expected = `one column of the ${WORDS[meaning] ?? meaning}`;
    this.doubts.push(new Doubt({ where, found, expected }, choices, await this.view.head()));
  }

  facts(): readonly ColumnFacts[] {
    return this.view.profiles.map(({ name, rows, filled, distinct, isEstimate }) => {
      const taken = this.taken.get(name);
      const of = { name, type: "VARCHAR", empty: rows - filled, distinct, isEstimate };
      return taken === undefined ? of : { ...of, ...taken };
    });
  }
}

const WORDS: Partial<Record<Meaning, string>> = {
  user: "user id",
  item: "item id",
  timestamp: "time",
  timeOfDay: "time of day",
  event: "kind of event",
  mainCategory: "main category",
};

export function flagOf(meaning: Meaning): string {
  return `--${meaning}`;
}

/** As a shell takes it. */
export function quoted(name: string): string {
  return /^[\w.:/@%+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
