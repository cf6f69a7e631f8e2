// Where objects lie, by address.
import { fileURLToPath } from "node:url";
import { UsageError } from "../base/errors.ts";
import type { S3Options } from "./s3-store.ts";
import type { ObjectStore } from "./store.ts";

export type OpenOptions = S3Options;

/**
 * Open `s3://BUCKET/PREFIX`, `file:///DIR` or a path. Credentials, region and endpoint of S3 come from the environment,
 * as everywhere with AWS: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL_S3.
 * @throws UsageError for an address that is none, or that ISRF_OFFLINE forbids; OperationError where nothing can be
 *   kept there.
 */
export async function openObjects(address: string, options: OpenOptions = {}): Promise<ObjectStore> {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(address)?.[1]?.toLowerCase();
  if (scheme === "s3") return (await import("./s3-store.ts")).openS3Store(address, options);
  const { openFileStore } = await import("./file-store.ts");
  if (scheme === "file") return openFileStore(directoryOf(address));
  if (scheme === undefined && address !== "") return openFileStore(address);
  throw new UsageError(`objects at ${JSON.stringify(address)}: expected s3://BUCKET/PREFIX, file:///DIR or a path.`);
}

function directoryOf(address: string): string {
  try {
    return address.startsWith("file://") ? fileURLToPath(address) : address.slice("file:".length);
  } catch (cause) {
    throw new UsageError(`${address}: expected file:///DIR, a whole path on this machine.`, { cause });
  }
}

/** Do `work` with the store at `address`, and let go of it. @throws as `openObjects` and `work`. */
export async function withObjects<T>(address: string, work: (objects: ObjectStore) => Promise<T>): Promise<T> {
  const objects = await openObjects(address);
  try {
    return await work(objects);
  } finally {
    objects.close();
  }
}
