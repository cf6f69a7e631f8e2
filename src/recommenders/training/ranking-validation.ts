// Validation by ranking: fixed users are asked for their validation item in both tasks, and NDCG@10 chooses the
// checkpoint.
import { Random } from "../../base/random.ts";
import type { Split } from "../../data/index.ts";
import { metricValue } from "../../evaluation/index.ts";
import type { RankedList, Task } from "../recommender.ts";

/** What a user is asked in validation. */
export interface ValidationQuestion {
  readonly userIndex: number;
  /** The training prefix. */
  readonly history: Int32Array;
  /** The validation item. */
  readonly target: number;
  /** The target among stored negatives, in an order that tells nothing. */
  readonly candidates: Int32Array;
}

/** What a validation found; the higher the score, the better. */
export interface ValidationResult {
  readonly score: number;
  readonly figures: Record<string, number>;
}

/**
 * Questions of `users` users drawn by the seed, or of all with 0: drawn once, so that epochs can be compared.
 * `negatives(user)` are the stored 99 of the validation split.
 */
export function validationQuestions(
  split: Split,
  negatives: (user: number) => Int32Array,
  users: number,
  seed: number,
): readonly ValidationQuestion[] {
  const random = Random.of(seed, "validation users");
  const all = random.shuffle(Int32Array.from({ length: split.nUsers }, (_, user) => user));
  const chosen = all.slice(0, users === 0 ? split.nUsers : users).sort();
  return Array.from(chosen, (userIndex) => {
    const target = split.valid[userIndex]!;
    const candidates = random.shuffle(Int32Array.from([target, ...negatives(userIndex)]));
    return { userIndex, history: split.prefixes[userIndex]!, target, candidates };
  });
}

/** Mean NDCG@10 over `tasks`, with figures of each; `answer` lists ten items for every question in its order. */
export async function validateByRanking(
  tasks: readonly Task[],
  targets: ArrayLike<number>,
  answer: (task: Task) => Promise<readonly RankedList[]>,
): Promise<ValidationResult> {
  const figures: Record<string, number> = {};
  let score = 0;
  for (const task of tasks) {
    const ranks = (await answer(task)).map(({ items }, i) => rankOf(items, targets[i]!));
    const meanOf = (metric: "NDCG@10" | "HR@10"): number =>
      ranks.reduce((total, rank) => total + metricValue(metric, rank, 1), 0) / Math.max(1, ranks.length);
    figures[`${task} NDCG@10`] = meanOf("NDCG@10");
    figures[`${task} HR@10`] = meanOf("HR@10");
    score += figures[`${task} NDCG@10`]! / tasks.length;
  }
  return { score, figures };
}

/** 1-based, 0 = absent. */
function rankOf(items: Int32Array, target: number): number {
  return items.indexOf(target) + 1;
}
