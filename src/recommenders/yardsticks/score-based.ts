// Recommenders that are one scoring function: the yardsticks need no training, no model and no session.
import { Random } from "../../base/random.ts";
import { TopK, topEntries } from "../../base/top-k.ts";
import { type Split, trainingWeights } from "../../data/index.ts";
import type { DirectRequest, RankedList, Recommender, SequentialRequest, Task } from "../recommender.ts";
import { spacesIn } from "../spaces.ts";
import { type KnownAfter, scoreOf } from "./known-scores.ts";

export interface ScoreBasedOptions {
  readonly name: string;
  readonly split: Split;
  /** Orders items of equal popularity. */
  readonly seed: number;
  /** What is known after a history, or one score an item whatever the history is; 0 or below: nothing known. */
  readonly score: KnownAfter | ArrayLike<number>;
  /** What the scores are, in words. */
  readonly describes?: string | undefined;
  /** Whether it scores items that training never saw, by their texts. Default false. */
  readonly readsTexts?: boolean | undefined;
}

const TASKS: readonly Task[] = ["sequential", "direct"];

/**
 * Items in order of training popularity; equally popular ones in seeded random order, because item numbers are given
 * by first appearance and would favour early (popular) items.
 */
export function popularityOrder(split: Split, seed: number): Int32Array {
  const counts = trainingWeights(split);
  const shuffled = Random.of(seed, "popularity ties").shuffle(Int32Array.from({ length: split.nItems }, (_, i) => i));
  return shuffled.sort((a, b) => counts[b]! - counts[a]!);
}

/**
 * Ranks by `score`; equal scores and items of which nothing is known follow in order of popularity, the latter with
 * scores below 0 that fall with every place.
 */
export function scoreBased(options: ScoreBasedOptions): Recommender {
  const { name, split, seed, score, describes, readsTexts = false } = options;
  const order = popularityOrder(split, seed);
  const lists = typeof score === "function" ? listsAfter(order, score) : listsOfAll(order, score);
  return {
    name,
    tasks: TASKS,
    answersNewUsers: TASKS,
    answersColdItems: readsTexts ? TASKS : [],
    describeScores: describes === undefined ? undefined : () => describes,
    async rankSequential(requests: readonly SequentialRequest[], count: number) {
      return requests.map(({ history, among }) => lists.next(history, count, among));
    },
    async rankDirect(requests: readonly DirectRequest[], count: number) {
      return requests.map(({ history, candidates }) => lists.which(history, candidates, count));
    },
    async dispose() {},
  };
}

interface Lists {
  /** Out of the catalogue, or of those of its items that are given. */
  next(history: Int32Array, count: number, among: Int32Array | undefined): RankedList;
  which(history: Int32Array, candidates: Int32Array, count: number): RankedList;
}

/** Of items whose scores depend on the history: those first, then the others in `order`. */
function listsAfter(order: Int32Array, knownAfter: KnownAfter): Lists {
  const nItems = order.length;
  const places = placesIn(order);
  const isTaken = new Uint8Array(nItems);
  const candidateScore = scoreOf(nItems, knownAfter);
  const spaceOf = spacesIn(order);
  /** `list` and behind it, up to `count` in all, those of `items` that are not taken. */
  const filledUp = (list: RankedList, items: Int32Array, count: number): RankedList => {
    if (list.items.length >= count) return list;
    const [all, worth] = [[...list.items], [...list.scores]];
    for (let i = 0; i < items.length && all.length < count; i++) {
      const item = items[i]!;
      if (isTaken[item] === 1) continue;
      all.push(item);
      worth.push(unknownScore(places[item]!, nItems));
    }
    return { items: Int32Array.from(all), scores: Float32Array.from(worth) };
  };
  return {
    next(history, count, among) {
      const space = spaceOf(among);
      for (const item of history) isTaken[item] = 1;
      const { items, values, size } = knownAfter(history);
      const top = new Top(count);
      for (let k = 0; k < size; k++) {
        const item = items[k]!;
        if (isTaken[item] === 1 || space.isMember?.[item] === 0) continue;
        top.push(values[k]!, places[item]!, item);
      }
      const best = top.list();
      for (const item of best.items) isTaken[item] = 1;
      const filled = filledUp(best, space.items, count);
      for (const item of history) isTaken[item] = 0;
      for (const item of best.items) isTaken[item] = 0;
      return filled;
    },
    which(history, candidates, count) {
      const scores = new Float64Array(candidates.length);
      candidateScore(history, candidates, scores);
      const top = new Top(count);
      for (let i = 0; i < candidates.length; i++) {
        const item = candidates[i]!;
        if (history.includes(item)) continue;
        top.push(scores[i]! > 0 ? scores[i]! : unknownScore(places[item]!, nItems), places[item]!, item);
      }
      return top.list();
    },
  };
}

/** Of items whose scores are always the same. */
function listsOfAll(order: Int32Array, scores: ArrayLike<number>): Lists {
  const nItems = order.length;
  const byPlace = placesIn(order);
  const total = (item: number): number => (scores[item]! > 0 ? scores[item]! : unknownScore(byPlace[item]!, nItems));
  const ranked = order.slice().sort((a, b) => total(b) - total(a) || byPlace[a]! - byPlace[b]!);
  const ranks = placesIn(ranked);
  const isTaken = new Uint8Array(nItems);
  const spaceOf = spacesIn(ranked);
  const listOf = (items: readonly number[]): RankedList => ({
    items: Int32Array.from(items),
    scores: Float32Array.from(items, total),
  });
  return {
    next(history, count, among) {
      for (const item of history) isTaken[item] = 1;
      const items: number[] = [];
      for (const item of spaceOf(among).items) {
        if (items.length >= count) break;
        if (isTaken[item] === 0) items.push(item);
      }
      for (const item of history) isTaken[item] = 0;
      return listOf(items);
    },
    which(history, candidates, count) {
      const open = candidates.filter((item) => !history.includes(item)).sort((a, b) => ranks[a]! - ranks[b]!);
      return listOf([...open.subarray(0, count)]);
    },
  };
}

/** The best of few; equal scores in order of places. */
class Top {
  private readonly top: TopK;
  private readonly count: number;

  constructor(count: number) {
    this.top = new TopK(Math.max(1, count));
    this.count = count;
  }

  push(score: number, place: number, item: number): void {
    if (!(score < this.top.floor)) this.top.push(score, place, item);
  }

  list(): RankedList {
    const best = this.top.drain(topEntries(this.top.capacity));
    const length = Math.min(best.size, this.count);
    return { items: best.payloads.slice(0, length), scores: Float32Array.from(best.scores.subarray(0, length)) };
  }
}

const unknownScore = (place: number, nItems: number): number => -(place + 1) / nItems;

function placesIn(order: Int32Array): Int32Array {
  const places = new Int32Array(order.length);
  order.forEach((item, place) => {
    places[item] = place;
  });
  return places;
}
