// Work that is done one piece after the other, of which no more may wait than is done soon.
import { OperationError } from "../base/errors.ts";

/** Too many wait; the same question may be answered later. */
export class BusyError extends OperationError {}

export class Turns {
  private readonly most: number;
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** `most` may wait or be under way. */
  constructor(most: number) {
    this.most = most;
  }

  /** Do `work` once everything before it is done. @throws BusyError where too many wait; and what `work` throws. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= this.most) throw new BusyError(`${this.waiting} questions wait already. Ask again in a while.`);
    this.waiting++;
    const done = this.last.then(work);
    const end = () => {
      this.waiting--;
    };
    this.last = done.then(end, end);
    return done;
  }

  /** When everything that waits now is done. */
  async idle(): Promise<void> {
    await this.last;
  }
}
