// Whether user texts were made from held-out items (docs/protocols.md, L5). A question's key holds its prompt, and the
// prompt names the items: so answers to questions that quote held-out items can be looked up.
import { exists } from "../base/files.ts";
import type { Dataset } from "../data/index.ts";
import { leakedLists, type Split, splitOf, type TrainingLists, trainingLists } from "../data/index.ts";
import { type Answer, fromJournal, isComplete, type Wording, walkChain } from "./chain.ts";
import { Journal } from "./journal.ts";
import { journalPath, promptsOf, type ReasoningManifest, readReasoningManifest } from "./manifest.ts";
import { itemSubject, userSubject } from "./subjects.ts";

export interface UserTextAudit {
  readonly users: number;
  /** Users with a whole chain whose questions quote items of the training prefix alone. */
  readonly clean: number;
  /** Users with an answer to a question that quotes the validation or the test item. */
  readonly leaked: number;
}

/**
 * Look up the answers of a reasoning run's model, prompts and seed: the last one's, or those of an earlier manifest.
 * @returns undefined when nothing has been reasoned. @throws InputError for a damaged journal or manifest.
 */
export async function auditUserTexts(
  directory: string,
  dataset: Dataset,
  given?: ReasoningManifest,
): Promise<UserTextAudit | undefined> {
  const path = journalPath(directory);
  if (!(await exists(path))) return undefined;
  const manifest = given ?? (await readReasoningManifest(directory));
  const wording = { domain: dataset.manifest.domain, prompts: promptsOf(manifest, directory) };
  using journal = Journal.read(path);
  journal.check();
  const answer = fromJournal(journal, { ...manifest, kind: manifest.provider });
  const split = splitOf(dataset);
  const features = await itemFeatures(dataset, wording, answer);
  const variants = leakingPrefixes(dataset, split);
  // Each kind of history is looked for as such, whatever the last run took.
  const choice = { ...manifest, historySource: "prefix" } as const;
  const chainOf = (prefixes: TrainingLists, user: number) =>
    walkChain(userSubject(dataset, { prefixes }, features, user, choice), wording, answer);
  let clean = 0;
  let leaked = 0;
  for (let user = 0; user < dataset.users.length; user++) {
    if (isComplete(await chainOf(split.prefixes, user))) clean++;
    const first = await Promise.all(variants.map((prefixes) => quotesHeldOut(prefixes, user)));
    if (first.some(Boolean)) leaked++;
  }
  return { users: dataset.users.length, clean, leaked };

  async function quotesHeldOut(prefixes: TrainingLists, user: number): Promise<boolean> {
    const { history } = userSubject(dataset, { prefixes }, features, user, choice);
    const heldOut = [split.valid[user], split.test[user]];
    // A long history is quoted in part, which may leave the held-out items out.
    if (!history.some(({ itemIndex }) => heldOut.includes(itemIndex))) return false;
    return (await chainOf(prefixes, user)).positive !== undefined;
  }
}

/** What a leaking run would have taken for prefixes: with the validation item, and with both held-out items. */
function leakingPrefixes({ sequences }: Dataset, { prefixes }: Split): readonly TrainingLists[] {
  const withValidation = prefixes.map((prefix, user) => sequences[user]!.subarray(0, prefix.length + 1));
  return [trainingLists(withValidation), leakedLists(sequences)];
}

async function itemFeatures(dataset: Dataset, wording: Wording, answer: Answer): Promise<(string | undefined)[]> {
  const features: (string | undefined)[] = [];
  for (let item = 0; item < dataset.items.length; item++) {
    features.push((await walkChain(itemSubject(dataset, item), wording, answer)).feature);
  }
  return features;
}
