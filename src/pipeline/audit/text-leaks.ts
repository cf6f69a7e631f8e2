// L5: whether the texts behind a run's user vectors were made from training prefixes alone.
import { InputError } from "../../base/errors.ts";
import { hashOfTexts } from "../../base/hash-of-texts.ts";
import type { Dataset, Split } from "../../data/index.ts";
import { embeddingsManifestPath, openEmbeddings, readEmbeddingsManifest } from "../../embedding/index.ts";
import {
  asReasoningManifest,
  auditUserTexts,
  type ReasoningManifest,
  readReasoningManifest,
  readRevisions,
  userFallback,
  walkReasoning,
} from "../../reasoning/index.ts";
import type { RunConfig } from "../../runs/run.ts";
import { absent, type Finding, notMeasurable, present } from "./finding.ts";

/**
 * Whether user vectors come from texts about training prefixes. `counts` false looks no further where they do: an
 * evaluation asks each time, an audit once.
 */
export async function textLeak(
  dataset: Dataset,
  split: Split,
  { embeddings }: Pick<RunConfig, "embeddings">,
  { counts = true } = {},
): Promise<Finding> {
  if (embeddings === null) return absent("L5", "the model reads no texts");
  const made = await madeOf(dataset, embeddings);
  if (embeddings.userHistory === "full") return fullHistories(dataset, counts, made);
  const isStrict = (await strictTextHash(dataset, split, embeddings.name, made)) === embeddings.userTextHash;
  const source = "the user vectors come from the very texts whose questions quote training prefixes alone";
  if (isStrict && !counts) return absent("L5", source);
  if (made?.historySource === "full") {
    return notMeasurable("L5", "the dataset's texts were made anew since, from full histories; the run's were others");
  }
  const journal = await whereReadable(() => auditUserTexts(dataset.directory, dataset, made));
  const numbers = { ...journal };
  if (isStrict) {
    const unused = `; the journal also holds answers about ${journal?.leaked} users that quote held-out items, which are not used`;
    return absent("L5", `${source}${journal !== undefined && journal.leaked > 0 ? unused : ""}`, numbers);
  }
  const byHand = await writtenByHand(dataset, embeddings, made);
  if (byHand === 0) return absent("L5", `${source}, some of them asked again`, numbers);
  if (byHand !== undefined) {
    const said = `${byHand} texts about users were written by hand, and what the writer knew cannot be looked up; all others come from questions that quote training prefixes alone`;
    return notMeasurable("L5", said);
  }
  if (journal === undefined || journal.leaked === 0) {
    return notMeasurable("L5", "the texts behind the user vectors have changed since, or their journal is not here");
  }
  return present(
    "L5",
    `the user vectors come from other texts than those made from training prefixes, and the journal holds answers about ${journal.leaked} of ${journal.users} users to questions that quote their held-out items`,
    numbers,
  );
}

/**
 * Which of the journal's answers the texts behind the vectors are: as the vectors say, which others may have been
 * reasoned after, else as the dataset says now. Undefined where neither does.
 */
async function madeOf(
  { directory }: Dataset,
  { name, userTextHash, userHistory }: NonNullable<RunConfig["embeddings"]>,
): Promise<ReasoningManifest | undefined> {
  const vectors = await whereReadable(() => readEmbeddingsManifest(directory, name));
  const isOfRun = vectors?.users.textHash === userTextHash && vectors.userHistory === userHistory;
  if (isOfRun && vectors.reasoning !== undefined)
    return asReasoningManifest(vectors.reasoning, embeddingsManifestPath(directory, name));
  return whereReadable(() => readReasoningManifest(directory));
}

/** Texts that were asked to hold everything: the journal tells of how many users they hold the answers. */
async function fullHistories(dataset: Dataset, counts: boolean, made: ReasoningManifest | undefined): Promise<Finding> {
  const reason = "the user texts were made from full histories (--history-source full): they quote held-out items";
  const journal = counts ? await whereReadable(() => auditUserTexts(dataset.directory, dataset, made)) : undefined;
  if (journal === undefined) return present("L5", reason);
  return present("L5", `${reason} of ${journal.leaked} of ${journal.users} users`, { ...journal });
}

/** Hash of the user texts that training prefixes give; undefined where their journal is not here. */
function strictTextHash(
  dataset: Dataset,
  split: Split,
  name: string,
  made: ReasoningManifest | undefined,
): Promise<string | undefined> {
  return whereReadable(async () => {
    const { manifest } = await openEmbeddings(dataset.directory, name, dataset);
    const kind = manifest.users.text;
    if (kind === "attributes") {
      return hashOfTexts(dataset.users.map((_, user) => userFallback(dataset, split.prefixes[user]!)));
    }
    // Texts of full histories are none that training prefixes give.
    if (made?.historySource === "full") return undefined;
    const { users } = await walkReasoning(dataset.directory, dataset, { manifest: made });
    return hashOfTexts(users.map((texts) => texts[kind]));
  });
}

/** How many texts about users a person changed, where these are the texts behind the vectors. */
function writtenByHand(
  dataset: Dataset,
  { name, userTextHash }: NonNullable<RunConfig["embeddings"]>,
  made: ReasoningManifest | undefined,
): Promise<number | undefined> {
  return whereReadable(async () => {
    const { all } = await readRevisions(dataset.directory);
    const edited = all.filter(({ subjectKind, how }) => subjectKind === "user" && how === "edited");
    const { manifest } = await openEmbeddings(dataset.directory, name, dataset);
    const { text } = manifest.users;
    if (all.length === 0 || text === "attributes") return undefined;
    const { users } = await walkReasoning(dataset.directory, dataset, { isRevised: true, manifest: made });
    if (hashOfTexts(users.map((texts) => texts[text])) !== userTextHash) return undefined;
    return new Set(edited.map(({ subjectId, step }) => JSON.stringify([subjectId, step]))).size;
  });
}

async function whereReadable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
