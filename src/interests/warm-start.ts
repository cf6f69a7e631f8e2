// Warm start of the individual interests: E_u and the item side are first fitted to the training interactions by
// Bayesian personalised ranking (Rendle et al. 2009) on the propagated vectors, as LightGCN is trained. The paper
// starts from random tables; on small budgets that start does not learn (docs/isrf.md), so compact presets begin here.
import { ascending } from "../base/ascending.ts";
import { refuseDiverged } from "../base/diverged.ts";
import { stopIf } from "../base/errors.ts";
import type { Passes } from "../base/passes.ts";
import type { Random } from "../base/random.ts";
import { SortedNumbers } from "../base/sorted-numbers.ts";
import type { TrainingLists } from "../data/index.ts";
import {
  type AdamWOptions,
  add,
  bpr,
  type CompileOptions,
  compileTrainStep,
  type FeedsOf,
  gather,
  integers,
  mean,
  mul,
  type Parameters,
  sub,
  sum,
  type Tensor,
  type Trace,
} from "../engine/index.ts";
import type { IndividualNodes } from "./individual-interests.ts";

const DIVERGED = { of: "warm start", todo: "Train again with a lower warmStartLearningRate." };

export interface WarmStartOptions {
  readonly epochs: number;
  readonly batch: number;
  readonly optimiser: AdamWOptions;
  /** Weight of 1/2 |E^0|^2 of the batch's rows, divided by the batch (LightGCN's authors' form). */
  readonly regularisation: number;
  /** Most steps, whatever the epochs come to; default: no limit. */
  readonly maxSteps?: number | undefined;
  /** Asked after each step: whether the time is up. Default: never. */
  readonly isOver?: (() => boolean) | undefined;
  /** Default: all epochs, and what the last leaves. */
  readonly check?: WarmStartCheck | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Looks now and then how good the parameters are. The best are kept, and nobody waits long for better ones. */
export interface WarmStartCheck {
  /** Epochs between two looks. */
  readonly every: number;
  /** Looks in a row without a better score that end the warm start. */
  readonly patience: number;
  /** How good the parameters are now; higher is better. */
  readonly score: () => Promise<number>;
}

export interface WarmStartData {
  /** Training prefixes by user. */
  readonly edges: TrainingLists;
  readonly nItems: number;
}

/** Rows of the table: users, their items and items that are not theirs. */
const pairInputs = (batch: number) => ({
  user: integers(batch),
  positive: integers(batch),
  negative: integers(batch),
});

function bprObjective(build: (t: Trace) => IndividualNodes, batch: number, regularisation: number) {
  return (t: Trace) => {
    const { start, interests } = build(t);
    const fed = t.inputs(pairInputs(batch));
    const rows = [fed.user, fed.positive, fed.negative];
    const [user, positive, negative] = rows.map((index) => gather(interests, index)) as [Tensor, Tensor, Tensor];
    const margin = sum(mul(user, sub(positive, negative)), [1]);
    const ranking = mean(bpr(margin));
    const size = rows.map((index) => gather(start, index)).map((x) => sum(mul(x, x)));
    const penalty = mul(size.reduce(add), (0.5 * regularisation) / batch);
    return { loss: add(ranking, penalty), outputs: { ranking } };
  };
}

/**
 * Fit `parameters` in place. `onEpoch` hears the mean ranking loss; negatives are uniform over items outside the user's
 * training prefix (held-out items may be drawn: excluding them would tell which they are). At least one step is done.
 * @throws OperationError for a loss that is no number; CancelledError after the step in which the signal fires.
 */
export async function warmStart(
  build: (t: Trace) => IndividualNodes,
  parameters: Parameters,
  data: WarmStartData,
  options: WarmStartOptions,
  random: (epoch: number) => Random,
  compile: CompileOptions,
  onEpoch: (epoch: number, loss: number) => void,
): Promise<Passes> {
  const { maxSteps = Number.POSITIVE_INFINITY, isOver = () => false, check, signal } = options;
  const pairs = listPairs(data.edges);
  const batch = Math.min(options.batch, pairs.users.length);
  const owned = data.edges.map((items) => new SortedNumbers(items));
  const step = await compileTrainStep(
    bprObjective(build, batch, options.regularisation),
    parameters,
    options.optimiser,
    compile,
  );
  const perEpoch = Math.floor(pairs.users.length / batch);
  const best = check && new BestParameters(parameters, check);
  let done = 0;
  let stopped: Passes["stopped"];
  try {
    for (let epoch = 0; epoch < options.epochs && stopped === undefined; epoch++) {
      const draws = random(epoch);
      const order = draws.shuffle(ascending(pairs.users.length));
      let total = 0;
      let steps = 0;
      for (let at = 0; at + batch <= order.length && stopped === undefined; at += batch) {
        const feeds = sampleBatch(pairs, order.subarray(at, at + batch), owned, data, draws);
        total += (await step.run(feeds, options.optimiser)).ranking![0] as number;
        stopIf(signal, "stopped in the warm start");
        steps++;
        done++;
        const isLast = epoch + 1 === options.epochs && steps === perEpoch;
        if (!isLast && done >= maxSteps) stopped = "steps";
        else if (!isLast && isOver()) stopped = "time";
      }
      refuseDiverged({ "the ranking loss": total / steps }, { ...DIVERGED, where: `epoch ${epoch + 1}` });
      onEpoch(epoch, total / steps);
      const isEnd = epoch + 1 === options.epochs || stopped !== undefined;
      if (best?.isDue(epoch + 1, isEnd) && !(await best.look(done / perEpoch)) && !isEnd) stopped = "patience";
    }
    best?.restore();
    return { steps: done, epochs: done / perEpoch, stopped, best: best?.epochs };
  } finally {
    await step.dispose();
  }
}

/** The parameters of the best look, with what the optimiser remembers of them. */
class BestParameters {
  /** Epochs before the best look. */
  epochs = 0;
  private readonly parameters: Parameters;
  private readonly check: WarmStartCheck;
  private score = Number.NEGATIVE_INFINITY;
  private stale = 0;
  private kept: (() => void)[] = [];

