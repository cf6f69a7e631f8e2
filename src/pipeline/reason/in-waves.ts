// Chains of a reasoner whose answers come in waves. All chains are walked as far as answers are there; what is missing
// travels together, and then they are walked again. A user's chain waits for the chains of the items that it quotes.
import type { Dataset, Split } from "../../data/index.ts";
import {
  AnswerDeferred,
  BudgetReached,
  type HistoryChoice,
  historyOf,
  itemSubject,
  type PartialChain,
  type Subject,
  userSubject,
  type Waves,
} from "../../reasoning/index.ts";
import type { Stop } from "./reason-result.ts";
import type { ReasoningRun } from "./reasoning-run.ts";

/** What a run has to do, and where it goes. */
export interface ChainWork {
  readonly dataset: Dataset;
  readonly itemIndices: readonly number[];
  readonly userIndices: readonly number[];
  readonly items: PartialChain[];
  readonly users: PartialChain[];
  readonly historiesOf: HistoryChoice;
}

export function budgetStop({ message }: BudgetReached): Stop {
  return { by: "budget", words: `${message} Run again to go on.` };
}

const NO_SIGNAL = new AbortController().signal;

/** @returns why the run ends before everything is answered; undefined where everything is. */
export async function inWaves(
  run: ReasoningRun,
  waves: Waves,
  work: ChainWork,
  split: Split,
): Promise<Stop | undefined> {
  const signal = run.options.signal ?? NO_SIGNAL;
  const start = performance.now();
  const passes = new Passes(run, work, split);
  for (let wave = 1; ; wave++) {
    const spent = await passes.walk();
    run.commit();
    if (waves.isIdle) {
      if (spent === undefined) waves.finish();
      return spent;
    }
    const unit = `requests of wave ${wave}`;
    const stopped = await waves.next(({ done, total, note }) => {
      const minutes = ((performance.now() - start) / 60_000).toFixed(1);
      run.pulse.tellWave(unit, done, total, `${note}, ${minutes} min`);
    }, signal);
    if (stopped !== undefined) return { by: "files", words: stopped };
  }
}

/** Walks over the chains that have no end yet. */
class Passes {
  private readonly items: Set<number>;
  private readonly users: Set<number>;
  /** Chains that were walked before: what they found then is counted. */
  private readonly walked = { item: new Set<number>(), user: new Set<number>() };
  private spent: Stop | undefined;

  constructor(
    private readonly run: ReasoningRun,
    private readonly work: ChainWork,
    private readonly split: Split,
  ) {
    // Those that are asked about before those that take their texts.
    this.items = new Set(run.similar.phasesOf("items", work.itemIndices).flat());
    this.users = new Set(run.similar.phasesOf("users", work.userIndices).flat());
  }

  /** @returns why no more questions may be put; undefined where all were. */
  async walk(): Promise<Stop | undefined> {
    const { dataset, items, users, historiesOf } = this.work;
    this.spent = undefined;
    await this.each("items", this.items, (i) => itemSubject(dataset, i), items);
    const features = items.map(({ feature }) => feature);
    const isReady = (user: number) =>
      historyOf(dataset, this.split, user, historiesOf).every((item) => !this.items.has(item));
    const ready = [...this.users].filter(isReady);
    await this.each("users", ready, (u) => userSubject(dataset, this.split, features, u, historiesOf), users);
    return this.spent;
  }

  private async each(
    unit: "items" | "users",
    indices: Iterable<number>,
    subjectAt: (index: number) => Subject,
    into: PartialChain[],
  ): Promise<void> {
    const { run, work } = this;
    const total = (unit === "items" ? work.itemIndices : work.userIndices).length;
    for (const index of [...indices]) {
      run.stopIfAsked();
      const leader = run.similar.leaderOf(unit, index);
      if (leader !== index && this[unit].has(leader)) continue;
      if (await this.walkOne(subjectAt(index), into)) this[unit].delete(index);
      await run.pulse.tell(unit, total - this[unit].size, total);
    }
  }

  /** True when the chain has come to its end. */
  private async walkOne(subject: Subject, into: PartialChain[]): Promise<boolean> {
    const { tally } = this.run;
    const { reused, givenUp } = tally;
    const walked = this.walked[subject.kind];
    try {
      into[subject.index] = await this.run.walk(subject, (texts) => {
        into[subject.index] = texts;
      });
      return true;
    } catch (error) {
      if (error instanceof BudgetReached) this.spent = budgetStop(error);
      else if (!(error instanceof AnswerDeferred)) throw error;
      return false;
    } finally {
      // What an earlier walk of this run recorded is no answer of before.
      if (walked.has(subject.index)) Object.assign(tally, { reused, givenUp });
      walked.add(subject.index);
    }
  }
}
