// The questions of an evaluation: who is asked, what is known of them, what the right answer is.
import { sha256 } from "../../base/files.ts";
import { Random } from "../../base/random.ts";
import { type Candidates, type Dataset, negativesOf, type Split, type SplitName } from "../../data/index.ts";
import type { DirectRequest, SequentialRequest, Task } from "../../recommenders/recommender.ts";

/** What every question of one evaluation shares. */
export interface Panel {
  /** User indices, ascending. */
  readonly users: Int32Array;
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

/** All users, or a fixed subset of `size` that depends on the seed alone. */
export function chooseUsers(nUsers: number, size: number | undefined, seed: number): Int32Array {
  const all = Int32Array.from({ length: nUsers }, (_, user) => user);
  if (size === undefined || size >= nUsers) return all;
  return Random.of(seed, "evaluated users").shuffle(all).slice(0, size).sort();
}

/** Names the evaluated users in the fingerprint. */
export function usersHash(users: Int32Array, nUsers: number): string {
  return users.length === nUsers ? "all" : sha256(users.join(" "));
}

/**
 * The test question knows the validation item, the validation question only the training prefix (docs/protocols.md,
 * "Questions").
 */
export function buildPanel(dataset: Dataset, split: Split, name: SplitName, users: Int32Array): Panel {
  const heldOut = name === "test" ? split.test : split.valid;
  const hidden = name === "test" ? 1 : 2;
  return {
    users,
    histories: Array.from(users, (user) => {
      const sequence = dataset.sequences[user]!;
      return sequence.subarray(0, sequence.length - hidden);
    }),
    targets: users.map((user) => heldOut[user]!),
  };
}

export function sequentialQuestions(panel: Panel, nItems: number): Questions {
  return {
    task: "sequential",
    requests: Array.from(panel.users, (userIndex, i) => ({ userIndex, history: panel.histories[i]! })),
    answers: Int32Array.from(panel.histories, (history) => nItems - history.length),
  };
}

/** The target among the stored negatives, in an order of the user's own that the seed fixes (docs/protocols.md, L7). */
export function directQuestions(panel: Panel, candidates: Candidates, seed: number): Questions {
  const size = candidates.perUser + 1;
  const requests = Array.from(panel.users, (userIndex, i) => {
    const question = new Int32Array(size);
    question.set(negativesOf(candidates, userIndex));
    question[size - 1] = panel.targets[i]!;
    Random.of(seed, `candidates of ${userIndex}`).shuffle(question);
    return { userIndex, history: panel.histories[i]!, candidates: question };
  });
  return { task: "direct", requests, answers: new Int32Array(panel.users.length).fill(size) };
}

/** Share of targets that occur in no training prefix. */
export function coldShare(split: Split, targets: Int32Array): number {
  const trained = new Uint8Array(split.nItems);
  for (const prefix of split.prefixes) for (const item of prefix) trained[item] = 1;
  return targets.reduce((cold, item) => cold + (trained[item] ? 0 : 1), 0) / Math.max(1, targets.length);
}
