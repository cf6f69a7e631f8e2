// A store in PostgreSQL, for several servers that share it.
import { OperationError } from "../../base/errors.ts";
import type { Store } from "./store.ts";

export async function openPostgresStore(_url: string): Promise<Store> {
  throw new OperationError("PostgreSQL stores are not there yet.");
}
