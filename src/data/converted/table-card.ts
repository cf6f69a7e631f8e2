// What is known of a text file whose cells lie in Parquet: all that a `TableSource` says, as plain values.
import { z } from "zod";
import { TABLE_FORMATS } from "../sources/table-source.ts";

const pairs = <T extends z.ZodType>(value: T) => z.array(z.tuple([z.string(), value]));

/** What people said of the form of the interactions, as they said it. */
export const conversionFormSchema = z.strictObject({
  format: z.enum(TABLE_FORMATS),
  records: z.array(z.string()).optional(),
  delimiter: z.array(z.string()).optional(),
  encoding: z.array(z.string()).optional(),
  quote: z.array(z.string()).optional(),
  columns: z.array(z.string()).optional(),
  header: z.boolean().optional(),
  skipBadRows: z.boolean().optional(),
});

export type ConversionForm = z.output<typeof conversionFormSchema>;

export const tableCardSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(["delimited", "json"]),
  format: z.enum(["csv", "tsv", "recbole", "jsonl"]),
  columns: z.array(z.string()),
  blankLists: z.array(z.string()).optional(),
  positions: z.array(z.strictObject({ written: z.string(), name: z.string().optional() })).optional(),
  lists: pairs(z.string()).optional(),
  nested: pairs(z.array(z.string())).optional(),
  types: pairs(z.string()),
  /** SQL types beside `columns`, where the file keeps types. */
  typed: z.array(z.string()).optional(),
  form: z.strictObject({
    format: z.enum(["csv", "tsv", "recbole", "jsonl"]),
    notes: z.array(z.string()),
    warnings: z.array(z.string()).optional(),
  }),
  omissions: z
    .array(z.strictObject({ where: z.string(), line: z.number(), reason: z.string(), text: z.string() }))
    .optional(),
  /** Of the text file. */
  bytes: z.number(),
  sha256: z.string(),
});

export type TableCard = z.output<typeof tableCardSchema>;

/** Parquet files with the cells: of columns `c0`, `c1`, ... */
export interface CellFiles {
  /** As texts. */
  readonly text: string;
  /** With their types, where the file keeps them. */
  readonly typed?: string | undefined;
  /** As texts, lists as lists of texts, where there are lists. */
  readonly listed?: string | undefined;
}

export interface ConvertedTable extends CellFiles {
  readonly card: TableCard;
}
