// Reading a table of a dataset, with DuckDB's complaints turned into ours.
import { InputError, OperationError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { systemErrorText } from "../base/system-errors.ts";

export const REIMPORT = "Import the data again (isrf data import ... --overwrite).";

/** Run a read and turn DuckDB's complaints about the file into ours. */
export async function readTable<T>(file: string, read: () => Promise<T>): Promise<T> {
  if (!(await exists(file))) {
    throw new InputError({ where: file, found: "no such file", expected: "a table of the dataset", todo: REIMPORT });
  }
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const refused = systemErrorText(cause, file);
    if (refused !== undefined) throw new OperationError(refused, { cause });
    const found = (cause as Error).message.split("\n")[0]!;
    throw new InputError({ where: file, found, expected: "a whole Parquet table", todo: REIMPORT }, { cause });
  }
}
