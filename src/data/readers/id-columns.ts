// The two id columns of the interactions: how they are read, who is nobody, and what looks damaged.
import { didYouMean } from "../../base/errors.ts";
import { literal, readRows } from "../duckdb.ts";
import { type Example, equalNumberIds, type IdForm, idForm, idSql, nearlyEqualIds } from "../values/ids.ts";
import type { Reason } from "./left-out.ts";
import { placeWords, type RawContext } from "./raw-context.ts";

export interface IdColumnOptions {
  /** User ids that stand for nobody. Default: words such as NULL, where nothing speaks against. */
  readonly guest?: readonly string[] | undefined;
  /** Those of the import of the dataset that the rows join; nobody expects them in these files. */
  readonly usualGuest?: readonly string[] | undefined;
}

export interface IdColumns {
  /** SQL over a row of `raw`: the ids, NULL where there is none. */
  readonly user: string;
  readonly item: string;
  readonly reasons: readonly Reason[];
  readonly warnings: readonly string[];
}

/** Share of rows that belong to somebody who is probably nobody. */
const GUEST_SHARE = 0.05;
const GUEST_FACTOR = 10;

export async function readIds(context: RawContext, options: IdColumnOptions): Promise<IdColumns> {
  const { database, source, columns } = context;
  const guest = options.guest ?? options.usualGuest;
  const raw = (text: string) => `(SELECT rowid AS n, ${text} FROM raw)`;
  const users = await idForm(database, raw("u"), "u", "user_texts", { words: guest, mayCluster: true });
  const items = await idForm(database, raw("i"), "i", "item_texts");
  return {
    user: idSql("u", users),
    item: idSql("i", items),
    reasons: [userReason(columns.user, users), itemReason(columns.item)],
    warnings: [
      ...(await wordsOn(context, columns.user, "user_texts", users)),
      ...(await wordsOn(context, columns.item, "item_texts", items)),
      ...(guest === undefined ? await nobodyAmong(context, source.name) : []),
      ...(await absentGuests(context, options.guest ?? [], users)),
    ],
  };
}

function userReason(column: string, { missing }: IdForm): Reason {
  const words = missing.map((word) => `"${word}"`).join(", ");
  return {
    is: "u IS NULL",
    words: "no user",
    rows: "without a user",
    text: "u",
    column,
    advice:
      missing.length === 0
        ? "If visits without an account matter, name another column with --user, such as a session's."
        : `If ${words} is a customer, say --guest ""; if visits count as users, name their column with --user.`,
    most: 1,
    expected: "a user id",
    todo: "Name another column with --user, or mend the records.",
  };
}

function itemReason(column: string): Reason {
  return {
    is: "i IS NULL",
    words: "no item",
    rows: "without an item",
    text: "i",
    column,
    most: 0.5,
    expected: "an item id",
    todo: "Name another column with --item, or mend the records.",
  };
}

async function wordsOn(context: RawContext, column: string, texts: string, form: IdForm): Promise<string[]> {
  const { source, database } = context;
  const at = async ({ row }: Example) => `first at ${placeWords(await source.place(row))}`;
  const said: string[] = [];
  const { padded, floats, rounded } = form;
  if (padded !== undefined) {
    said.push(`took off blanks around ${padded.count} ids in "${column}" (${await at(padded)})`);
  }
  if (floats !== undefined) {
    said.push(
      `read whole numbers written as decimals in "${column}" as ids without them (${floats.text} in ${floats.count} rows, ${await at(floats)})`,
    );
  }
  if (rounded !== undefined) {
    said.push(
      `${rounded.count} ids in "${column}" are rounded numbers (${rounded.text}, ${await at(rounded)}): a spreadsheet or a decimal type cut their digits off, so that several ids may have become one; export the column as text`,
    );
  }
  for (const word of form.kept) {
    said.push(
      `took "${word.text}" in "${column}" for an id, as the others are words as well (${word.count} rows, ${await at(word)})`,
    );
  }
  const alike = await nearlyEqualIds(database, texts);
  if (alike !== undefined) {
    said.push(
      `${alike.count} ids in "${column}" occur in several spellings of case or accents ("${alike.pair[0]}" and "${alike.pair[1]}"), which stay apart`,
    );
  }
  const equal = floats === undefined ? await equalNumberIds(database, texts) : undefined;
  if (equal !== undefined) {
    said.push(
      `${equal.count} ids in "${column}" occur in several spellings of one number ("${equal.pair[0]}" and "${equal.pair[1]}"), which stay apart`,
    );
  }
  return said.map((sentence) => `${source.name}: ${sentence}.`);
}

/** Words of `--guest` that no row has. */
async function absentGuests(
  { database, source, columns }: RawContext,
  words: readonly string[],
  form: IdForm,
): Promise<string[]> {
  const said: string[] = [];
  for (const word of words.filter((each) => each !== "")) {
    const near = await readRows(
      database,
      `SELECT x, ${idSql("x", { ...form, missing: [word] })} IS NULL AS is_met FROM user_texts WHERE x <> ''
       ORDER BY is_met DESC, levenshtein(x, ${literal(word)}), x LIMIT 1`,
    );
    if (near[0]?.[1] === true) continue;
    const hint = didYouMean(
      word,
      near.map(([id]) => String(id)),
    );
    said.push(`${source.name}: --guest ${word}: no row has that user in "${columns.user}".${hint}`);
  }
  return said;
}

/** Is the busiest user, far ahead of all others, called -1, 0 or guest? */
async function nobodyAmong({ database, columns }: RawContext, file: string): Promise<string[]> {
  const reader = await database.runAndReadAll(
    "SELECT x, rows, (sum(rows) OVER ())::DOUBLE FROM user_texts WHERE x <> '' ORDER BY rows DESC LIMIT 2",
  );
  const [first, second] = reader.getRowsJS();
  if (first === undefined || second === undefined) return [];
  const [id, rows, total] = [String(first[0]), Number(first[1]), Number(first[2])];
  const isNobody = /^(-?[01]|9{3,}|guests?|anonym\w*|unknown|visitor|gast|invit[eé]|test\w*|admin\w*)$/i.test(id);
  if (!isNobody || rows < GUEST_SHARE * total || rows < GUEST_FACTOR * Number(second[1])) return [];
  return [
    `${file}: user "${id}" in "${columns.user}" has ${rows} of ${total} rows, ${Math.floor(rows / Number(second[1]))} times as many as the next: if it stands for guests, leave them out with --guest "${id}".`,
  ];
}
