// Runs that lie beside the served ones and are not served: those that are being trained, above all. Their curves can be
// watched before anybody asks them anything.
import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { isLocked } from "../../base/lock.ts";
import { isRun, RUN_LOCK } from "../../runs/run.ts";
import type { ServedRun } from "../answering/served-run.ts";
import type { Projects } from "../contract/index.ts";
import { RequestError } from "../request-error.ts";

/** Folders of runs in the folders that hold served ones. */
export async function trainingsBeside(runs: readonly ServedRun[]): Promise<Projects["trainings"]> {
  const served = new Set(runs.map(({ run }) => resolve(run.directory)));
  const parents = new Set([...served].map((directory) => dirname(directory)));
  const found: Projects["trainings"] = [];
  for (const parent of parents) {
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((each) => each.isDirectory() && !each.name.startsWith("."))) {
      const directory = join(parent, entry.name);
      if (served.has(directory) || !(await isRun(directory).catch(() => false))) continue;
      found.push({ name: basename(directory), directory, running: await isTraining(directory) });
    }
  }
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

/** A look that fails is taken once more: what lies on a share may be away for a moment. */
export function isTraining(directory: string): Promise<boolean> {
  const look = () => isLocked(join(directory, RUN_LOCK));
  return look()
    .catch(look)
    .catch(() => false);
}

/** Where the run of a name lies, served or beside those that are. @throws RequestError (not_found). */
export async function directoryOf(runs: readonly ServedRun[], name: string): Promise<string> {
  const served = runs.find((run) => run.name === name);
  if (served !== undefined) return served.run.directory;
  const beside = (await trainingsBeside(runs)).find((training) => training.name === name);
  if (beside !== undefined) return beside.directory;
  throw new RequestError("not_found", `There is no run ${name} here, nor beside those that are served.`, {
    todo: "GET /v1/runs and GET /v1/projects list them.",
  });
}
