// The negatives of direct recommendation ("which of these 100?"), drawn once at import and shared by every model.
import { ascending } from "../base/ascending.ts";
import { Random } from "../base/random.ts";
import { DATA_SEED } from "../base/seeds.ts";
import type { CandidateKind, Split, SplitName } from "./dataset.ts";

/** Negatives of a direct-recommendation question (P5, POD and ELMRec: 1 positive and 99 negatives). */
export const NEGATIVES_PER_USER = 99;
/** Of the stored negatives: every dataset has the same draw. */
export const CANDIDATE_SEED = DATA_SEED;
/** Popularity draws tried per negative before the rest is drawn uniformly. */
const TRIES_PER_NEGATIVE = 50;

/**
 * What negatives are drawn among: all items; in a dataset that was asked to keep what nobody ever bought, what somebody
 * has, since the rest is no rival of a purchase.
 */
export function candidatePool(
  sequences: readonly Int32Array[],
  nItems: number,
  options: Readonly<Record<string, unknown>>,
): Int32Array {
  const all = ascending(nItems);
  if (options.keepUnsold !== true) return all;
  const isSold = new Uint8Array(nItems);
  for (const sequence of sequences) for (const item of sequence) isSold[item] = 1;
  return all.filter((item) => isSold[item] === 1);
}

/** 99, or what the smallest choice leaves in a catalogue too small for that; 0 when somebody owns every item. */
export function negativesPerUser(sequences: readonly Int32Array[], nItems: number): number {
  const longest = sequences.reduce((most, sequence) => Math.max(most, sequence.length), 0);
  return Math.max(0, Math.min(NEGATIVES_PER_USER, nItems - longest));
}

/**
 * Distinct items outside each user's full sequence: `out[u * perUser + j]`.
 * `uniform`: over the items of `pool`; `popularity`: in proportion to training counts (then uniform where too few
 * items are left).
 */
export function drawCandidates(
  split: Pick<Split, "nUsers" | "nItems"> & { readonly prefixes: readonly Int32Array[] },
  sequences: readonly Int32Array[],
  kind: CandidateKind,
  name: SplitName,
  perUser: number,
  pool: Int32Array = ascending(split.nItems),
): Int32Array {
  const random = Random.of(CANDIDATE_SEED, `candidates:${name}:${kind}`);
  const trained = kind === "popularity" ? flatten(split.prefixes) : new Int32Array(0);
  // taken[item] === user + 1: owned by, or drawn already for, the current user.
  const taken = new Int32Array(split.nItems);
  const out = new Int32Array(split.nUsers * perUser);
  for (let user = 0; user < split.nUsers; user++) {
    for (const item of sequences[user]!) taken[item] = user + 1;
    let tries = trained.length === 0 ? 0 : perUser * TRIES_PER_NEGATIVE;
    for (let j = 0; j < perUser; ) {
      const item = tries-- > 0 ? trained[random.below(trained.length)]! : pool[random.below(pool.length)]!;
      if (taken[item] === user + 1) continue;
      taken[item] = user + 1;
      out[user * perUser + j++] = item;
    }
  }
  return out;
}

function flatten(lists: readonly Int32Array[]): Int32Array {
  const out = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    out.set(list, at);
    at += list.length;
  }
  return out;
}
