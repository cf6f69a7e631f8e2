// Two controls of an evaluation. `random-ids` puts a random relabelling of the items between question and model:
// nothing that the model learned fits any more, so it must fall to chance. `permuted-targets` asks every user for
// somebody else's item, among fresh negatives: what is left is to know which items are asked for often. A system that
// scores higher is told the answer by the evaluation. (The protocol says "popularity or below". A trained model may
// know a little more of what sells than training counts do, so the limit is a scorer that has counted the targets
// themselves.)

import { sha256 } from "../../base/files.ts";
import { inversePermutation } from "../../base/permutations.ts";
import { Random } from "../../base/random.ts";
import { EVALUATION_SEED } from "../../base/seeds.ts";
import {
  type CandidateKind,
  type Candidates,
  candidatePool,
  type Dataset,
  drawCandidates,
  negativesPerUser,
  type Split,
  type SplitName,
} from "../../data/index.ts";
import { CONTROL_ERRORS } from "../../evaluation/index.ts";
import type { RankedList, Recommender, SequentialRequest } from "../../recommenders/recommender.ts";
import { scoreBased } from "../../recommenders/yardsticks/index.ts";
import { type Asked, askedOf } from "../evaluate/asked.ts";
import type { EvaluateOptions } from "../evaluate/evaluate-options.ts";
import { evaluateRecommender } from "../evaluate/evaluate-recommender.ts";
import { type EvaluationRecord, questionName, type TaskEvaluation } from "../evaluate/evaluation-record.ts";
import type { Panel } from "../evaluate/questions.ts";

export const CONTROLS = ["random-ids", "permuted-targets"] as const;
export type Control = (typeof CONTROLS)[number];

export interface ControlResult {
  readonly question: string;
  readonly users: number;
  /** HR@10 of the model under the control. */
  readonly hitRate: number;
  /** What it may reach: chance, or what counting the targets themselves reaches on the same questions. */
  readonly reference: number;
  /** `reference` and four standard errors. */
  readonly limit: number;
  readonly verdict: "ok" | "fail";
}

export interface ControlEvaluation {
  readonly control: Control;
  readonly record: EvaluationRecord;
  readonly results: readonly ControlResult[];
}

/**
 * Evaluate under a control; nothing is written and no check fails the run. Options as `evaluateRecommender` takes them.
 */
export async function evaluateControl(control: Control, options: EvaluateOptions): Promise<ControlEvaluation> {
  const { directory: _, seed = EVALUATION_SEED, dataset, split, splitName, ...rest } = options;
  // Items under other numbers have no part of the catalogue in common.
  const asked = { ...(await askedOf(dataset, split, splitName)), coldItems: undefined };
  const changed: Partial<EvaluateOptions> & { readonly asked: Asked } =
    control === "random-ids"
      ? { recommender: relabelled(options.recommender, split.nItems, seed), asked }
      : permuted(options, asked, seed);
  const record = await evaluateRecommender({
    ...rest,
    dataset,
    split,
    splitName,
    seed,
    beside: [{ recommender: targetCounts(split, changed.asked.panel.targets, seed), kind: "yardstick" }],
    yardsticks: false,
    failsOnChecks: false,
    control,
    ...changed,
  });
  return { control, record, results: record.tasks.map((task) => judge(control, task)) };
}

const TARGET_COUNTS = "target counts";

/** Orders items by how often they are asked for: the most that can be known where targets and users are independent. */
function targetCounts(split: Split, targets: Int32Array, seed: number): Recommender {
  const counts = new Int32Array(split.nItems);
  for (const item of targets) counts[item]!++;
  return scoreBased({ name: TARGET_COUNTS, split, seed, score: counts });
}

function judge(control: Control, task: TaskEvaluation): ControlResult {
  const { users, random, systems } = task;
  const hitRate = systems[0]!.metrics["HR@10"].value;
  const counted = systems.find(({ name }) => name === TARGET_COUNTS)!.metrics["HR@10"].value;
  const reference = control === "random-ids" ? random["HR@10"] : counted;
  const variance = (share: number) => (share * (1 - share)) / Math.max(1, users);
  const error = Math.sqrt(variance(reference) + (control === "random-ids" ? 0 : variance(hitRate)));
  // Two users more: where a hit is rare, the normal approximation is too strict.
  const limit = reference + CONTROL_ERRORS * error + 2 / Math.max(1, users);
  const question = questionName(task);
  return { question, users, hitRate, reference, limit, verdict: hitRate <= limit ? "ok" : "fail" };
}

/**
 * Items under other numbers for every user: a fixed shuffle, a shift of the user's own, another fixed shuffle. The
 * shift makes users independent, so that chance has the spread of a fair coin; the shuffles leave no order of numbers
 * intact.
 */
