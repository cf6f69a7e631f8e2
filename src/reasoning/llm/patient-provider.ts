// Calls that survive a bad network and a busy server: waiting turns, backing off with jitter, trying again.
import type { Random } from "../../base/random.ts";
import { backoffMs, MODEL_WAITS } from "../../servers/backoff.ts";
import type { Clock } from "../../servers/clock.ts";
import { ProviderError, type ProviderTrouble } from "../../servers/provider-error.ts";
import type { Gate } from "./gate.ts";
import type { GenerateRequest, Generation, Provider } from "./provider.ts";

export interface PatienceOptions {
  readonly gate: Gate;
  readonly clock: Clock;
  /** Draws the jitter. */
  readonly random: Random;
  /** Calls that may fail for one question before it is given up. */
  readonly tries: number;
}

/** How long a call under way may go on when the run is stopped: a paid answer is not thrown away. */
const PAID_GRACE_MS = 30_000;
const GRACE_MS = 1000;

/**
 * One generation, whatever it takes: busy servers are waited for, failing ones asked `tries` times.
 * @param onRetry hears of a failure after which another call is made, and may refuse it by throwing.
 * @throws ProviderError of the last try; OperationError when the server stays away; the signal's reason.
 */
export async function generatePatiently(
  provider: Provider,
  request: GenerateRequest,
  { gate, clock, random, tries }: PatienceOptions,
  signal: AbortSignal,
  onRetry: (error: ProviderError) => void = () => {},
): Promise<Generation> {
  let waits = 0;
  for (let failures = 0; ; ) {
    await gate.enter(signal);
    try {
      const generation = await generateToTheEnd(provider, request, signal);
      gate.succeeded();
      return generation;
    } catch (error) {
      settle(gate, error, backoffMs(waits++, MODEL_WAITS, random), signal);
      if (!(error instanceof ProviderError)) throw error;
      if (error.trouble === "rejected" || error.trouble === "refused") throw error;
      // While the server is down, or was never there, no question is to blame; the gate decides when to give up.
      const isAway = gate.breaker.isOpen || gate.isAbsent;
      if (error.trouble !== "busy" && !isAway && ++failures >= tries) throw error;
      onRetry(error);
      if (error.trouble !== "busy" && !gate.breaker.isOpen)
        await clock.sleep(backoffMs(isAway ? waits : failures, MODEL_WAITS, random), signal);
    }
  }
}

async function generateToTheEnd(
  provider: Provider,
  request: GenerateRequest,
  signal: AbortSignal,
): Promise<Generation> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onStop = () => {
    timer = setTimeout(() => late.abort(signal.reason), provider.isPaid ? PAID_GRACE_MS : GRACE_MS);
  };
  // A signal of this call's own: Node takes many listeners on one for a leak.
  const stop = AbortSignal.any([signal]);
  stop.addEventListener("abort", onStop, { once: true });
  try {
    return await provider.generate(request, late.signal);
  } finally {
    stop.removeEventListener("abort", onStop);
    clearTimeout(timer);
  }
}

/** Troubles in which the server is there all the same. */
const PRESENT: readonly ProviderTrouble[] = ["garbled", "rejected", "refused"];

function settle(gate: Gate, error: unknown, waitMs: number, signal: AbortSignal): void {
  if (signal.aborted || !(error instanceof ProviderError)) gate.abandoned();
  else if (error.trouble === "busy") gate.busy(error.retryAfterMs || waitMs, error);
  else if (PRESENT.includes(error.trouble)) gate.succeeded();
  else gate.failed(error);
}
