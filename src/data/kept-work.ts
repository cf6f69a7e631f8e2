// What was made from a dataset lies inside it, and some of it was paid for: answers of language models, vectors of
// services. It stays when the dataset is imported again. Answers are found by their prompts, so those that no longer
// fit are not looked at; vectors say what data they belong to, and others are refused.

import { copyFile, link, mkdir, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { exists, readJson } from "../base/files.ts";
import { mendDirectory } from "../base/leftovers.ts";
import { lockBeside } from "../base/lock.ts";
import type { Report } from "../base/progress.ts";

const REASONING = "reasoning";
const EMBEDDINGS = "embeddings";

/** Put right what an interrupted import left. @param holdsLock The caller holds the dataset's lock. */
export function mendDataset(directory: string, report: Report, holdsLock = false): Promise<void> {
  return mendDirectory(directory, {
    report,
    holdsLock,
    salvage: (former) => salvageAnswers(former, directory, report),
  });
}

/** Lend the files of a dataset that is replaced to the new one: two names of the same files, so neither is without. */
export async function keepWork(from: string, to: string): Promise<void> {
  for (const name of [REASONING, EMBEDDINGS])
    if (await exists(join(from, name))) await linkTree(join(from, name), join(to, name));
}

/** Say what was kept, and which vectors do not belong to the new data. */
export async function tellOfKeptWork(directory: string, hash: string, report: Report): Promise<void> {
  if (await exists(join(directory, REASONING))) {
    const message = `${join(directory, REASONING)} is kept: answers that fit the new data are used again.`;
    report({ kind: "notice", message });
  }
  for (const name of await namesIn(join(directory, EMBEDDINGS))) {
    const path = join(directory, EMBEDDINGS, name);
    const manifest = (await readJson(join(path, "manifest.json")).catch(() => undefined)) as { datasetHash?: unknown };
    const message =
      manifest?.datasetHash === hash
        ? `${path} is kept: its vectors are of these data.`
        : `${path} is kept, but its vectors are of other data and are refused. Make them again with \`isrf embed ${directory}\`, or delete them.`;
    report({ kind: "notice", message });
  }
}

/** Locks of those who write inside a dataset. */
export async function locksInside(directory: string): Promise<string[]> {
  const folders = [directory, join(directory, EMBEDDINGS)];
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder).catch(() => []))
        .filter((name) => name.startsWith(".") && name.endsWith(".lock"))
        .map((name) => join(folder, name)),
    ),
  );
  return found.flat();
}

/** For whoever writes inside a dataset: nobody may replace it meanwhile. */
export function unlessReplaced(directory: string): () => Promise<readonly string[]> {
  return async () => [lockBeside(directory)];
}

async function namesIn(directory: string): Promise<string[]> {
  return (await readdir(directory).catch(() => [])).filter((name) => !name.startsWith(".")).sort();
}

/** Answers that an interrupted import of an older version took along. False when they are in neither place else. */
async function salvageAnswers(former: string, directory: string, report: Report): Promise<boolean> {
  const [theirs, ours] = [join(former, REASONING), join(directory, REASONING)];
  if (!(await exists(theirs))) return true;
  if (!(await exists(ours))) {
    await rename(theirs, ours);
    report({ kind: "notice", message: `${ours}: the answers of an interrupted import are back.` });
    return true;
  }
  const [a, b] = await Promise.all(
    [theirs, ours].map((folder) => stat(join(folder, "journal.db")).catch(() => undefined)),
  );
  if (a === undefined || (a.ino === b?.ino && a.dev === b.dev)) return true;
  const message = `${former} holds answers of an interrupted import that ${ours} may lack; it is left there.`;
  report({ kind: "notice", message });
  return false;
}

async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    // Not every disk has second names.
    else if (entry.isFile() && !entry.name.endsWith(".lock"))
      await link(source, target).catch(() => copyFile(source, target));
  }
}
