// Whether the machine's clock can be believed: beside it runs one that nobody sets.
import { OperationError } from "../../base/errors.ts";

/** Clocks are put right by seconds or hours; a day is another date. */
const MOST_JUMP_MS = 24 * 3600 * 1000;
/** A clock that goes on from where it jumped to for so long was put right, not wrong. */
const BELIEVED_AFTER_MS = 10 * 60_000;

interface Moment {
  /** By the machine's clock, which may jump, and by one that does not; in ms. */
  readonly wall: number;
  readonly steady: number;
}

export class SteadyClock {
  private readonly read: () => Moment;
  private believed: Moment;
  private doubted: Moment | undefined;

  constructor(read: () => Moment = () => ({ wall: Date.now(), steady: performance.now() })) {
    this.read = read;
    this.believed = read();
  }

  /** ms since 1970; undefined while the clock is doubted. */
  now(): number | undefined {
    const moment = this.read();
    if (this.doubted !== undefined && jump(this.doubted, moment) > MOST_JUMP_MS) this.doubted = undefined;
    if (jump(this.believed, moment) > MOST_JUMP_MS) {
      this.doubted ??= moment;
      if (moment.steady - this.doubted.steady < BELIEVED_AFTER_MS) return undefined;
    }
    this.doubted = undefined;
    this.believed = moment;
    return moment.wall;
  }

  /** @throws OperationError while the clock is doubted. */
  require(): number {
    const now = this.now();
    if (now !== undefined) return now;
    throw new OperationError(
      `The machine's clock jumped to ${new Date().toISOString()}: no event is taken until it is back, or was right for ten minutes.`,
    );
  }
}

function jump(from: Moment, to: Moment): number {
  return Math.abs(to.wall - from.wall - (to.steady - from.steady));
}

/** Of this process. */
export const CLOCK = new SteadyClock();
