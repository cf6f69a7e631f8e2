// The chain texts of a dataset as later stages want them. They are looked up in the journal's text index; where it is
// missing or no longer holds, every prompt is rendered again to find its answer (the walk), and the index is written
// anew.
import { InputError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { type Report, silent } from "../base/progress.ts";
import type { Dataset } from "../data/index.ts";
import { keywordsOf, splitOf } from "../data/index.ts";
import { fromJournal, type KeyListener, type PartialChain, walkChain } from "./chain.ts";
import { assemble, type Chains, filled, itemFallback, type Reasoning, userFallback } from "./chain-texts.ts";
import { countWordHolders, identityOf, KeyCollector, writeIndex } from "./index-texts.ts";
import { Journal } from "./journal.ts";
import { isDamage } from "./journal-file.ts";
import { journalPath, promptsOf, type ReasoningManifest, readReasoningManifest } from "./manifest.ts";
import type { ChainTexts, Subject } from "./reasoner.ts";
import { changedHolders, revised } from "./revised-texts.ts";
import { Revisions, readRevisions } from "./revisions.ts";
import { itemSubject, userSubject } from "./subjects.ts";
import type { TextLookup } from "./text-index.ts";

/** The texts of some users, and how telling their words are. */
export interface UserTexts {
  readonly source: string;
  /** By user index. */
  readonly texts: ReadonlyMap<number, ChainTexts>;
  /** Who wrote them, by user index: `source`, and whoever changed them since. */
  readonly writers: ReadonlyMap<number, string>;
  /** How many of all users' FEATURE texts have a word that stands in one of `texts`. */
  readonly wordHolders: ReadonlyMap<string, number>;
}

/**
 * The texts of the last reasoning run over a dataset directory; a run under way or stopped counts as far as it came.
 * @throws InputError when nothing has been reasoned yet, or answers were lost since.
 */
export async function readReasoning(directory: string, dataset: Dataset, report: Report = silent): Promise<Reasoning> {
  return read(directory, dataset, report, {
    fromAll: (whole) => whole,
    fromIndex: (lookup, { label }, revisions) => {
      const items = lookup.chains("item", dataset.items.length);
      const users = lookup.chains("user", dataset.users.length);
      return assemble(dataset, revised({ items, users }, dataset, revisions), label);
    },
  });
}

/** The same of some users alone. @throws as `readReasoning`. */
export async function readUserTexts(
  directory: string,
  dataset: Dataset,
  users: readonly number[],
  report: Report = silent,
): Promise<UserTexts> {
  const gathered = (
    source: string,
    revisions: Revisions,
    textsOf: (user: number) => ChainTexts,
    holders: (word: string) => number,
  ): UserTexts => {
    const texts = new Map(users.map((user) => [user, textsOf(user)]));
    const words = new Set([...texts.values()].flatMap(({ feature }) => keywordsOf(feature)));
    const writers = new Map(users.map((user) => [user, revisions.writersOf("user", dataset.users[user]!, source)]));
    return { source, texts, writers, wordHolders: new Map([...words].map((word) => [word, holders(word)])) };
  };
  return read(directory, dataset, report, {
    fromAll: (whole, revisions) => {
      const holders = countWordHolders(whole);
      return gathered(
        whole.source,
        revisions,
        (user) => whole.users[user]!,
        (word) => holders.get(word)!,
      );
    },
    fromIndex: (lookup, { label }, revisions) => {
      const { prefixes } = splitOf(dataset);
      const fill = (chain: PartialChain, user: number) => filled(chain, () => userFallback(dataset, prefixes[user]!));
      const answered = (user: number) => lookup.chain("user", user);
      const standing = (user: number) => fill(revisions.applied("user", dataset.users[user]!, answered(user)), user);
      const more = changedHolders(dataset, revisions, (user) => [fill(answered(user), user), standing(user)]);
      return gathered(label, revisions, standing, (word) => lookup.wordHolders(word) + (more.get(word) ?? 0));
    },
  });
}

/** The texts of some items, by index. @throws as `readReasoning`. */
export async function readItemTexts(
  directory: string,
  dataset: Dataset,
  items: readonly number[],
  report: Report = silent,
): Promise<ReadonlyMap<number, ChainTexts>> {
  const gathered = (textsOf: (item: number) => ChainTexts) => new Map(items.map((item) => [item, textsOf(item)]));
  return read(directory, dataset, report, {
    fromAll: (whole) => gathered((item) => whole.items[item]!),
    fromIndex: (lookup, _, revisions) =>
      gathered((index) => {
        const item = dataset.items[index]!;
        return filled(revisions.applied("item", item.itemId, lookup.chain("item", index)), () => itemFallback(item));
      }),
  });
}

/**
 * As `readReasoning`, finding every answer by the prompt that asked for it: what an audit goes by, since an index could
 * say anything. The journal's answers alone, or with what stands in their places; those of the last reasoning run, or
 * of an earlier one's manifest. @throws as `readReasoning`.
 */
export async function walkReasoning(
  directory: string,
  dataset: Dataset,
  { isRevised = false, manifest: given }: { isRevised?: boolean; manifest?: ReasoningManifest | undefined } = {},
): Promise<Reasoning> {
  const manifest = given ?? (await readReasoningManifest(directory));
  const revisions = isRevised ? await readRevisions(directory) : new Revisions([]);
  const path = journalPath(directory);
  if (!(await exists(path))) return assemble(dataset, revised(NOTHING, dataset, revisions), manifest.label);
  using journal = Journal.read(path);
  const chains = await walk(journal, directory, dataset, manifest);
  return assemble(dataset, revised(chains, dataset, revisions), manifest.label);
}

const NOTHING: Chains = { items: [], users: [] };

/** Two ways to one result: from every text of a walk, or from the few that are looked up. */
interface Ways<T> {
  readonly fromAll: (whole: Reasoning, revisions: Revisions) => T;
  readonly fromIndex: (lookup: TextLookup, manifest: ReasoningManifest, revisions: Revisions) => T;
}

async function read<T>(directory: string, dataset: Dataset, report: Report, ways: Ways<T>): Promise<T> {
  const manifest = await readReasoningManifest(directory);
  const path = journalPath(directory);
  const revisions = await readRevisions(directory);
  const checked = (chains: Chains) => {
    const answered = whole(assemble(dataset, chains, manifest.label), directory, dataset, manifest);
    if (revisions.all.length === 0) return answered;
    return assemble(dataset, revised(chains, dataset, revisions), manifest.label);
  };
  if (!(await exists(path))) return ways.fromAll(checked(NOTHING), revisions);
  using journal = Journal.read(path);
  const identity = identityOf(manifest, dataset);
  const indexed = lookedUp(journal, identity, (lookup) => ({
    value: ways.fromIndex(lookup, manifest, revisions),
  }));
  if (indexed !== undefined) return indexed.value;
  const message = `${path} has no index of its present answers: the texts are found by their prompts, which takes longer.`;
  report({ kind: "notice", message });
  const keys = new KeyCollector(dataset);
  const chains = await walk(journal, directory, dataset, manifest, keys.add);
  const reasoning = checked(chains);
  writeIndex(journal, dataset, manifest, { ...chains, keys }, report);
  return ways.fromAll(reasoning, revisions);
}

/** Answers that were there once are not to be replaced by attributes in silence. @throws InputError */
function whole(found: Reasoning, directory: string, dataset: Dataset, manifest: ReasoningManifest): Reasoning {
  const { coverage } = found;
  const { counts, datasetHash } = manifest;
  if (counts === undefined || datasetHash !== dataset.hash) return found;
  const items = Math.round(coverage.items * dataset.items.length);
  const users = Math.round(coverage.users * dataset.users.length);
  if (items >= counts.items.complete && users >= counts.users.complete) return found;
  throw new InputError({
    where: journalPath(directory),
    found: `all answers of ${items} items and ${users} users`,
    expected: `those of ${counts.items.complete} and ${counts.users.complete}, as the last run of \`isrf reason\` left them`,
    todo: `Run it again with the options of the last time: \`isrf reason ${directory}\` asks only for what is missing.`,
  });
}

/** What `look` finds; undefined without an index, and with a damaged one: the walk tells whether answers are too. */
function lookedUp<T>(journal: Journal, identity: string, look: (lookup: TextLookup) => T): T | undefined {
  try {
    return journal.texts.read(identity, look);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

async function walk(
  journal: Journal,
  directory: string,
  dataset: Dataset,
  manifest: ReasoningManifest,
  onAnswered?: KeyListener,
): Promise<Chains> {
  // An answer that is not found counts as never given: it must not be one that damage hides.
  journal.check();
  const split = splitOf(dataset);
  const wording = { domain: dataset.manifest.domain, prompts: promptsOf(manifest, directory) };
  const answer = fromJournal(journal, { ...manifest, kind: manifest.provider }, onAnswered);
  const chainOf = (subject: Subject) => walkChain(subject, wording, answer);
  const items: PartialChain[] = [];
  for (let i = 0; i < dataset.items.length; i++) items.push(await chainOf(itemSubject(dataset, i)));
  const features = items.map(({ feature }) => feature);
  const users: PartialChain[] = [];
  for (let u = 0; u < dataset.users.length; u++) {
    users.push(await chainOf(userSubject(dataset, split, features, u, manifest)));
  }
  return { items, users };
}
