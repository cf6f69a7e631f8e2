// Import options that name a public data set, by its format, its folder or its files, as options that name tables.
import { join } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { Report } from "../../base/progress.ts";
import type { ImportFormat } from "../import-formats.ts";
import type { TableFormat } from "../sources/table-source.ts";
import { PUBLIC_FORMAT_NAMES, type PublicFormatName } from "./names.ts";
import { PUBLIC_FORMATS } from "./public-formats.ts";
import { type FoundFiles, type FoundVersion, recogniseFile, recogniseFolder } from "./recognise.ts";

export interface NamingOptions {
  readonly format?: ImportFormat | undefined;
  readonly dir?: string | undefined;
  readonly interactions?: string | readonly string[] | undefined;
  readonly items?: string | readonly string[] | undefined;
  readonly users?: string | readonly string[] | undefined;
}

/** Options in which the user describes the files: what names say must not overrule them. */
const DESCRIBING = [
  "delimiter",
  "encoding",
  "quote",
  "columns",
  "header",
  "user",
  "item",
  "timestamp",
  "rating",
  "event",
  "quantity",
] as const;

/** Options without the name of a public data set. */
export type Resolved<T extends NamingOptions> = Omit<T, "format"> & {
  readonly format?: TableFormat | "p5" | undefined;
  readonly known?: FoundVersion | undefined;
};

/**
 * `options` as they are where no public data set is meant. What the user names wins over what the format says.
 * @throws UsageError where the named data set is not found.
 */
export async function resolvePublic<T extends NamingOptions>(options: T, report: Report): Promise<Resolved<T>> {
  const name = PUBLIC_FORMAT_NAMES.find((each) => each === options.format);
  const format = name === undefined ? (options.format as TableFormat | "p5" | undefined) : "auto";
  if ((format ?? "auto") !== "auto") return { ...options, format };
  if (name === undefined && options.dir === undefined && describes(options)) return { ...options, format };
  const found = options.dir === undefined ? await byFile(options, name) : await byFolder(options.dir, name);
  if (found === undefined) return { ...options, format };
  const { version, interactions, items, users } = found;
  report({ kind: "notice", message: `Read as ${version.title}, by names and first lines of its files.` });
  for (const message of version.notes ?? []) report({ kind: "notice", message });
  const lacksCatalogue = version.items !== undefined && items === undefined;
  const known = lacksCatalogue ? withoutFacts(version.options) : version.options;
  return {
    ...options,
    ...under(known, options),
    format: "auto",
    dir: undefined,
    interactions: mainOf(interactions),
    items: options.items ?? mainOf(items),
    users: options.users ?? mainOf(users),
    known: found,
  };
}

/** What the format says, but for what the user says. */
function under(known: object, options: NamingOptions): object {
  const asked = options as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(known).map(([name, value]) => [name, asked[name] ?? value]));
}

function describes(options: NamingOptions): boolean {
  return DESCRIBING.some((name) => (options as Readonly<Record<string, unknown>>)[name] !== undefined);
}

/** Where the catalogue is not given, there are no columns of it. */
function withoutFacts(options: FoundVersion["version"]["options"]): object {
  const { itemsId: _, title: __, brand: ___, price: ____, categories: _____, description: ______, ...others } = options;
  return others;
}

function mainOf(files: FoundFiles | undefined): string | undefined {
  return files && Object.values(files)[0];
}

async function byFolder(folder: string, name: PublicFormatName | undefined): Promise<FoundVersion | undefined> {
  if (!(await exists(folder))) throw new UsageError(`${folder}: no such folder. Check --dir.`);
  if (name === undefined && (await exists(join(folder, "sequential.txt")))) return undefined;
  const found = await recogniseFolder(folder, name);
  if (found !== undefined) return found;
  const sets = name === undefined ? `one of ${PUBLIC_FORMAT_NAMES.join(", ")}` : name;
  const titles = name === undefined ? "" : ` (${PUBLIC_FORMATS[name].map(({ title }) => title).join("; ")})`;
  const p5 = name === undefined ? " nor a P5 directory with sequential.txt" : "";
  throw new UsageError(
    `${folder}: its files are not those of ${sets}${titles}${p5}. Name the files: --interactions FILE --items FILE.`,
  );
}

/** Several files of one role are somebody's own exports. */
function single(files: string | readonly string[] | undefined): string | undefined {
  return typeof files === "string" || files === undefined ? files : files.length === 1 ? files[0] : undefined;
}

async function byFile(options: NamingOptions, name: PublicFormatName | undefined): Promise<FoundVersion | undefined> {
  const [interactions, items, users] = [single(options.interactions), single(options.items), single(options.users)];
  if (interactions === undefined || !(await exists(interactions))) return undefined;
  const found = await recogniseFile({ interactions, items, users }, name);
  if (found !== undefined || name === undefined) return found;
  const titles = PUBLIC_FORMATS[name].map(({ title }) => title).join("; ");
  throw new UsageError(
    `${interactions}: its first line is not that of ${name} (${titles}), or a file that belongs to it does not lie beside it. Without --format the file is read by what it holds.`,
  );
}
