// The questions of an evaluation: who is asked, what is known of them, what the right answer is.
import { sha256 } from "../../base/files.ts";
import { Random } from "../../base/random.ts";
import { type Candidates, type Dataset, negativesOf, type Split, type SplitName } from "../../data/index.ts";
import type { DirectRequest, SequentialRequest, Task } from "../../recommenders/recommender.ts";

/** What every question of one evaluation shares. */
export interface Panel {
  /** Users of training. Whoever is in none has a number from here on. */
  readonly nKnown: number;
  /** User indices, and numbers of new users; ascending where the dataset's own last items are asked for. */
  readonly users: Int32Array;
  /** Place in the stored negatives, by position in `users`. */
  readonly rows: Int32Array;
  /** Everything before the held-out item, by position in `users`. */
  readonly histories: readonly Int32Array[];
  /** The held-out item, by position in `users`. */
  readonly targets: Int32Array;
}

/** One task's questions, by position in `panel.users`. */
export interface Questions {
  readonly task: Task;
  readonly requests: readonly (SequentialRequest & Partial<DirectRequest>)[];
  /** Items that could be answered. */
  readonly answers: Int32Array;
}

/** The panel, or a fixed subset of `size` that depends on the seed alone. */
export function sampleOf(panel: Panel, size: number | undefined, seed: number): Panel {
  const all = Int32Array.from(panel.users.keys());
  if (size === undefined || size >= all.length) return panel;
  const chosen = Random.of(seed, "evaluated users").shuffle(all).slice(0, size).sort();
  return {
    nKnown: panel.nKnown,
    users: chosen.map((i) => panel.users[i]!),
    rows: chosen.map((i) => panel.rows[i]!),
    histories: Array.from(chosen, (i) => panel.histories[i]!),
    targets: chosen.map((i) => panel.targets[i]!),
  };
}

/** Names the evaluated users in the fingerprint. */
export function usersHash({ users }: Panel, total: number): string {
  return users.length === total ? "all" : sha256(users.join(" "));
}

/**
 * The last items of a dataset that was not split: the test question knows the validation item, the validation question
 * only the training prefix (docs/protocols.md, "Questions").
 */
export function lastItems(dataset: Dataset, split: Split, name: SplitName): Panel {
  const users = Int32Array.from({ length: split.nUsers }, (_, user) => user);
  return {
    nKnown: split.nUsers,
    users,
    rows: users,
    histories:
      name === "test" ? dataset.sequences.map((sequence) => sequence.subarray(0, sequence.length - 1)) : split.prefixes,
    targets: split[name],
  };
}

/** Whose history is all that is known has no userIndex. */
function userOf({ users, nKnown }: Panel, place: number): number | undefined {
  const user = users[place]!;
  return user < nKnown ? user : undefined;
}

/** Out of the whole catalogue, or among the items `among`. */
export function sequentialQuestions(panel: Panel, nItems: number, among?: Int32Array): Questions {
  const members = among && new Set(among);
  const open = (history: Int32Array): number =>
    members === undefined
      ? nItems - history.length
      : members.size - history.reduce((owned, item) => owned + Number(members.has(item)), 0);
  return {
    task: "sequential",
    requests: panel.histories.map((history, i) => ({ userIndex: userOf(panel, i), history, among })),
    answers: Int32Array.from(panel.histories, open),
  };
}

/** The target among the stored negatives, in an order of the user's own that the seed fixes (docs/protocols.md, L7). */
export function directQuestions(panel: Panel, candidates: Candidates, seed: number): Questions {
  const size = candidates.perUser + 1;
  const requests = Array.from(panel.users, (user, i) => {
    const question = new Int32Array(size);
    question.set(negativesOf(candidates, panel.rows[i]!));
    question[size - 1] = panel.targets[i]!;
    Random.of(seed, `candidates of ${user}`).shuffle(question);
    return { userIndex: userOf(panel, i), history: panel.histories[i]!, candidates: question, areDrawn: true };
  });
  return { task: "direct", requests, answers: new Int32Array(panel.users.length).fill(size) };
}

/** Share of targets that occur in no training prefix. */
export function coldShare(split: Split, targets: Int32Array): number {
  const trained = new Uint8Array(split.nItems);
  for (const prefix of split.prefixes) for (const item of prefix) trained[item] = 1;
  return targets.reduce((cold, item) => cold + (trained[item] ? 0 : 1), 0) / Math.max(1, targets.length);
}
