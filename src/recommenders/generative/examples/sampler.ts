// Training examples, drawn as POD and ELMRec draw them, from training prefixes alone.
// Every draw is a function of (seed, step), so a resumed run continues with exactly the examples it would have seen.
import type { PromptForm } from "../../../backbone/prompt.ts";
import { Random } from "../../../base/random.ts";
import { SortedNumbers } from "../../../base/sorted-numbers.ts";
import type { TrainingLists } from "../../../data/index.ts";
import { nothingToTrainOn } from "../../../training/nothing-to-train-on.ts";
import type { Task } from "../../recommender.ts";
import type { GenerativeOptions } from "../options/options.ts";
import type { Example } from "../shapes.ts";

/**
 * Batches drawn together and sorted by length: prompts of a batch then have similar lengths and little padding.
 * Most segments hold one to four items and a few hold twenty, so this more than halves the sequential step.
 */
const BLOCK = 8;

export class Sampler {
  private readonly prefixes: TrainingLists;
  private readonly nItems: number;
  private readonly options: GenerativeOptions;
  private readonly form: PromptForm;
  private readonly seed: number;
  private readonly spared: readonly SortedNumbers[];
  private readonly eligible: Readonly<Record<Task, Int32Array>>;
  private readonly blocks = new Map<Task, { number: number; batches: Example[][] }>();
  private readonly passes = new Map<Task, { pass: number; order: Int32Array }>();

  /**
   * `prefixes` are training prefixes by user; `spared` are never drawn as the user's negatives (default: the prefix).
   */
  constructor(
    prefixes: TrainingLists,
    nItems: number,
    form: PromptForm,
    options: GenerativeOptions,
    seed: number,
    spared: TrainingLists = prefixes,
  ) {
    this.prefixes = prefixes;
    this.nItems = nItems;
    this.form = form;
    this.options = options;
    this.seed = seed;
    this.spared = spared.map((items) => new SortedNumbers(items));
    const having = (least: number): Int32Array =>
      Int32Array.from(prefixes.keys()).filter((u) => prefixes[u]!.length >= least);
    this.eligible = { sequential: having(2), direct: having(1) };
  }

  /**
   * Batches of one task in an epoch: `visitsPerEpoch` visits of every user who can be asked.
   * @throws InputError where nobody can.
   */
  batchesPerEpoch(task: Task): number {
    const users = this.eligible[task].length;
    if (users === 0) throw nothingToTrainOn();
    return Math.max(1, Math.ceil((this.options.visitsPerEpoch * users) / this.options.batch));
  }

  /** Batch number `index` (from 0, over all epochs) of a task. */
  batch(task: Task, index: number): Example[] {
    const number = Math.floor(index / BLOCK);
    let block = this.blocks.get(task);
    if (block?.number !== number) {
      block = { number, batches: this.block(task, number) };
      this.blocks.set(task, block);
    }
    return block.batches[index % BLOCK]!;
  }

  /** The examples of `BLOCK` batches, by length where that is asked, cut into batches, in random order. */
  private block(task: Task, number: number): Example[][] {
    const random = Random.of(this.seed, `${task}/block/${number}`);
    const { batch, batchOrder } = this.options;
    const users = this.eligible[task];
    const examples = Array.from({ length: BLOCK * batch }, (_, i) => {
      const visit = number * BLOCK * batch + i;
      const user = this.order(task, Math.floor(visit / users.length))[visit % users.length]!;
      return task === "sequential" ? this.segment(user, random) : this.choice(user, random);
    });
    if (batchOrder === "sorted") examples.sort((a, b) => a.items.length - b.items.length);
    return random.shuffle(Array.from({ length: BLOCK }, (_, i) => examples.slice(i * batch, (i + 1) * batch)));
  }

  /**
   * A contiguous segment of the prefix: its last item is the target, the items before it (at most maxHistory) the
   * prompt.
   */
  private segment(user: number, random: Random): Example {
    const items = this.prefixes[user]!;
    const [start, end] =
      this.options.segments === "any" ? anySegment(items.length, random) : ends(items.length, random);
    const from = Math.max(start, end - this.options.maxHistory);
    return {
      task: "sequential",
      userIndex: user,
      items: items.slice(from, end),
      target: items[end]!,
      ...this.template("sequential", random),
    };
  }

  /**
   * One item of the prefix among uniform negatives, shuffled. A held-out item may be a negative, unless it is spared:
   * sparing it would tell which it is (docs/protocols.md, L6).
   */
  private choice(user: number, random: Random): Example {
    const own = this.prefixes[user]!;
    const place = random.below(own.length);
    const positive = own[place]!;
    const candidates = new Set([positive]);
    const wanted = Math.min(1 + this.options.trainNegatives, 1 + this.nItems - this.spared[user]!.size);
    while (candidates.size < wanted) candidates.add(random.outside(this.spared[user]!, this.nItems));
    const items = random.shuffle(Int32Array.from(candidates));
    const history = own.subarray(0, place);
    return { task: "direct", userIndex: user, items, history, target: positive, ...this.template("direct", random) };
  }

  private template(task: Task, random: Random): { template?: number } {
    const count = this.form.templates[task];
    return count === 0 ? {} : { template: random.below(count) };
  }

  /** Users in the order of a pass over all of them. */
  private order(task: Task, pass: number): Int32Array {
    let known = this.passes.get(task);
    if (known?.pass !== pass) {
      known = { pass, order: Random.of(this.seed, `${task}/pass/${pass}`).shuffle(this.eligible[task].slice()) };
      this.passes.set(task, known);
    }
    return known.order;
  }
}

/** POD and ELMRec: the first item anywhere, the target anywhere behind it. */
function anySegment(length: number, random: Random): [start: number, end: number] {
  const start = random.below(length - 1);
  return [start, start + 1 + random.below(length - 1 - start)];
}

/** P5: the target is one of the last three items, the first item one of the first three before it. */
function ends(length: number, random: Random): [start: number, end: number] {
  const earliest = Math.max(1, length - 3);
  const end = earliest + random.below(length - earliest);
  return [random.below(Math.min(3, end)), end];
}
