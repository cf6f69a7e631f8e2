// The contract of public formats: which file of a data set is what, as data. A format that needs more than its columns'
// names says in SQL how its tables become one.

/** How one file is written, where its own form does not tell. */
export interface FileForm {
  /** Without folder; `.gz` may follow. */
  readonly name: RegExp;
  /** What its first line looks like: tells the versions of a data set apart, and a namesake from it. */
  readonly firstLine?: RegExp | undefined;
  readonly delimiter?: string | undefined;
  readonly quote?: "none" | "double" | undefined;
  /** Of a file that is not UTF-8: others pass data sets on in UTF-8. */
  readonly encoding?: string | undefined;
  /** Names of the columns of a file without a header; its first line is a record. */
  readonly columns?: readonly string[] | undefined;
  /** Its lines are taken whole, in a column `line`. */
  readonly isLines?: boolean | undefined;
  /** The table can be read without this file. */
  readonly isOptional?: boolean | undefined;
}

/** One table made of one or more files. */
export interface TableForm {
  /** By name; the first one is the table's own, and names it in messages. */
  readonly files: Readonly<Record<string, FileForm>>;
  /** Columns and SQL of a table that is made of the files, whose tables are given by name. Default: the first file. */
  readonly made?:
    | { readonly columns: readonly string[]; readonly sql: (tables: Readonly<Record<string, string>>) => string }
    | undefined;
}

/** One version of a public data set. */
export interface PublicVersion {
  /** "MovieLens 100k". */
  readonly title: string;
  readonly interactions: TableForm;
  readonly items?: TableForm | undefined;
  readonly users?: TableForm | undefined;
  /** Columns by meaning, as the options of import name them. */
  readonly options: Readonly<
    Partial<Record<"user" | "item" | "timestamp" | "rating" | "event" | "quantity" | "title" | "brand", string>> &
      Partial<
        Record<
          "timeFormat" | "price" | "categories" | "description" | "itemsId" | "usersId" | "categorySeparator",
          string
        >
      >
  >;
  /** What people should know; each one sentence. */
  readonly notes?: readonly string[] | undefined;
}

/** Versions in the order in which they are tried. */
export type PublicFormat = readonly PublicVersion[];
