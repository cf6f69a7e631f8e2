// The best of all items for many questions. Dense evidence is multiplied in blocks, weighed and summed by kernels over
// rows that stay where the products were written; sparse evidence is added where it says something; likeness to single
// items is worked out for those alone that it can bring among the best. Nothing is kept of a term: whoever wants terms
// asks about the few items that were found.
import { row } from "../../../base/matrix.ts";
import { type BestScores, LargestProducts, ScoreSums } from "../../../engine/index.ts";
import { refuseNaN } from "../../../generation/index.ts";
import { tieRanks } from "../../tie-order.ts";
import { bestOf, cutsTies } from "../mixture/shortlist.ts";
import type { ItemTraits, QuestionTraits } from "../mixture/weights.ts";
import { rowsFor } from "../products.ts";
import type { NearestVoice, ProductsVoice } from "../voice.ts";
import type { Witness, WitnessQuestion } from "../witness.ts";
import type { Placed, Plan } from "./plan.ts";

/** What rows may take, where the smallest block does with it. */
const MEMORY_BYTES = 64 * 2 ** 20;
const WORD = 4;
/** Questions of a block. */
const BLOCKS = [64, 16, 4, 1] as const;

/** Somebody to answer out of the catalogue, or out of a large part of it. */
export interface CatalogueQuestion extends WitnessQuestion {
  readonly traits: QuestionTraits;
  /** 0 for items that may be answered, minus infinity for others; absent: all may be. [nItems] */
  readonly hidden?: Float32Array | undefined;
}

/** It serves all plans over the same witnesses, one after the other. */
export class CatalogueRanking {
  private readonly items: ItemTraits;
  private readonly dense: readonly ProductsVoice[];
  private readonly block: number;
  private readonly largest = new Map<NearestVoice, LargestProducts>();
  private madeSums: ScoreSums | undefined;
  private madeRanks: Int32Array | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(witnesses: readonly Witness[], items: ItemTraits) {
    this.items = items;
    this.dense = witnesses.map(({ voice }) => voice).filter((voice) => voice.kind === "products");
    const rows = MEMORY_BYTES / (WORD * items.count.length);
    this.block = BLOCKS.find((block) => block * this.dense.length <= rows) ?? 1;
  }

  /** The `count` best of each question, without its history. */
  best(plan: Plan, questions: readonly CatalogueQuestion[], count: number): Promise<BestScores[]> {
    // Blocks follow one another: they share the rows.
    const found = this.queue.then(() => this.bestAlone(plan, questions, count));
    this.queue = found.catch(() => undefined);
    return found;
  }

  private async bestAlone(plan: Plan, questions: readonly CatalogueQuestion[], count: number): Promise<BestScores[]> {
    const lists: BestScores[] = [];
    for (let at = 0; at < questions.length; at += this.block) {
      const block = questions.slice(at, at + this.block);
      await this.write(plan, block);
      block.forEach((question, i) => {
        this.sum(plan, question, i);
        lists.push(this.found(plan, question, count));
      });
    }
    return lists;
  }

  /** Products of a block's questions with all items. */
  private async write(plan: Plan, block: readonly CatalogueQuestion[]): Promise<void> {
    const nItems = this.items.count.length;
    for (const { voice } of plan.products) {
      const from = this.firstRow(voice) * nItems;
      const rows = this.sums.rows.subarray(from, from + rowsFor(block.length) * nItems);
      await voice.products.write(await voice.queries(block), rows);
    }
  }

  /** What speaks for items after question `i` of the block, but for likeness to single items, into the total. */
  private sum(plan: Plan, question: CatalogueQuestion, i: number): void {
    const { traits, history, hidden } = question;
    const { total } = this.sums;
    total.set(plan.base(question, traits));
    for (const { voice, term } of plan.products) this.sums.add(this.firstRow(voice) + i, plan.weight(term, traits));
    for (const few of plan.few) this.addFew(plan, few, question);
    for (const item of history) total[item] = Number.NEGATIVE_INFINITY;
    if (hidden !== undefined) for (let item = 0; item < total.length; item++) total[item]! += hidden[item]!;
  }

  private addFew(plan: Plan, { voice, term }: Plan["few"][number], question: CatalogueQuestion): void {
    const { count, cold } = this.items;
    const { total } = this.sums;
    const { common, byFirst, bySecond } = plan.weight(term, question.traits);
    const { items, values, size } = voice.of(question);
    for (let k = 0; k < size; k++) {
      const item = items[k]!;
      total[item]! += (common + byFirst * count[item]! + bySecond * cold[item]!) * values[k]!;
    }
  }

  /** The best of the total and of likeness to single items; which equals have room says `tieRanks`. */
  private found(plan: Plan, question: CatalogueQuestion, count: number): BestScores {
    const { sums } = this;
    const { nearest } = plan;
    refuseNaN(sums.total);
    const isShort = count <= ScoreSums.mostListed;
    if (nearest === undefined) {
      const best = isShort ? sums.best(count) : bestOf(sums.total, count);
      return cutsTies(best, count, sums.total) ? bestOf(sums.total, count, this.ranks) : best;
    }
    const weight = plan.weight(nearest.term, question.traits);
    const places = isShort ? sums.possible(count, weight) : Int32Array.from(sums.total.keys());
    const scores = this.withNearest(plan, nearest, question, places);
    const first = bestOf(scores, count);
    const isCut = cutsTies(first, count, scores);
    const best = isCut
      ? bestOf(
          scores,
          count,
          places.map((item) => this.ranks[item]!),
        )
      : first;
    return { places: best.places.map((at) => places[at]!), scores: best.scores };
  }

  /** Whole scores of `places`. */
  private withNearest(
    plan: Plan,
    { voice, term }: Placed<NearestVoice>,
    { history, traits }: CatalogueQuestion,
    places: Int32Array,
  ): Float32Array {
    const { count, cold } = this.items;
    const { total } = this.sums;
    const { common, byFirst, bySecond } = plan.weight(term, traits);
    const queries = Array.from(voice.near(history), (item) => row(voice.products.items, item));
    const likeness = this.largestOf(voice).of(queries, places);
    return likeness.map((value, i) => {
      const item = places[i]!;
      return total[item]! + (common + byFirst * count[item]! + bySecond * cold[item]!) * value;
    });
  }

  private largestOf(voice: NearestVoice): LargestProducts {
    const known = this.largest.get(voice);
    if (known !== undefined) return known;
    const made = new LargestProducts(voice.products.items, voice.factors);
    this.largest.set(voice, made);
    return made;
  }

  private firstRow(voice: ProductsVoice): number {
    return this.dense.indexOf(voice) * this.block;
  }

  /** `tieRanks` of its items. */
  get ranks(): Int32Array {
    this.madeRanks ??= tieRanks(this.items.count.length);
    return this.madeRanks;
  }

  /** Made when it is first needed. */
  private get sums(): ScoreSums {
    const { count, cold } = this.items;
    this.madeSums ??= new ScoreSums(count, Float32Array.from(cold), this.dense.length * this.block);
    return this.madeSums;
  }
}
