// The columns of a table from the names in its file: each has one that is its own, also where the file has none for it,
// or two that differ in case only, which tables cannot hold.
import { InputError } from "../../../base/errors.ts";
import { isNameless, type Nameless } from "./survey.ts";

export interface FileColumn {
  /** As it stands in the file. */
  readonly written: string;
  /** In the table; undefined: the column is left out. */
  readonly name: string | undefined;
}

export interface FileColumns {
  /** By position in the file. */
  readonly columns: readonly FileColumn[];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

interface HeaderFacts {
  readonly nameless: ReadonlyMap<number, Nameless>;
  /** Whether a column without a name may hold the ids: numbers with gaps are no numbers of rows then. */
  readonly mayBeIds: boolean;
  /** Option that names all columns. */
  readonly flag: string;
  readonly line?: number | undefined;
}

/** @throws InputError for two columns of one name. */
export function fileColumns(
  file: string,
  names: readonly string[],
  { nameless, mayBeIds, flag, line }: HeaderFacts,
): FileColumns {
  const twice = names.find((name, index) => !isNameless(name) && names.indexOf(name) !== index);
  if (twice !== undefined) {
    const todo = `Rename one in the file, or name all columns with ${flag}.`;
    throw new InputError({
      where: file,
      line,
      found: `the column "${twice}" twice`,
      expected: "distinct column names",
      todo,
    });
  }
  const notes: string[] = [];
  const warnings: string[] = [];
  const taken = new Set<string>();
  const own = (name: string, position: number) => {
    const unique = taken.has(name.toLowerCase()) ? `${name} (column ${position})` : name;
    taken.add(unique.toLowerCase());
    return unique;
  };
  const columns = names.map((written, position): FileColumn => {
    const cells = nameless.get(position);
    if (cells?.isEmpty) return { written, name: undefined };
    if (cells?.isRunning && (cells.isGapless || !mayBeIds)) {
      notes.push(`Column ${position} has no name and numbers the rows; it was left out.`);
      return { written, name: undefined };
    }
    const name = own(written === "" ? String(position) : written, position);
    if (cells !== undefined) notes.push(`Column ${position} has no name; it is called "${name}".`);
    else if (name !== written) {
      const other = names.find((each) => each.toLowerCase() === written.toLowerCase());
      warnings.push(
        `${file}: the columns "${other}" and "${written}" differ in case only; "${written}" is called "${name}".`,
      );
    }
    return { written, name };
  });
  return { columns, notes, warnings };
}
