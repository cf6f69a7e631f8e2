// What a file holds and what an import would make of it, by the reading that an import does.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError, UsageError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { type Report, silent } from "../base/progress.ts";
import { MatrixError } from "./columns/interaction-columns.ts";
import { nothingLeft } from "./filter-words.ts";
import { inspectAlone } from "./inspect-alone.ts";
import type { FirstSight } from "./readers/tables.ts";
import { shownAddress } from "./sources/elsewhere/address.ts";
import { readHead } from "./sources/text-lines.ts";
import { type ShopOptions, understandShop } from "./understand-shop.ts";
import type { ColumnFacts, FormFacts, Understanding } from "./understanding.ts";

export type InspectOptions = Omit<ShopOptions, "dir" | "interactions" | "read">;

/** What a record of the file is. */
export type RecordKind = "interactions" | "catalogue" | "users" | "p5" | "unknown";

export interface Inspection {
  readonly file: string;
  readonly format: FormFacts["format"];
  readonly kind: RecordKind;
  /** How its bytes were read. */
  readonly form?: FormFacts | undefined;
  readonly columns: readonly ColumnFacts[];
  /** What import would take each column for: `{ user: "reviewerID" }`. */
  readonly mapping: Readonly<Record<string, string>>;
  /** Which of user, item and timestamp were not found, where the file may hold interactions. */
  readonly missing: readonly string[];
  /** The first three records. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Of interactions that can be read, and of a catalogue. */
  readonly understood?: Partial<Understanding> | undefined;
  /** What an import of the file would be refused with. */
  readonly refusal?: string | undefined;
  /** What may be misread, each one sentence. */
  readonly warnings: readonly string[];
}

/**
 * Look at a table file (or a P5 directory) without importing it.
 * @throws UsageError when it does not exist or lacks a named column, InputError when it cannot be read.
 */
export async function inspectFile(
  file: string,
  options: InspectOptions = {},
  report: Report = silent,
): Promise<Inspection> {
  const isFolder = (await stat(file).catch(() => undefined))?.isDirectory() ?? false;
  if (isFolder && (await exists(join(file, "sequential.txt")))) return inspectDirectory(file);
  const warnings: string[] = [];
  const hear: Report = (event) => (event.kind === "warning" ? warnings.push(event.message) : report(event));
  let seen: FirstSight | undefined;
  try {
    const read = await understandShop(
      { ...options, ...(isFolder ? { dir: file } : { interactions: file }) },
      hear,
      (first) => {
        seen = first;
      },
    );
    const { shop, whole, filters, understanding } = read;
    const refusal = shop.users.length === 0 ? nothingLeft(file, whole, filters).message : undefined;
    return { ...sight(file, seen!), kind: "interactions", understood: understanding, refusal, warnings };
  } catch (error) {
    if (seen === undefined || !(error instanceof InputError || error instanceof UsageError)) throw error;
    const first = { ...sight(file, seen), refusal: error.message, warnings };
    if (error instanceof MatrixError) return { ...first, kind: "unknown" };
    if (!first.missing.includes("user") && !first.missing.includes("item")) return first;
    return otherKind(first, file, options, hear);
  }
}

/** No interactions: perhaps what stands beside them. */
async function otherKind(
  first: Inspection,
  file: string,
  options: InspectOptions,
  report: Report,
): Promise<Inspection> {
  const { kind, columns, catalogue } = await inspectAlone(file, options, report);
  if (kind === "unknown") return { ...first, kind };
  const types = new Map(first.columns.map(({ name, type }) => [name, type]));
  const typed = columns.map((column) => ({ ...column, type: types.get(column.name) ?? column.type }));
  const mapping = mappingOf(typed);
  const missing = kind === "catalogue" && mapping.item === undefined ? ["item"] : [];
  return { ...first, kind, columns: typed, mapping, missing, refusal: undefined, understood: { catalogue } };
}

function sight(file: string, { form, columns, head }: FirstSight): Inspection {
  const mapping = mappingOf(columns);
  const missing = ["user", "item", "timestamp"].filter((role) => mapping[role] === undefined);
  const kind = "interactions";
  return {
    file: shownAddress(file),
    format: form.format,
    kind,
    form,
    columns,
    mapping,
    missing,
    rows: head,
    warnings: [],
  };
}

function mappingOf(columns: readonly ColumnFacts[]): Record<string, string> {
  return Object.fromEntries(columns.flatMap(({ name, meaning }) => (meaning === undefined ? [] : [[meaning, name]])));
}

async function inspectDirectory(directory: string): Promise<Inspection> {
  const rows = (await readHead(join(directory, "sequential.txt"), 3)).map((line) => {
    const [user, ...items] = line.split(" ");
    return { user, items: items.join(" ") };
  });
  const columns = [
    { name: "user", type: "INTEGER", meaning: "user" },
    { name: "items", type: "INTEGER[]", meaning: "item" },
  ];
  const mapping = { user: "user", item: "items" };
  return { file: directory, format: "p5", kind: "p5", columns, mapping, missing: [], rows, warnings: [] };
}
