// Which public data set the files of a folder are, or one file of interactions with what lies beside it.
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readHead } from "../sources/text-lines.ts";
import { PUBLIC_FORMAT_NAMES, type PublicFormatName } from "./names.ts";
import type { FileForm, PublicVersion, TableForm } from "./public-format.ts";
import { PUBLIC_FORMATS } from "./public-formats.ts";

/** Paths by the names that `TableForm.files` gives them. */
export type FoundFiles = Readonly<Record<string, string>>;

export interface FoundVersion {
  readonly version: PublicVersion;
  readonly interactions: FoundFiles;
  readonly items?: FoundFiles | undefined;
  readonly users?: FoundFiles | undefined;
}

/** The data set in `folder`; undefined where none is recognised. */
export async function recogniseFolder(
  folder: string,
  name?: PublicFormatName | undefined,
): Promise<FoundVersion | undefined> {
  const paths = (await readdir(folder)).sort().map((file) => join(folder, file));
  for (const version of versionsOf(name)) {
    const interactions = await findTable(version.interactions, paths);
    if (interactions === undefined) continue;
    const items = version.items && (await findTable(version.items, paths));
    const users = version.users && (await findTable(version.users, paths));
    return { version, interactions, items, users };
  }
  return undefined;
}

/** Files that a user named one by one. */
export interface NamedFiles {
  readonly interactions: string;
  readonly items?: string | undefined;
  readonly users?: string | undefined;
}

/**
 * The version that `interactions` belongs to: by its name and first line, where the format is named by the line alone.
 * Its further tables are looked for beside it; a catalogue only where it is named.
 */
export async function recogniseFile(
  { interactions, items, users }: NamedFiles,
  name?: PublicFormatName | undefined,
): Promise<FoundVersion | undefined> {
  for (const version of versionsOf(name)) {
    const found = await findBeside(version.interactions, interactions, name !== undefined);
    if (found === undefined) continue;
    return {
      version,
      interactions: found,
      items: await companion(version.items, items),
      users: await companion(version.users, users),
    };
  }
  return undefined;
}

async function companion(table: TableForm | undefined, file: string | undefined): Promise<FoundFiles | undefined> {
  return table === undefined || file === undefined ? undefined : findBeside(table, file, true);
}

function versionsOf(name: PublicFormatName | undefined): PublicVersion[] {
  return (name === undefined ? PUBLIC_FORMAT_NAMES : [name]).flatMap((each) => PUBLIC_FORMATS[each]);
}

async function findTable({ files }: TableForm, paths: readonly string[]): Promise<FoundFiles | undefined> {
  const found: Record<string, string> = {};
  for (const [key, form] of Object.entries(files)) {
    const path = await findAsync(paths, (each) => fits(each, form, false));
    if (path !== undefined) found[key] = path;
    else if (!form.isOptional) return undefined;
  }
  return found;
}

/** `main` is the table's first file; the others lie in its folder. */
async function findBeside(table: TableForm, main: string, byLine: boolean): Promise<FoundFiles | undefined> {
  const [[key, form], ...others] = Object.entries(table.files) as [[string, FileForm], ...[string, FileForm][]];
  if (!(await fits(main, form, byLine))) return undefined;
  const beside = others.length === 0 ? [] : (await readdir(dirname(main))).map((file) => join(dirname(main), file));
  const rest = await findTable({ files: Object.fromEntries(others) }, beside);
  return rest && { [key]: main, ...rest };
}

async function fits(path: string, { name, firstLine }: FileForm, byLine: boolean): Promise<boolean> {
  if (!name.test(basename(path).replace(/\.gz$/i, "")) && !(byLine && firstLine !== undefined)) return false;
  if (firstLine === undefined) return true;
  const [head = ""] = await readHead(path, 1).catch(() => []);
  return firstLine.test(head);
}

async function findAsync<T>(list: readonly T[], test: (each: T) => Promise<boolean>): Promise<T | undefined> {
  for (const each of list) if (await test(each)) return each;
  return undefined;
}
