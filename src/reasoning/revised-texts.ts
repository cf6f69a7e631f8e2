// A dataset's texts with what stands in their places since they were reasoned.
import type { Dataset } from "../data/index.ts";
import { keywordsOf, splitOf } from "../data/index.ts";
import { fromJournal, type PartialChain, walkChain } from "./chain.ts";
import type { Chains } from "./chain-texts.ts";
import type { Journal } from "./journal.ts";
import { promptsOf, type ReasoningManifest } from "./manifest.ts";
import type { ChainTexts, Subject } from "./reasoner.ts";
import type { Revisions } from "./revisions.ts";
import { historyOf, itemSubject, userSubject } from "./subjects.ts";

/** The journal's answers with what stands in their places. */
export function revised({ items, users }: Chains, dataset: Dataset, revisions: Revisions): Chains {
  if (revisions.all.length === 0) return { items, users };
  return {
    items: dataset.items.map(({ itemId }, index) => revisions.applied("item", itemId, items[index] ?? {})),
    users: dataset.users.map((id, index) => revisions.applied("user", id, users[index] ?? {})),
  };
}

/** How many more users' FEATURE texts have a word, or fewer, than the index says, which knows the journal alone. */
export function changedHolders(
  dataset: Dataset,
  revisions: Revisions,
  textsOf: (user: number) => readonly [answered: ChainTexts, standing: ChainTexts],
): ReadonlyMap<string, number> {
  const more = new Map<string, number>();
  const users = new Set(
    revisions.all.flatMap(({ subjectKind, subjectId }) => (subjectKind === "user" ? subjectId : [])),
  );
  for (const [user, id] of dataset.users.entries()) {
    if (!users.has(id)) continue;
    const [answered, standing] = textsOf(user);
    for (const word of keywordsOf(answered.feature)) more.set(word, (more.get(word) ?? 0) - 1);
    for (const word of keywordsOf(standing.feature)) more.set(word, (more.get(word) ?? 0) + 1);
  }
  return more;
}

/** Who is asked about, and the texts as they are. */
export interface StandingChain {
  /** With the FEATURE texts of items as they stand. */
  readonly subject: Subject;
  /** With those that the journal's questions told. */
  readonly asked: Subject;
  /** What the journal answers. */
  readonly answered: PartialChain;
  /** What stands in the answers' places, or the answers. */
  readonly standing: PartialChain;
}

/** One chain of a dataset. @param journal undefined where there is none. @throws InputError for a damaged journal. */
export async function standingChain(
  journal: Journal | undefined,
  dataset: Dataset,
  manifest: ReasoningManifest,
  revisions: Revisions,
  { kind, index }: Pick<Subject, "kind" | "index">,
): Promise<StandingChain> {
  const wording = { domain: dataset.manifest.domain, prompts: promptsOf(manifest, dataset.directory) };
  const answer =
    journal === undefined ? () => undefined : fromJournal(journal, { ...manifest, kind: manifest.provider });
  const chainOf = (subject: Subject) => walkChain(subject, wording, answer);
  const found = (subject: Subject, asked: Subject, answered: PartialChain): StandingChain => ({
    subject,
    asked,
    answered,
    standing: revisions.applied(kind, subject.id, answered),
  });
  if (kind === "item") {
    const subject = itemSubject(dataset, index);
    return found(subject, subject, await chainOf(subject));
  }
  const split = splitOf(dataset);
  const [features, standingFeatures]: (string | undefined)[][] = [[], []];
  for (const item of historyOf(dataset, split, index, manifest)) {
    const answered = await chainOf(itemSubject(dataset, item));
    features![item] = answered.feature;
    standingFeatures![item] = revisions.applied("item", dataset.items[item]!.itemId, answered).feature;
  }
  // The journal's answers are found by the questions that were put: with the FEATURE texts of that time.
  const asked = userSubject(dataset, split, features!, index, manifest);
  const subject = userSubject(dataset, split, standingFeatures!, index, manifest);
  return found(subject, asked, await chainOf(asked));
}
