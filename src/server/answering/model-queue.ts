// Questions to one model: those that wait are put to it together, one call at a time, and no more wait than are
// answered soon. What is answered does not depend on who else asks.
import type { RankedList, Recommender, SequentialRequest, Task } from "../../recommenders/recommender.ts";
import { RequestError } from "../request-error.ts";

export interface QueueOptions {
  /** Questions of one call, at most. */
  readonly maxBatch: number;
  /** Questions that may wait; more are refused. */
  readonly maxWaiting: number;
  /** So long an idle model waits for more questions; 0: until those that have arrived are read. */
  readonly windowMs: number;
  readonly onBatch: (size: number, seconds: number) => void;
}

/** What is asked of a model: what comes next, or which of these. */
export type Question = SequentialRequest & { readonly candidates?: Int32Array | undefined };

interface Waiting {
  readonly recommender: Recommender;
  readonly task: Task;
  readonly question: Question;
  readonly count: number;
  readonly resolve: (list: RankedList) => void;
  readonly reject: (error: unknown) => void;
}

/** Anything else that needs the model for itself. */
interface Errand {
  readonly run: () => Promise<void>;
}

export class ModelQueue {
  private readonly options: QueueOptions;
  private waiting: Waiting[] = [];
  private errands: Errand[] = [];
  private isBusy = false;
  private isDue = false;
  private secondsPerQuestion = 0.01;

  constructor(options: QueueOptions) {
    this.options = options;
  }

  get length(): number {
    return this.waiting.length + this.errands.length;
  }

  /** @throws RequestError (too_many) when too many wait; and what the recommender throws. */
  ask(recommender: Recommender, task: Task, question: Question, count: number): Promise<RankedList> {
    this.requireRoom();
    return new Promise((resolve, reject) => {
      this.waiting.push({ recommender, task, question, count, resolve, reject });
      this.begin();
    });
  }

  /** Do `work` while nobody else asks the model. @throws as `ask`, and what `work` throws. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    this.requireRoom();
    return new Promise((resolve, reject) => {
      this.errands.push({ run: () => work().then(resolve, reject) });
      this.begin();
    });
  }

  private requireRoom(): void {
    if (this.length < this.options.maxWaiting) return;
    const retryAfter = Math.max(1, Math.ceil(this.length * this.secondsPerQuestion));
    throw new RequestError("too_many", `${this.length} questions wait for the model already.`, {
      retryAfter,
      todo: "Ask again after the seconds of Retry-After.",
    });
  }

  private begin(): void {
    if (this.isBusy || this.isDue) return;
    this.isDue = true;
    const go = () => {
      this.isDue = false;
      void this.work();
    };
    if (this.options.windowMs > 0) setTimeout(go, this.options.windowMs);
    else setImmediate(go);
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    while (this.length > 0) {
      // Turn about, so that neither kind keeps the other waiting.
      const errand = this.errands.shift();
      if (errand !== undefined) await errand.run();
      if (this.waiting.length > 0) await this.answerSome();
      // Requests that arrived meanwhile are read, and join the next call.
      await new Promise(setImmediate);
    }
    this.isBusy = false;
  }

  private async answerSome(): Promise<void> {
    const batch = this.takeAlike();
    const [{ recommender, task, count }] = batch as [Waiting];
    const started = performance.now();
    try {
      const questions = batch.map(({ question }) => question);
      const lists = await (task === "direct"
        ? recommender.rankDirect(questions as Parameters<Recommender["rankDirect"]>[0], count)
        : recommender.rankSequential(questions, count));
      for (const [at, one] of batch.entries()) one.resolve(lists[at]!);
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error);
      else await this.eachAlone(batch);
    }
    const seconds = (performance.now() - started) / 1000;
    this.secondsPerQuestion = 0.8 * this.secondsPerQuestion + (0.2 * seconds) / batch.length;
    this.options.onBatch(batch.length, seconds);
  }

  /** One question that cannot be answered must not spoil the others. */
  private async eachAlone(batch: readonly Waiting[]): Promise<void> {
    for (const { recommender, task, question, count, resolve, reject } of batch) {
      try {
        const lists = await (task === "direct"
          ? recommender.rankDirect([question as Parameters<Recommender["rankDirect"]>[0][number]], count)
          : recommender.rankSequential([question], count));
        resolve(lists[0]!);
      } catch (error) {
        reject(error);
      }
    }
  }

  /**
   * The oldest question and those after it that can be put in the same call. Who looks for more items may look deeper,
   * by more beams or a longer short list, and then a shorter list is not the beginning of a longer one.
   */
  private takeAlike(): Waiting[] {
    const first = this.waiting[0]!;
    const most = first.recommender.dependsOnBatch === true ? 1 : this.options.maxBatch;
    const isAlike = (one: Waiting) =>
      one.recommender === first.recommender &&
      one.task === first.task &&
      one.count === first.count &&
      (one.question.among === undefined) === (first.question.among === undefined);
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    for (const one of this.waiting) {
      if (taken.length < most && isAlike(one)) taken.push(one);
      else left.push(one);
    }
    this.waiting = left;
    return taken;
  }
}
