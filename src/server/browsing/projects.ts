// What lies beside the served runs: studies, audits, reasoned texts, how the data were understood.
import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { z } from "zod";
import { InputError } from "../../base/errors.ts";
import { exists, readJson } from "../../base/files.ts";
import { UNDERSTOOD_FILE } from "../../data/index.ts";
import { AUDIT } from "../../pipeline/audit/index.ts";
import {
  type AskedAbout,
  askedAbout,
  readItemTexts,
  readReasoningManifest,
  readUserTexts,
} from "../../reasoning/index.ts";
import { trainedDataset } from "../../runs/run-embeddings.ts";
import type { ServedRun } from "../answering/served-run.ts";
import type { AuditReply, Chains, DatasetReply, Projects, Study } from "../contract/index.ts";
import type { chainsQuery } from "../contract/projects.ts";
import { RequestError } from "../request-error.ts";
import { pageOf } from "./paging.ts";

type Stored = Record<string, unknown>;

export async function projectsBeside(runs: readonly ServedRun[]): Promise<Projects> {
  const audited = await Promise.all(runs.map(({ run }) => exists(join(run.directory, AUDIT))));
  return {
    studies: await studiesBeside(runs),
    audits: runs.filter((_, at) => audited[at]).map(({ name }) => ({ run: name })),
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
export async function auditOf({ name, run }: ServedRun): Promise<AuditReply> {
  const path = join(run.directory, AUDIT);
  if (await exists(path)) return { run: name, audit: (await readJson(path)) as Stored };
  throw new RequestError("not_found", `The run ${name} has no ${AUDIT}.`, {
    todo: `Make it with: isrf audit ${run.directory}`,
  });
}

/** @throws RequestError (not_found) for an unknown id, and where nothing was reasoned. */
export async function chainsOf(
  { run, name }: ServedRun,
  { subject, id, ...page }: Omit<z.output<typeof chainsQuery>, "run">,
): Promise<Chains> {
  try {
    const dataset = await trainedDataset(run);
    const names = subject === "item" ? dataset.items.map(({ itemId }) => itemId) : dataset.users;
    const all = id === undefined ? [...names.keys()] : [...names.keys()].filter((index) => names[index] === id);
    if (id !== undefined && all.length === 0)
      throw new RequestError("not_found", `There is no ${subject} ${id} in the run ${name}.`, { at: "id" });
    const { entries, total, nextCursor } = pageOf(all, page);
    const { label: by } = await readReasoningManifest(dataset.directory);
    const texts =
      subject === "item"
        ? await readItemTexts(dataset.directory, dataset, entries)
        : (await readUserTexts(dataset.directory, dataset, entries)).texts;
    const titleOf = (index: number) => (subject === "item" ? dataset.items[index]!.title : undefined);
    const asked = await askedAbout(
      dataset.directory,
      subject,
      entries.map((index) => names[index]!),
    );
    const chains = entries.map((index) => ({
      id: names[index]!,
      title: titleOf(index),
      texts: { ...texts.get(index)!, by },
      asked: askedOf(asked.get(names[index]!)),
    }));
    return { subject, chains, total, nextCursor };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new RequestError("not_found", `No reasoned texts of the run ${name} are there.`, {
      todo: "isrf reason writes them beside the dataset.",
    });
  }
}

function askedOf(asked: AskedAbout | undefined): Chains["chains"][number]["asked"] {
  return asked && { ...asked, flaws: [...asked.flaws] };
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
