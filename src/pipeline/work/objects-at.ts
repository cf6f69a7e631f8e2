// The object store of a job: the one that its payload names, or the worker's own.
import { UsageError } from "../../base/errors.ts";
import { type ObjectStore, openObjects } from "../../objects/index.ts";
import type { JobContext } from "./kind.ts";

/**
 * @param address On this machine; null: what the worker's `--objects` says.
 * @throws UsageError where neither says anything.
 */
export async function objectsAt(address: string | null, { kept, objects }: JobContext): Promise<ObjectStore> {
  if (address !== null) {
    return kept.get(
      "objects",
      address,
      () => openObjects(address),
      async (store) => store.close(),
    );
  }
  if (objects !== undefined) return objects;
  throw new UsageError("the job's data lie in an object store: start the worker with --objects ADDRESS.");
}
