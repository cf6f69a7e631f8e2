// Stops a run from hammering a server that is down: after some failures in a row nobody calls until a cool-down has
// passed, then one call tries; each failed trial doubles the cool-down.
import type { Clock } from "../../servers/clock.ts";

const COOLDOWN_MS = 1000;
const LONGEST_COOLDOWN_MS = 60_000;

export class CircuitBreaker {
  private failures = 0;
  private openedAt: number | undefined;
  private closedUntil = 0;
  private cooldownMs = COOLDOWN_MS;
  private isTrying = false;

  constructor(
    private readonly clock: Clock,
    /** Failures in a row, over all calls, that mean that the server is down. */
    private readonly threshold = 5,
  ) {}

  get isOpen(): boolean {
    return this.openedAt !== undefined;
  }

  /** How long the server has been down; 0 while it is up. */
  get downMs(): number {
    return this.openedAt === undefined ? 0 : this.clock.now() - this.openedAt;
  }

  /** Milliseconds until a call may go out: 0 now, Infinity while another call is on trial. */
  waitMs(): number {
    if (this.openedAt === undefined) return 0;
    return this.isTrying ? Number.POSITIVE_INFINITY : Math.max(0, this.closedUntil - this.clock.now());
  }

  /** A call goes out. Every call must end in `succeed`, `fail` or `abandon`. */
  begin(): void {
    if (this.isOpen) this.isTrying = true;
  }

  /** The server answered, if only to refuse. */
  succeed(): void {
    this.failures = 0;
    this.openedAt = undefined;
    this.isTrying = false;
    this.cooldownMs = COOLDOWN_MS;
  }

  /** No word about the server: the call was given up by us. */
  abandon(): void {
    this.isTrying = false;
  }

  /** The server failed. Calls that were under way when it broke end here too and change nothing more. */
  fail(): void {
    this.failures++;
    const wasTrying = this.isTrying;
    this.isTrying = false;
    if (this.openedAt === undefined ? this.failures < this.threshold : !wasTrying) return;
    const now = this.clock.now();
    if (this.openedAt !== undefined) this.cooldownMs = Math.min(this.cooldownMs * 2, LONGEST_COOLDOWN_MS);
    this.openedAt ??= now;
    this.closedUntil = now + this.cooldownMs;
  }
}
