// What lies beside the served runs: studies, audits, how the data were understood.
import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
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
    studies: (await studiesBeside(runs)).map(({ name, directory }) => ({ name, directory })),
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

type BesideStudy = Projects["studies"][number] & { readonly results: string };

/** Where a study's folder keeps what it found; results that were copied out of one lie in a folder by themselves. */
const PLACES = ["results", ""];

/** Folders of studies beside those of the runs. */
async function studiesBeside(runs: readonly ServedRun[]): Promise<readonly BesideStudy[]> {
  const parents = new Set(runs.map(({ run }) => dirname(resolve(run.directory))));
  const found: BesideStudy[] = [];
  for (const parent of parents) {
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    for (const { name } of entries.filter((each) => each.isDirectory())) {
      const directory = join(parent, name);
      const results = await resultsIn(directory);
      if (results !== undefined) found.push({ name, directory, results });
    }
  }
  return found;
}

async function resultsIn(directory: string): Promise<string | undefined> {
  for (const place of PLACES) {
    const results = join(directory, place);
    if (await exists(join(results, "study.json"))) return results;
  }
  return undefined;
}

/** @throws RequestError (not_found). */
export async function studyNamed(runs: readonly ServedRun[], wanted: string): Promise<Study> {
  const found = (await studiesBeside(runs)).find(({ name }) => name === wanted);
  if (found === undefined) throw new RequestError("not_found", `There is no study ${wanted} beside the served runs.`);
  const { name, directory, results } = found;
  const study = await readJson(join(results, "study.json"));
  const comparison = await readJson(join(results, "comparison.json")).catch(() => undefined);
  return { name, directory, results: { study, comparison } };
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
