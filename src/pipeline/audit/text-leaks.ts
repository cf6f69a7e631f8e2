// L5: whether the texts behind a run's user vectors were made from training prefixes alone.
import { InputError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import type { Dataset, Split } from "../../data/index.ts";
import { openEmbeddings } from "../../embedding/index.ts";
import { auditUserTexts, readReasoning, userFallback } from "../../reasoning/index.ts";
import type { RunConfig } from "../run.ts";
import { absent, type Finding, notMeasurable, present } from "./finding.ts";

/** @throws InputError for a damaged journal, manifest or embedding. */
export async function textLeak(
  dataset: Dataset,
  split: Split,
  config: Pick<RunConfig, "embeddings">,
): Promise<Finding> {
  if (config.embeddings === null) return absent("L5", "the model reads no texts");
  const { name, userTextHash } = config.embeddings;
  const journal = await auditUserTexts(dataset.directory, dataset);
  const numbers = journal === undefined ? {} : { users: journal.users, clean: journal.clean, leaked: journal.leaked };
  const unused =
    journal === undefined || journal.leaked === 0
      ? ""
      : `; the journal also holds answers about ${journal.leaked} users that quote held-out items, which are not used`;
  if ((await strictTextHash(dataset, split, name)) === userTextHash) {
    return absent(
      "L5",
      `the user vectors come from the very texts whose questions quote training prefixes alone${unused}`,
      numbers,
    );
  }
  if (journal !== undefined && journal.leaked > 0) {
    return present(
      "L5",
      `the user vectors come from other texts than those made from training prefixes, and the journal holds answers about ${journal.leaked} of ${journal.users} users to questions that quote their held-out items`,
      numbers,
    );
  }
  return notMeasurable("L5", "the texts behind the user vectors have changed since, or their journal is not here");
}

/** Hash of the user texts that training prefixes give; undefined where their journal is not here. */
async function strictTextHash(dataset: Dataset, split: Split, name: string): Promise<string | undefined> {
  try {
    const { manifest } = await openEmbeddings(dataset.directory, name, dataset);
    const kind = manifest.users.text;
    if (kind === "attributes") {
      return sha256(JSON.stringify(dataset.users.map((_, user) => userFallback(dataset, split.train[user]!))));
    }
    const { users } = await readReasoning(dataset.directory, dataset);
    return sha256(JSON.stringify(users.map((texts) => texts[kind])));
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
