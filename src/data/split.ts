import { createHash } from "node:crypto";
import { InputError } from "../base/errors.ts";
import type { Dataset, Split } from "./dataset.ts";
import { trainingLists } from "./lists.ts";

/**
 * Leave-last-two: the last item of each user is the test target, the one before it the validation target, the rest
 * trains. `prefixes[u]` is a view on the user's sequence: never write to it.
 * @throws InputError for a sequence of fewer than 3 items.
 */
export function splitLeaveLastTwo(
  dataset: Pick<Dataset, "directory" | "users" | "items" | "sequences" | "weights">,
): Split {
  const nUsers = dataset.users.length;
  const valid = new Int32Array(nUsers);
  const test = new Int32Array(nUsers);
  const prefixes = dataset.sequences.map((sequence, user) => {
    const n = sequence.length;
    if (n < 3) throw tooShort(dataset.directory, dataset.users[user]!, n);
    valid[user] = sequence[n - 2]!;
    test[user] = sequence[n - 1]!;
    return sequence.subarray(0, n - 2);
  });
  const weights = dataset.weights?.map((list) => list.subarray(0, list.length - 2));
  return { nUsers, nItems: dataset.items.length, prefixes: trainingLists(prefixes), weights, valid, test };
}

function tooShort(where: string, user: string, length: number): InputError {
  return new InputError({
    where,
    found: `${length} interactions of user "${user}"`,
    expected: "at least 3 (training, validation and test)",
    todo: "Import with --min-length 3 or more.",
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
