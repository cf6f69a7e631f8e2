// What similar users (eq. 6) hold, against what everybody holds: the logarithm of how many times as often an item is
// found among them. Below 0 the group speaks against an item.
import type { TrainingLists } from "../../data/index.ts";
import type { Behind } from "../recommender.ts";
import { testifyBy } from "./testify.ts";
import type { FewVoice } from "./voice.ts";
import type { Witness } from "./witness.ts";

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
  /** By number of holders, above `absent`. */
  const above = Float64Array.from({ length: k + 1 }, (_, held) => Math.log((held + PRIOR) / PRIOR));
  const [items, values] = [new Int32Array(counts.length), new Float32Array(counts.length)];
  const voice: FewVoice = {
    kind: "few",
    nItems: counts.length,
    base: absent,
    hasBase: ({ userIndex }) => userIndex !== undefined,
    of({ userIndex }) {
      let size = 0;
      if (userIndex === undefined) return { items, values, size };
      for (let at = userIndex * k; at < (userIndex + 1) * k; at++) {
        const held = prefixes[neighbours[at]!]!;
        for (let i = 0; i < held.length; i++) if (holders[held[i]!]!++ === 0) items[size++] = held[i]!;
      }
      for (let i = 0; i < size; i++) {
        values[i] = above[holders[items[i]!]!]!;
        holders[items[i]!] = 0;
      }
      return { items, values, size };
    },
  };
  return {
    name: "group",
    describes: `how many times as often an item is found among the ${k} most similar users as among all, as a logarithm`,
    isSilentAtZero: true,
    voice,
    testify: testifyBy(voice),
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
