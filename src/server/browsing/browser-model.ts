// What a browser needs of a run to answer by itself: the files that `isrf export-web` wrote into its folder `web`, and
// onnxruntime-web, which is taken from where it is installed. Scripts are never taken from a run.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { OperationError } from "../../base/errors.ts";
import { findRuntime, type Runtime } from "../../pipeline/export-web/index.ts";
import type { ServedRun } from "../answering/served-run.ts";
import { BROWSER_FILES, type Run } from "../contract/index.ts";

const FOLDER = "web";

export function exportedFile({ run }: ServedRun, name: (typeof BROWSER_FILES)[number]): string {
  return join(run.directory, FOLDER, name);
}

/** Undefined where it is not installed. */
export function installedRuntime(): Promise<Runtime | undefined> {
  return findRuntime().catch((error: unknown) => {
    if (error instanceof OperationError) return undefined;
    throw error;
  });
}

/** Undefined for a run whose answers need more than a history. */
export async function inBrowser(served: ServedRun): Promise<Run["inBrowser"]> {
  const { run, trainedAt } = served;
  if (run.recommender.evidence === undefined) return undefined;
  const files = await Promise.all(BROWSER_FILES.map((name) => stat(exportedFile(served, name)).catch(() => undefined)));
  const runtime = await installedRuntime();
  const there = files.filter((file) => file !== undefined);
  const isThere = there.length === files.length;
  const isOld = there.some(({ mtimeMs }) => mtimeMs < trainedAt.getTime());
  const command = `isrf export-web ${run.directory} --out ${join(run.directory, FOLDER)}`;
  const todo = [
    ...(runtime === undefined ? ["npm install onnxruntime-web"] : []),
    ...(isThere ? [] : [command]),
    ...(isThere && isOld ? [`${command} --overwrite`] : []),
  ];
  const bytes = isThere ? there.reduce((sum, { size }) => sum + size, 0) : undefined;
  return { bytes, runtime: runtime?.version, todo };
}
