// A store by its name: a folder, or the address of a PostgreSQL database.
import { join } from "node:path";
import type { Report } from "../../base/progress.ts";
import { SqliteStore } from "./sqlite-store.ts";
import type { Store } from "./store.ts";

/** In a folder the file has this name. */
export const STORE_FILE = "isrf.db";

/**
 * `report` hears of what takes long.
 * @throws OperationError where it cannot be opened; InputError for another kind of file.
 */
export async function openStore(name: string, report?: Report): Promise<Store> {
  if (/^postgres(ql)?:\/\//.test(name)) {
    const { openPostgresStore } = await import("./postgres-store.ts");
    return openPostgresStore(name, report);
  }
  return new SqliteStore(join(name, STORE_FILE), report);
}
