// What users may say about the form of one file, where recognising it is not enough.
import type { Choice } from "../../base/doubt.ts";
import { UsageError } from "../../base/errors.ts";
import { delimiterNamed } from "./delimited/dialect.ts";
import { type Encoding, encodingNamed } from "./encodings.ts";

/** A file by what it holds: options speak of the interactions unless they begin with another's name, `items=`. */
export type FileRole = "interactions" | "items" | "users" | "explanations";

/** Files that are read together, as one shop. */
export type TableRole = Exclude<FileRole, "explanations">;

type Spoken = string | readonly string[] | undefined;

/** As given: a value alone is for the interactions. */
export interface FormOptions {
  readonly delimiter?: Spoken;
  readonly encoding?: Spoken;
  readonly quote?: Spoken;
  readonly columns?: Spoken;
  /** Of the interactions. */
  readonly header?: boolean | undefined;
  /** Leave out records that do not fit, instead of refusing the file. */
  readonly skipBadRows?: boolean | undefined;
  /** Table of a database or sheet of a workbook. */
  readonly table?: string | readonly string[] | undefined;
  /** A SELECT, instead of a table. */
  readonly query?: string | readonly string[] | undefined;
  /** Folder of DuckDB's extensions. */
  readonly extensions?: string | undefined;
}

/** For one file. */
export interface DialectOptions {
  /** What the file holds. */
  readonly role: FileRole;
  readonly delimiter?: string | undefined;
  readonly encoding?: Encoding | undefined;
  /** The encoding of a text that is not UTF-8. */
  readonly legacyEncoding?: Encoding | undefined;
  /** Empty: marks are text. */
  readonly quote?: string | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly header?: boolean | undefined;
  readonly skipBadRows?: boolean | undefined;
  readonly table?: string | undefined;
  readonly query?: string | undefined;
  readonly extensions?: string | undefined;
  /** The option that says so of this file: `--encoding items=latin1`. */
  readonly flag: (option: "delimiter" | "encoding" | "quote" | "columns" | "table" | "query", value: string) => string;
  /** The value as that option takes it: `items=latin1`. */
  readonly spoken: (value: string) => string;
}

/** What was said of `role`. @throws UsageError for values that mean nothing. */
export function dialectFor(role: FileRole, options: FormOptions = {}): DialectOptions {
  const prefix = role === "interactions" ? "" : `${role}=`;
  const spoken = (value: string) => prefix + value;
  const flag: DialectOptions["flag"] = (option, value) =>
    `--${option} ${/[\s|;'"<>&]/.test(value) ? `'${spoken(value)}'` : spoken(value)}`;
  const { delimiter, encoding, quote, columns } = {
    delimiter: valueFor(role, options.delimiter, "--delimiter"),
    encoding: valueFor(role, options.encoding, "--encoding"),
    quote: valueFor(role, options.quote, "--quote"),
    columns: valueFor(role, options.columns, "--columns"),
  };
  return {
    role,
    delimiter: delimiter === undefined ? undefined : delimiterOf(delimiter),
    encoding: encoding === undefined ? undefined : encodingNamed(encoding, "--encoding"),
    quote: quote === undefined ? undefined : quoteOf(quote),
    columns: columns?.split(",").map((name) => name.trim()),
    header: role === "interactions" ? options.header : undefined,
    skipBadRows: options.skipBadRows,
    table: valueFor(role, options.table, "--table"),
    query: valueFor(role, options.query, "--query"),
    extensions: options.extensions,
    flag,
    spoken,
  };
}

interface Form {
  /** One file, and all such files, in words. */
  readonly is: string;
  readonly are: string;
  readonly reads: readonly ("delimiter" | "encoding" | "quote" | "columns" | "header" | "table" | "query")[];
}

/** What is heeded of all that can be said of a file, by what it is. */
const FORMS = {
  text: {
    is: "a text file of cells",
    are: "text files of cells",
    reads: ["delimiter", "encoding", "quote", "columns", "header"],
  },
  json: { is: "JSON", are: "JSON files", reads: ["encoding"] },
  parquet: { is: "Parquet", are: "Parquet files", reads: [] },
  database: { is: "a database", are: "databases", reads: ["table", "query"] },
  workbook: { is: "a workbook", are: "workbooks", reads: ["header", "table"] },
} as const satisfies Readonly<Record<string, Form>>;

/** @throws UsageError where something was said of a file that is read without heeding it. */
export function refuseUnheeded(name: string, form: keyof typeof FORMS, dialect: DialectOptions): void {
  const { is, reads }: Form = FORMS[form];
  const options = ["delimiter", "encoding", "quote", "columns", "header", "table", "query"] as const;
  const unheeded = options.find((option) => dialect[option] !== undefined && !reads.includes(option));
  if (unheeded === undefined) return;
  const forms: readonly Form[] = Object.values(FORMS);
  const others = forms.filter((other) => other.reads.includes(unheeded)).map(({ are }) => are);
  throw new UsageError(`${flagOf(unheeded, dialect)} is for ${inWords(others)}, and ${name} is ${is}. Leave it out.`);
}

function flagOf(option: Form["reads"][number], { flag, header }: DialectOptions): string {
  return option === "header" ? `--${header === false ? "no-" : ""}header` : flag(option, "...");
}

function inWords(names: readonly string[]): string {
  return [names.slice(0, -1).join(", "), names.at(-1)].filter((part) => part !== "").join(" and ");
}

/** Ways to say whether a line of `cells` names the columns: `--header` speaks of the interactions alone. */
export function headerChoices({ role, flag, spoken }: DialectOptions, cells: readonly string[]): Choice[] {
  const [names, record] = ["the line names the columns", "it is the first record"];
  if (role === "interactions") {
    return [
      { words: names, flag: "--header", options: { header: true } },
      { words: record, flag: "--no-header", options: { header: false } },
    ];
  }
  const named = (words: string, columns: readonly string[]): Choice => {
    const list = columns.join(",");
    return { words, flag: flag("columns", list), options: { columns: [spoken(list)] } };
  };
  const canBeListed = cells.every((cell) => cell !== "" && !cell.includes(","));
  return [
    ...(canBeListed ? [named(names, cells)] : []),
    named(
      record,
      cells.map((_, position) => String(position)),
    ),
  ];
}

const PREFIX = /^(interactions|items|users|explanations)=/;

function valueFor(role: FileRole, values: Spoken, flag: string): string | undefined {
  const given = values === undefined ? [] : [values].flat();
  const own = given.filter((value) => (PREFIX.exec(value)?.[1] ?? "interactions") === role);
  // Names of columns are a list in settings files.
  if (own.length > 1 && flag === "--columns" && !own.some((value) => value.includes(","))) return own.join(",");
  if (own.length > 1)
    throw new UsageError(`${flag} is given ${own.length} times for the ${role}: ${own.join(", ")}. Give it once.`);
  return own[0]?.replace(PREFIX, "");
}

function delimiterOf(word: string): string {
  const delimiter = delimiterNamed(word);
  if (delimiter !== "" && !/["\r\n]/.test(delimiter) && Buffer.byteLength(delimiter) <= 16) return delimiter;
  throw new UsageError(
    `--delimiter ${JSON.stringify(word)}: expected the signs between two cells, such as ";", "tab" or "::".`,
  );
}

const QUOTES: Readonly<Record<string, string>> = { none: "", '"': '"', double: '"', "'": "'", single: "'" };

function quoteOf(word: string): string {
  const quote = QUOTES[word.toLowerCase()];
  if (quote !== undefined) return quote;
  throw new UsageError(`--quote ${word}: expected one of none, double, single.`);
}