  constructor(parameters: Parameters, check: WarmStartCheck) {
    this.parameters = parameters;
    this.check = check;
  }

  isDue(epochs: number, isEnd: boolean): boolean {
    return isEnd || epochs % this.check.every === 0;
  }

  /** False where patience is at its end. */
  async look(epochs: number): Promise<boolean> {
    const score = await this.check.score();
    this.stale = score > this.score ? 0 : this.stale + 1;
    if (this.stale > 0) return this.stale < this.check.patience;
    this.score = score;
    this.epochs = epochs;
    this.kept = this.parameters.all.map((parameter) => {
      const { steps, front } = parameter;
      const [value, m, v] = [front.value.slice(), front.m.slice(), front.v.slice()];
      return () => {
        parameter.front.value.set(value);
        parameter.front.m.set(m);
        parameter.front.v.set(v);
        parameter.steps = steps;
      };
    });
    return true;
  }

  restore(): void {
    for (const one of this.kept) one();
  }
}

interface Pairs {
  readonly users: Int32Array;
  readonly items: Int32Array;
}

function listPairs(edges: TrainingLists): Pairs {
  const count = edges.reduce((total, items) => total + items.length, 0);
  const users = new Int32Array(count);
  const items = new Int32Array(count);
  let at = 0;
  edges.forEach((list, user) => {
    users.fill(user, at, at + list.length);
    items.set(list, at);
    at += list.length;
  });
  return { users, items };
}

function sampleBatch(
  pairs: Pairs,
  chosen: Int32Array,
  owned: readonly SortedNumbers[],
  data: WarmStartData,
  random: Random,
): FeedsOf<ReturnType<typeof pairInputs>> {
  const nUsers = data.edges.length;
  const user = chosen.map((i) => pairs.users[i]!);
  const positive = chosen.map((i) => nUsers + pairs.items[i]!);
  const negative = user.map((u) => nUsers + random.outside(owned[u]!, data.nItems));
  return { user, positive, negative };
}
