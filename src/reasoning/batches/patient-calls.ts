// Calls about batches that survive a bad network and a busy server, with a word of it where it lasts.
import { OperationError } from "../../base/errors.ts";
import type { Random } from "../../base/random.ts";
import { backoffMs, MODEL_WAITS } from "../../servers/backoff.ts";
import type { Clock } from "../../servers/clock.ts";
import { ProviderError, type ProviderTrouble } from "../../servers/provider-error.ts";

const PASSING: readonly ProviderTrouble[] = ["busy", "server", "connection", "timeout", "garbled"];

export class PatientCalls {
  /** What is wrong at the moment. */
  trouble: string | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly giveUpMs: number,
    private readonly random: Random,
  ) {}

  /**
   * What `call` gives, however often it takes. `onFailure` hears of a failure before the next try.
   * @throws ProviderError that no waiting cures; OperationError when the server stays away.
   */
  async make<T>(call: (tries: number) => Promise<T>, signal: AbortSignal): Promise<T> {
    const start = this.clock.now();
    for (let tries = 0; ; tries++) {
      try {
        const result = await call(tries);
        this.trouble = undefined;
        return result;
      } catch (error) {
        if (signal.aborted || !(error instanceof ProviderError) || !PASSING.includes(error.trouble)) throw error;
        await this.pause(error, tries, this.clock.now() - start, signal);
      }
    }
  }

  private async pause(error: ProviderError, tries: number, waitedMs: number, signal: AbortSignal): Promise<void> {
    const seconds = Math.round(this.giveUpMs / 1000);
    if (waitedMs > this.giveUpMs) {
      const message = `${error.message} So it has been for ${seconds} s (--give-up). What was sent stays sent: run again to go on.`;
      throw new OperationError(message, { cause: error });
    }
    this.trouble = `${error.message} Trying again for at most ${seconds} s (--give-up).`;
    const wait = error.retryAfterMs || backoffMs(tries, MODEL_WAITS, this.random);
    await this.clock.sleep(Math.min(wait, this.giveUpMs), signal);
  }
}
