import { createHash } from "node:crypto";
import { InputError } from "../base/errors.ts";
import type { Dataset, Split } from "./dataset.ts";
import { trainingLists } from "./lists.ts";
import { heldOutAtEnd } from "./splits/dataset-split.ts";

type Sequenced = Pick<Dataset, "directory" | "users" | "items" | "sequences" | "weights">;

/** What stands for the test item of a user who has none in the dataset. */
export const NO_ITEM = -1;

/** The split of a dataset: leave-last-two, unless `isrf data split` made it by time. */
export function splitOf(dataset: Sequenced & Pick<Dataset, "manifest">): Split {
  return heldOutAtEnd(dataset.manifest.split) === 1 ? splitLeaveLast(dataset) : splitLeaveLastTwo(dataset);
}

/**
 * The last item of each user is the validation target, the rest trains; test items are in no sequence.
 * @throws InputError for a sequence of fewer than 2 items.
 */
export function splitLeaveLast(dataset: Sequenced): Split {
  const { sequences, users, items, weights } = dataset;
  const short = sequences.findIndex(({ length }) => length < 2);
  if (short >= 0) throw tooShort(dataset.directory, users[short]!, sequences[short]!.length, 2);
  return {
    nUsers: users.length,
    nItems: items.length,
    prefixes: trainingLists(sequences.map((sequence) => sequence.subarray(0, -1))),
    weights: weights?.map((list) => list.subarray(0, -1)),
    valid: Int32Array.from(sequences, (sequence) => sequence.at(-1)!),
    test: new Int32Array(users.length).fill(NO_ITEM),
  };
}

/**
 * Leave-last-two: the last item of each user is the test target, the one before it the validation target, the rest
 * trains. `prefixes[u]` is a view on the user's sequence: never write to it.
 * @throws InputError for a sequence of fewer than 3 items.
 */
export function splitLeaveLastTwo(dataset: Sequenced): Split {
  const nUsers = dataset.users.length;
  const valid = new Int32Array(nUsers);
  const test = new Int32Array(nUsers);
  const prefixes = dataset.sequences.map((sequence, user) => {
    const n = sequence.length;
    if (n < 3) throw tooShort(dataset.directory, dataset.users[user]!, n, 3);
    valid[user] = sequence[n - 2]!;
    test[user] = sequence[n - 1]!;
    return sequence.subarray(0, n - 2);
  });
  const weights = dataset.weights?.map((list) => list.subarray(0, list.length - 2));
  return { nUsers, nItems: dataset.items.length, prefixes: trainingLists(prefixes), weights, valid, test };
}

function tooShort(where: string, user: string, length: number, least: 2 | 3): InputError {
  return new InputError({
    where,
    found: `${length} interactions of user "${user}"`,
    expected: least === 3 ? "at least 3 (training, validation and test)" : "at least 2 (training and validation)",
    todo: least === 3 ? "Import with --min-length 3 or more." : "Split the data again.",
  });
}

/** SHA-256 over every user's training prefix, validation and test item. */
export function splitHash({ prefixes, valid, test }: Split): string {
  const hash = createHash("sha256");
  prefixes.forEach((prefix, user) => {
    hash.update(`${prefix.join(" ")} | ${valid[user]} ${test[user]}\n`);
  });
  return hash.digest("hex");
}

/** What each item's training interactions weigh together: how many they are, where they weigh alike. */
export function trainingWeights(split: Split): Float64Array {
  const sums = new Float64Array(split.nItems);
  split.prefixes.forEach((prefix, user) => {
    const weights = split.weights?.[user];
    for (let k = 0; k < prefix.length; k++) sums[prefix[k]!]! += weights?.[k] ?? 1;
  });
  return sums;
}

/** How often each item occurs in the training prefixes. */
export function trainingCounts(split: Split): Int32Array {
  const counts = new Int32Array(split.nItems);
  for (const prefix of split.prefixes) for (const item of prefix) counts[item]!++;
  return counts;
}
