import type { ObjectStore } from "./store.ts";

/** Everything in a folder, which ends in a slash, and in those within. */
export async function removeFolder(store: ObjectStore, folder: string): Promise<void> {
  for await (const { name } of store.list(folder)) await store.remove(name);
}
