// Questions whose answers are validation items: to learn weights from, and to report them on. Their users come behind
// those that chose the checkpoints, as far as there are so many.
import { Random } from "../../base/random.ts";
import { SortedNumbers } from "../../base/sorted-numbers.ts";
import type { Split } from "../../data/index.ts";
import type { Examples } from "./learn.ts";
import type { AnsweredQuestion } from "./mixture/collect.ts";
import type { CandidatePopularity } from "./mixture/weights.ts";

export interface ExampleUsers {
  readonly learn: Int32Array;
  readonly report: Int32Array;
  /** Of those who are reported on, how many chose a checkpoint too. */
  readonly alsoChose: number;
}

/**
 * Small shops have too few who chose nothing: then two thirds of all are learned from, and users that chose nothing are
 * reported on before any others.
 */
export function exampleUsers(
  nUsers: number,
  { chosen, learn, report }: Readonly<Record<"chosen" | "learn" | "report", number>>,
  seed: number,
): ExampleUsers {
  // The same order as of the users that choose checkpoints (`validationQuestions`).
  const order = Random.of(seed, "validation users").shuffle(Int32Array.from({ length: nUsers }, (_, user) => user));
  const left = order.subarray(chosen);
  const taken = (pool: Int32Array) => Math.min(learn, Math.ceil((pool.length * learn) / (learn + report)));
  if (left.length >= Math.min(nUsers, learn + report) / 2) {
    const end = taken(left);
    return { learn: left.slice(0, end).sort(), report: left.slice(end, end + report).sort(), alsoChose: 0 };
  }
  const ofLearn = taken(order);
  // From the end, where those who chose nothing stand.
  const from = nUsers - Math.min(report, nUsers - ofLearn);
  return {
    learn: order.slice(from - ofLearn, from).sort(),
    report: order.slice(from).sort(),
    alsoChose: Math.max(0, Math.min(chosen, nUsers) - from),
  };
}

/**
 * Questions weigh more, the fewer took their answer: what is asked later is rarer than what was held out for
 * validation. On validation items of Amazon Beauty the exponent .15 costs all answers nothing that is significant, and
 * a tenth more of the rare ones are found.
 */
const RARE_WEIGHT = 0.15;

export interface ExampleSource {
  readonly split: Split;
  /** The stored negatives of a user's validation question. */
  readonly negatives: (user: number) => Int32Array;
  readonly popularity: CandidatePopularity;
  /** Training interactions by item. */
  readonly counts: Int32Array;
  readonly seed: number;
}

export function examplesOf(users: Int32Array, source: ExampleSource): Examples {
  const { split, negatives, popularity, counts } = source;
  const draw = popularDraw(source);
  const question = (userIndex: number): AnsweredQuestion => {
    const [history, target] = [split.prefixes[userIndex]!, split.valid[userIndex]!];
    return { userIndex, history, target, popularity: 0, weight: (1 + counts[target]!) ** -RARE_WEIGHT };
  };
  const among = (userIndex: number, others: Int32Array): AnsweredQuestion => {
    const candidates = Int32Array.from([split.valid[userIndex]!, ...others]);
    return { ...question(userIndex), candidates, popularity: popularity.of(candidates) };
  };
  return {
    sequential: Array.from(users, question),
    direct: {
      uniform: Array.from(users, (user) => among(user, negatives(user))),
      popularity: Array.from(users, (user) => among(user, draw(user, negatives(user).length))),
    },
  };
}

/** Distinct items outside a user's prefix and the target, in proportion to training interactions. */
function popularDraw({ split, seed }: ExampleSource): (user: number, count: number) => Int32Array {
  const taken = Int32Array.from(split.prefixes.flatMap((prefix) => [...prefix]));
  return (user, count) => {
    const random = Random.of(seed, `popular candidates/${user}`);
    const barred = new SortedNumbers(Int32Array.from([...split.prefixes[user]!, split.valid[user]!]));
    const chosen = new Set<number>();
    for (let tries = 50 * count; chosen.size < count && tries > 0; tries--) {
      const item = taken[random.below(taken.length)]!;
      if (!barred.has(item)) chosen.add(item);
    }
    return Int32Array.from(chosen);
  };
}
