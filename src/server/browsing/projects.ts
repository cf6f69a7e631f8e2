// What lies beside the served runs: studies, audits, how the data were understood.
import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { exists, readJson } from "../../base/files.ts";
import { UNDERSTOOD_FILE } from "../../data/index.ts";
import { AUDIT } from "../../pipeline/audit/index.ts";
import type { ServedRun } from "../answering/served-run.ts";
import type { AuditReply, DatasetReply, Projects, Study } from "../contract/index.ts";
import { RequestError } from "../request-error.ts";
import { trainingsBeside } from "./trainings.ts";

type Stored = Record<string, unknown>;

export async function projectsBeside(runs: readonly ServedRun[]): Promise<Projects> {
  const audits = await Promise.all(runs.map(storedAudit));
  return {
    studies: await studiesBeside(runs),
    trainings: await trainingsBeside(runs),
    audits: runs.filter((_, at) => audits[at]?.fits).map(({ name }) => ({ run: name })),
    chains: runs
      .filter(({ run }) => run.config.embeddings !== null && run.config.embeddings.textsBy !== "attributes")
      .map(({ name }) => ({ run: name })),
    datasets: runs.map(({ name, run }) => ({
      run: name,
      name: run.dataset.manifest.name,
      directory: run.dataset.directory,
    })),
  };
}

/** Folders with a study.json, in and beside the folders of the runs. */
async function studiesBeside(runs: readonly ServedRun[]): Promise<Projects["studies"]> {
  const parents = new Set(runs.map(({ run }) => dirname(resolve(run.directory))));
  const found: Projects["studies"] = [];
  for (const parent of parents) {
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((each) => each.isDirectory())) {
      const directory = join(parent, entry.name);
      if (await exists(join(directory, "study.json"))) found.push({ name: basename(directory), directory });
    }
  }
  return found;
}

/** @throws RequestError (not_found). */
export async function studyNamed(runs: readonly ServedRun[], name: string): Promise<Study> {
  const found = (await studiesBeside(runs)).find((study) => study.name === name);
  if (found === undefined) throw new RequestError("not_found", `There is no study ${name} beside the served runs.`);
  const study = await readJson(join(found.directory, "study.json"));
  const comparison = await readJson(join(found.directory, "comparison.json")).catch(() => undefined);
  return { ...found, results: { study, comparison } };
}

/** @throws RequestError (not_found) for a run without one. */
export async function auditOf(served: ServedRun): Promise<AuditReply> {
  const found = await storedAudit(served);
  if (found !== undefined) return found;
  throw new RequestError("not_found", `The run ${served.name} has no ${AUDIT}.`, {
    todo: `Make it with: isrf audit ${served.run.directory}`,
  });
}

/** Where training went on in the folder, what was found of the model before says nothing of this one. */
async function storedAudit({ name, run, modelVersion }: ServedRun): Promise<AuditReply | undefined> {
  const path = join(run.directory, AUDIT);
  if (!(await exists(path))) return undefined;
  const audit = (await readJson(path)) as Stored;
  return { run: name, audit, fits: audit.modelVersion === modelVersion };
}

export async function datasetOf({ run }: ServedRun): Promise<DatasetReply> {
  const { directory, manifest, hash } = run.dataset;
  const understood = await readJson(join(directory, UNDERSTOOD_FILE)).catch(() => undefined);
  return {
    name: manifest.name,
    directory,
    hash,
    counts: { ...manifest.counts },
    manifest: { ...manifest },
    understood: understood as Stored | undefined,
  };
}
