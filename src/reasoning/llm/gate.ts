// How many calls may be under way: additive increase while the server keeps up, halving when it says that it does not
// (the rule of TCP's congestion control, Chiu and Jain 1989), and a pause for as long as it asks.
import { OperationError } from "../../base/errors.ts";
import type { Clock } from "../../servers/clock.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";

export interface GateOptions {
  /** Calls at once, at most. */
  readonly most: number;
  readonly clock: Clock;
  /** A server that is down or busy for so long ends the run. */
  readonly giveUpMs: number;
}

/** Since when the server has only been busy, and when it last was to a call of after its pause. */
interface BusySpell {
  readonly since: number;
  seen: number;
}

/** Longest sleep between two looks at the gate. */
const LOOK_MS = 1000;
/** A server that has never answered is not one that is being restarted: nobody waits for `giveUpMs` then. */
const FIRST_GIVE_UP_MS = 30_000;

/** Shorter spells are a service's everyday. */
const LONG_BUSY_MS = 60_000;

export class Gate {
  readonly breaker: CircuitBreaker;
  private limit: number;
  private active = 0;
  private streak = 0;
  private pausedUntil = 0;
  private busySpell: BusySpell | undefined;
  private waiting: (() => void)[] = [];
  private trouble: Error | undefined;
  private troubledSince: number | undefined;
  private worked = false;

  constructor(private readonly options: GateOptions) {
    this.breaker = new CircuitBreaker(options.clock);
    this.limit = options.most;
  }

  get atOnce(): number {
    return Math.min(this.limit, this.options.most);
  }

  /** Whether no call has ever reached the server. */
  get isAbsent(): boolean {
    const { trouble } = this;
    return !this.worked && trouble instanceof ProviderError && trouble.trouble === "connection";
  }

  /** What is wrong with the server since its last answer; undefined while it answers, or is busy for a while. */
  get currentTrouble(): Error | undefined {
    const busySince = this.busySpell?.since ?? Number.POSITIVE_INFINITY;
    const isLongBusy = this.options.clock.now() - busySince >= LONG_BUSY_MS;
    return this.troubledSince !== undefined || isLongBusy ? this.trouble : undefined;
  }

  /** How long nobody waits for a server that does not answer, in milliseconds. */
  get patienceMs(): number {
    return this.isAbsent ? Math.min(this.options.giveUpMs, FIRST_GIVE_UP_MS) : this.options.giveUpMs;
  }

  /** Milliseconds for which nobody may call, 0 when the way is free. */
  get pauseMs(): number {
    return Math.max(0, this.pausedUntil - this.options.clock.now());
  }

  /** Wait for a place. @throws OperationError when the server has been down too long; the signal's reason. */
  async enter(signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      this.refuseWhenHopeless();
      const wait = Math.max(this.pauseMs, this.breaker.waitMs());
      if (wait === 0 && this.active < this.atOnce) break;
      await this.change(wait === 0 ? LOOK_MS : Math.min(wait, LOOK_MS), signal);
    }
    this.active++;
    this.breaker.begin();
  }

  /** The call gave an answer, or was refused for reasons of its own. */
  succeeded(): void {
    this.breaker.succeed();
    this.worked = true;
    this.troubledSince = undefined;
    this.busySpell = undefined;
    if (++this.streak >= this.limit) {
      this.limit = Math.min(this.limit + 1, this.options.most);
      this.streak = 0;
    }
    this.leave();
  }

  /** The server wants fewer calls. Replies to calls of before the pause say nothing new. */
  busy(pauseMs: number, reason: Error): void {
    const now = this.options.clock.now();
    this.trouble = reason;
    this.breaker.succeed();
    this.busySpell ??= { since: now, seen: now };
    if (this.pauseMs === 0) {
      this.limit = Math.max(1, Math.floor(this.limit / 2));
      this.busySpell.seen = now;
    }
    this.streak = 0;
    this.pausedUntil = Math.max(this.pausedUntil, now + pauseMs);
    this.leave();
  }

  failed(reason: Error): void {
    this.trouble = reason;
    this.troubledSince ??= this.options.clock.now();
    this.breaker.fail();
    this.streak = 0;
    this.leave();
  }

  abandoned(): void {
    this.breaker.abandon();
    this.leave();
  }

  private leave(): void {
    this.active--;
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  /** @throws OperationError when waiting makes no sense any more. */
  private refuseWhenHopeless(): void {
    const { giveUpMs } = this.options;
    // A call under way may have reached one of several servers, which computes its first answer.
    if (this.isAbsent && this.active === 0) this.refuseWhenAbsent();
    const waitedMs = Math.max(this.breaker.downMs, this.busyMs);
    if (waitedMs <= giveUpMs) return;
    const state = this.breaker.isOpen ? "down" : "too busy";
    throw new OperationError(
      `The model's server has been ${state} for ${Math.round(waitedMs / 1000)} s. Answers so far are kept; run again to go on.`,
      { cause: this.trouble },
    );
  }

  private refuseWhenAbsent(): void {
    const { trouble } = this;
    if (isIncurable(trouble)) throw new OperationError(trouble!.message, { cause: trouble });
    const waitedMs = this.options.clock.now() - this.troubledSince!;
    if (waitedMs <= this.patienceMs) return;
    const message = `The model's server has not answered once in ${Math.round(waitedMs / 1000)} s: ${trouble!.message}`;
    throw new OperationError(message, { cause: trouble });
  }

  /**
   * From the first to the last time that the server said so: however long it asks to wait, it is asked once more before
   * anybody gives up.
   */
  private get busyMs(): number {
    return this.busySpell === undefined ? 0 : this.busySpell.seen - this.busySpell.since;
  }

  private async change(ms: number, signal: AbortSignal | undefined): Promise<void> {
    const done = new AbortController();
    const woken = new Promise<void>((resolve) => this.waiting.push(resolve));
    const timeout = AbortSignal.any(signal === undefined ? [done.signal] : [done.signal, signal]);
    const slept = this.options.clock.sleep(ms, timeout).catch(() => {});
    await Promise.race([woken, slept]);
    done.abort();
  }
}

/** A name that no machine has: no waiting cures that. */
function isIncurable(trouble: Error | undefined): boolean {
  return (trouble?.cause as NodeJS.ErrnoException | undefined)?.code === "ENOTFOUND";
}
