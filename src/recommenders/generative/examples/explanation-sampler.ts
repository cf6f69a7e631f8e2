// Examples of the third task: a user, an item, and the sentence on what the one is to the other. Every pair comes once
// before any comes again, as in POD. Every draw is a function of (seed, number).
import type { PromptForm } from "../../../backbone/prompt.ts";
import { Random } from "../../../base/random.ts";
import type { GenerativeOptions } from "../options/options.ts";
import type { Example } from "../shapes.ts";
import type { TrainingData } from "./training-data.ts";

export class ExplanationSampler {
  private readonly explanations: NonNullable<TrainingData["explanations"]>;
  private readonly options: GenerativeOptions;
  private readonly form: PromptForm;
  private readonly seed: number;
  /** Of each pair. */
  private readonly users: Int32Array;
  private readonly items: Int32Array;
  private pass: { readonly number: number; readonly order: Int32Array } | undefined;

  constructor(
    explanations: NonNullable<TrainingData["explanations"]>,
    form: PromptForm,
    options: GenerativeOptions,
    seed: number,
  ) {
    const { pairs } = explanations;
    this.explanations = explanations;
    this.form = form;
    this.options = options;
    this.seed = seed;
    this.users = Int32Array.from(pairs.flatMap((items, user) => Array.from(items, () => user)));
    this.items = Int32Array.from(pairs.flatMap((items) => Array.from(items)));
  }

  /** As of the other tasks: `visitsPerEpoch` visits of every user of whom there is a sentence. */
  get batchesPerEpoch(): number {
    const users = this.explanations.pairs.filter(({ length }) => length > 0).length;
    return Math.max(1, Math.ceil((this.options.visitsPerEpoch * users) / this.options.batch));
  }

  /** Batch number `index` (from 0, over all epochs). */
  batch(index: number): Example[] {
    const { batch } = this.options;
    const random = Random.of(this.seed, `explanation/batch/${index}`);
    return Array.from({ length: batch }, (_, i) => this.example(index * batch + i, random));
  }

  private example(visit: number, random: Random): Example {
    const { sentences } = this.explanations;
    const pair = this.order(Math.floor(visit / this.items.length))[visit % this.items.length]!;
    const [userIndex, item] = [this.users[pair]!, this.items[pair]!];
    const drawn = this.form.templates.explanation;
    return {
      task: "explanation",
      userIndex,
      items: Int32Array.of(item),
      sentence: sentences.of(userIndex, item)!.text,
      template: drawn === 0 ? undefined : random.below(drawn),
    };
  }

  private order(number: number): Int32Array {
    if (this.pass?.number !== number) {
      const all = Int32Array.from({ length: this.items.length }, (_, pair) => pair);
      this.pass = { number, order: Random.of(this.seed, `explanation/pass/${number}`).shuffle(all) };
    }
    return this.pass.order;
  }
}