function relabelled(inner: Recommender, nItems: number, seed: number): Recommender {
  const [before, after] = ["before", "after"].map((label) => {
    const items = Int32Array.from({ length: nItems }, (_, item) => item);
    return Random.of(seed, `random ids ${label}`).shuffle(items);
  }) as [Int32Array, Int32Array];
  const [undoBefore, undoAfter] = [inversePermutation(before), inversePermutation(after)];
  const shiftOf = ({ userIndex, history }: SequentialRequest) =>
    Random.of(seed, `random ids of ${userIndex ?? `[${history}]`}`).below(nItems);
  const relabel = (items: Int32Array, shift: number) => items.map((item) => after[(before[item]! + shift) % nItems]!);
  const restore = (items: Int32Array, shift: number) =>
    items.map((item) => undoBefore[(undoAfter[item]! - shift + nItems) % nItems]!);
  const restored = (lists: readonly RankedList[], shifts: readonly number[]): RankedList[] =>
    lists.map(({ items, scores }, i) => ({ items: restore(items, shifts[i]!), scores }));
  return {
    name: inner.name,
    tasks: inner.tasks,
    answersNewUsers: inner.answersNewUsers,
    answersColdItems: inner.answersColdItems,
    decoding: inner.decoding,
    async rankSequential(requests, count) {
      const shifts = requests.map(shiftOf);
      const asked = requests.map((request, i) => ({ ...request, history: relabel(request.history, shifts[i]!) }));
      return restored(await inner.rankSequential(asked, count), shifts);
    },
    async rankDirect(requests, count) {
      const shifts = requests.map(shiftOf);
      const asked = requests.map((request, i) => ({
        ...request,
        history: relabel(request.history, shifts[i]!),
        candidates: relabel(request.candidates, shifts[i]!),
      }));
      return restored(await inner.rankDirect(asked, count), shifts);
    },
    async dispose() {},
  };
}

/** Targets of other users, and negatives drawn anew beside them. */
function permuted(
  { dataset, split, splitName }: EvaluateOptions,
  { panel, candidateKinds }: Asked,
  seed: number,
): { readonly split: Split; readonly asked: Asked } {
  const isSplit = dataset.manifest.split !== undefined;
  const had = isSplit ? panel.histories.map((_, place) => knownOf(dataset, panel, place)) : dataset.sequences;
  const targets = exchange(panel.targets, had, Random.of(seed, "permuted targets"));
  const owned = had.map((items, place) => Int32Array.of(...items, targets[place]!));
  const pool = candidatePool([...dataset.sequences, ...owned], split.nItems, dataset.manifest.options);
  const perUser = negativesPerUser(owned, pool.length);
  const drawn = { nUsers: owned.length, nItems: split.nItems, prefixes: split.prefixes };
  return {
    split: isSplit ? split : { ...split, [splitName]: targets },
    asked: {
      panel: { ...panel, rows: Int32Array.from(owned.keys()), targets },
      candidateKinds,
      negatives: async (kind) => freshCandidates(drawn, owned, { kind, splitName, perUser, pool }),
    },
  };
}

/** All that a split dataset tells of somebody who is asked. */
function knownOf({ sequences }: Dataset, { users, histories, targets }: Panel, place: number): Int32Array {
  return Int32Array.from(new Set([...(sequences[users[place]!] ?? []), ...histories[place]!, targets[place]!]));
}

/** Hand the targets round so that nobody gets an item of their own; who cannot be served gets a random unowned item. */
function exchange(targets: Int32Array, sequences: readonly Int32Array[], random: Random): Int32Array {
  const out = random.shuffle(targets.slice());
  const owns = (user: number, item: number) => sequences[user]!.includes(item);
  for (let user = 0; user < out.length; user++) {
    for (let tries = 0; tries < 100 && owns(user, out[user]!); tries++) {
      const other = random.below(out.length);
      if (owns(user, out[other]!) || owns(other, out[user]!)) continue;
      [out[user], out[other]] = [out[other]!, out[user]!];
    }
    for (let tries = 0; tries < 100 && owns(user, out[user]!); tries++) out[user] = targets[random.below(out.length)]!;
  }
  return out;
}

function freshCandidates(
  split: Pick<Split, "nUsers" | "nItems" | "prefixes">,
  owned: readonly Int32Array[],
  { kind, splitName, perUser, pool }: { kind: CandidateKind; splitName: SplitName; perUser: number; pool: Int32Array },
): Candidates {
  const negatives = drawCandidates(split, owned, kind, splitName, perUser, pool);
  return { kind, split: splitName, perUser, negatives, hash: sha256(negatives) };
}
