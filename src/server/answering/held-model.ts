// A model in memory with its queue: shared by whoever answers by it, given back when the last one lets go.
import { internal } from "../../base/errors.ts";
import type { Recommender } from "../../recommenders/recommender.ts";
import { ModelQueue, type QueueOptions } from "./model-queue.ts";

export class HeldModel {
  readonly recommender: Recommender;
  readonly queue: ModelQueue;
  private holders = 0;

  constructor(recommender: Recommender, options: QueueOptions) {
    this.recommender = recommender;
    this.queue = new ModelQueue(options);
  }

  hold(): this {
    this.holders++;
    return this;
  }

  /** For each `hold` once. */
  async release(): Promise<void> {
    if (this.holders === 0) throw internal("a model is given back that nobody holds");
    this.holders--;
    if (this.holders === 0) await this.recommender.dispose();
  }
}
