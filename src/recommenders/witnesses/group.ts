// What similar users (eq. 6) hold, against what everybody holds: the logarithm of how many times as often an item is
// found among them. Below 0 the group speaks against an item.
import type { TrainingLists } from "../../data/index.ts";
import type { Behind } from "../recommender.ts";
import { valuesAt, type Witness } from "./witness.ts";

/** The `k` most similar users of each: [nUsers, k], most similar first. */
export interface SimilarUserLists {
  readonly neighbours: Int32Array;
  readonly cosines: Float32Array;
  readonly k: number;
}

/** Holders that are added on both sides: one holder among fifty is little evidence. */
const PRIOR = 0.5;

export function groupWitness(similar: SimilarUserLists, prefixes: TrainingLists, counts: Int32Array): Witness {
  const { k, neighbours } = similar;
  const nUsers = prefixes.length;
  /** With no holder among the similar users. */
  const absent = Float32Array.from(counts, (count) => Math.log(PRIOR / ((k * count) / nUsers + PRIOR)));
  const holders = new Uint16Array(counts.length);
  const evidence = (userIndex: number | undefined): Float32Array => {
    if (userIndex === undefined) return new Float32Array(counts.length);
    const out = absent.slice();
    for (let at = userIndex * k; at < (userIndex + 1) * k; at++) {
      for (const item of prefixes[neighbours[at]!]!) holders[item]!++;
    }
    for (let at = userIndex * k; at < (userIndex + 1) * k; at++) {
      for (const item of prefixes[neighbours[at]!]!) {
        if (holders[item] === 0) continue;
        out[item]! += Math.log((holders[item]! + PRIOR) / PRIOR);
        holders[item] = 0;
      }
    }
    return out;
  };
  return {
    name: "group",
    describes: `how many times as often an item is found among the ${k} most similar users as among all, as a logarithm`,
    isSilentAtZero: true,
    async testify(questions, among) {
      return questions.map(({ userIndex }, i) => {
        const all = evidence(userIndex);
        return among === undefined ? all : valuesAt(all, among[i]!);
      });
    },
    behind({ userIndex }, item) {
      const found: Behind[] = [];
      if (userIndex === undefined) return found;
      for (let at = userIndex * k; at < (userIndex + 1) * k; at++) {
        const user = neighbours[at]!;
        if (prefixes[user]!.includes(item)) found.push({ kind: "user", index: user, strength: similar.cosines[at]! });
      }
      return found;
    },
  };
}
