// A file of users as further facts beside the users of the interactions.
import type { DuckDBConnection } from "@duckdb/node-api";
import { UsageError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import { findIdColumn } from "../catalogue/id-column.ts";
import { joinIds } from "../catalogue/join.ts";
import { reportJoin, requireJoin, USER_SIDES } from "../catalogue/join-words.ts";
import { readRecords } from "../catalogue/records.ts";
import { requireColumn } from "../columns/named-columns.ts";
import type { TableSource } from "../sources/table-source.ts";
import type { UserFileFacts } from "../understanding.ts";
import { plainText } from "../values/texts.ts";

export interface UserFileOptions {
  /** Column of the user id in the file. Default: named like the interactions' user column, else recognised. */
  readonly usersId?: string | undefined;
}

export interface UserFile {
  /** The further columns of the file, by user id. */
  readonly attributes: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly facts: UserFileFacts;
}

/**
 * For the ids in the table `user_list` of `database`.
 * @throws InputError for records that do not parse and where no id joins; UsageError for unknown columns.
 */
export async function readUsers(
  database: DuckDBConnection,
  source: TableSource,
  userColumn: string,
  { usersId }: UserFileOptions,
  report: Report,
): Promise<UserFile> {
  const named = usersId && requireColumn(usersId, "--users-id", source);
  const hints = { list: "user_list", meaning: "user", sameName: userColumn, flag: "--users-id", named } as const;
  const id = await findIdColumn(database, source, hints);
  if (id === undefined) {
    const names = source.columns.join(", ");
    throw new UsageError(
      `${source.name}: none of the columns ${names} is recognised as the user id. Name it with --users-id COL.`,
    );
  }
  if (id.warning !== undefined) report({ kind: "warning", message: id.warning });
  const join = await joinIds(database, source, id.column, "user_list");
  requireJoin(join, source.columns, USER_SIDES);
  const columns = source.columns.filter((column) => column !== id.column);
  const records = await readRecords(database, source, join, columns);
  reportJoin(join, records, USER_SIDES, report);
  const attributes = new Map(
    Array.from(records.cells, ([user, cells]) => {
      const facts = columns.map((name, k) => [name, plainText(cells[k])] as const);
      return [user, Object.fromEntries(facts.filter((pair): pair is [string, string] => pair[1] !== undefined))];
    }),
  );
  const facts = { ...join.facts, repeated: records.repeated, users: join.known };
  return { attributes, facts };
}
