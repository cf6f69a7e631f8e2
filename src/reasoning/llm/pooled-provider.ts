// Several servers of one model as one provider: calls go where there is most room for the weight, and not to a server
// that has just failed, until a pause has passed. What one is too busy for, or not there for, is asked of another at
// once.
import { CLOCK, type Clock } from "../../servers/clock.ts";
import { ProviderError, type ProviderTrouble } from "../../servers/provider-error.ts";
import type { GenerateRequest, Generation, Provider } from "./provider.ts";
import { serves } from "./served-model.ts";

export interface PooledServer {
  readonly provider: Provider;
  /** Its share of the calls, beside the others'. */
  readonly weight: number;
  /** For people. */
  readonly name?: string | undefined;
}

/** Hears what a person should know. */
type Remark = (message: string) => void;

interface Place extends PooledServer {
  active: number;
  /** Failures in a row, of calls that began after the rest for the one before. */
  failures: number;
  /** How often it was sent to rest. */
  rests: number;
  restsUntil: number;
  /** What it rests for. */
  trouble: ProviderTrouble | undefined;
  /** People were told that it is not there. */
  isAway: boolean;
}

const FIRST_REST_MS = 1000;
const LONGEST_REST_MS = 60_000;
/** What another server may do better. */
const OWN_TROUBLES: readonly ProviderTrouble[] = ["busy", "server", "connection", "timeout", "garbled"];
/** Told at once, with nothing computed: another server may be asked in the same breath. */
const PASSED_ON: readonly ProviderTrouble[] = ["busy", "connection"];

/** @param servers at least one; `kind` and `model` are the first one's. */
export function pooledProvider(
  servers: readonly PooledServer[],
  clock: Clock = CLOCK,
  remark: Remark = () => {},
): Provider {
  const [first] = servers;
  if (first === undefined) throw new RangeError("expected at least one server");
  if (servers.length === 1) return first.provider;
  const places: Place[] = servers.map((server) => ({
    ...server,
    active: 0,
    failures: 0,
    rests: 0,
    restsUntil: 0,
    trouble: undefined,
    isAway: false,
  }));
  return {
    ...first.provider,
    concurrency: servers.reduce((sum, { provider }) => sum + provider.concurrency, 0),
    isPaid: servers.some(({ provider }) => provider.isPaid === true),
    async servedAnyway(signal) {
      const served = await Promise.all(places.map(({ provider }) => provider.servedAnyway?.(signal)));
      // One that answers by another model spoils the texts as much as all of them.
      return served.find((models) => models !== undefined && !serves(models, first.provider.model)) ?? served[0];
    },
    async generate(request, signal) {
      const tried = new Set<Place>();
      for (let place = bestPlace(places, clock.now()); ; ) {
        tried.add(place);
        try {
          const generation = await generateAt(place, request, signal, clock);
          tellOfReturn(place, remark);
          return generation;
        } catch (error) {
          if (!(error instanceof ProviderError) || !PASSED_ON.includes(error.trouble) || signal.aborted) throw error;
          const next = freest(places.filter((one) => !tried.has(one) && one.restsUntil <= clock.now()));
          if (next !== undefined) {
            tellOfLoss(place, error, remark);
            place = next;
            continue;
          }
          // One server's pause is not the others', nor is one that is gone: the caller waits where none can be asked.
          if (!places.some(({ trouble }) => trouble === "busy")) throw error;
          throw busyUntil(Math.min(...places.map(({ restsUntil }) => restsUntil)) - clock.now(), error);
        }
      }
    },
  };
}

async function generateAt(
  place: Place,
  request: GenerateRequest,
  signal: AbortSignal,
  clock: Clock,
): Promise<Generation> {
  const { rests } = place;
  place.active++;
  try {
    const generation = await place.provider.generate(request, signal);
    place.failures = 0;
    place.trouble = undefined;
    return generation;
  } catch (error) {
    const isOwn = error instanceof ProviderError && OWN_TROUBLES.includes(error.trouble);
    if (isOwn) rest(place, error, clock.now(), rests === place.rests);
    throw error;
  } finally {
    place.active--;
  }
}

function busyUntil(ms: number, cause: ProviderError): ProviderError {
  return new ProviderError("busy", cause.message, { cause, retryAfterMs: Math.max(0, ms) });
}

/** The freest of those that do not rest; where all rest, the one that has rested longest of its time. */
function bestPlace(places: readonly Place[], now: number): Place {
  const awake = freest(places.filter(({ restsUntil }) => restsUntil <= now));
  return awake ?? places.reduce((best, place) => (place.restsUntil < best.restsUntil ? place : best));
}

function freest(places: readonly Place[]): Place | undefined {
  const load = ({ active, weight }: Place) => (active + 1) / weight;
  return places.reduce<Place | undefined>(
    (best, place) => (best === undefined || load(place) < load(best) ? place : best),
    undefined,
  );
}

/** Once while it is away: the run goes on, slower than its owner thinks. */
function tellOfLoss(place: Place, { trouble, message }: ProviderError, remark: Remark): void {
  if (trouble !== "connection" || place.isAway) return;
  place.isAway = true;
  remark(`${message} Its questions go to the other servers; it is tried again from time to time.`);
}

function tellOfReturn(place: Place, remark: Remark): void {
  if (!place.isAway) return;
  place.isAway = false;
  remark(`${place.name ?? "A server"} answers again.`);
}

/** Calls that were under way together fail together: only one of them is a failure, the others may ask for longer. */
function rest(place: Place, { trouble, retryAfterMs }: ProviderError, now: number, isNew: boolean): void {
  if (!isNew) {
    place.restsUntil = Math.max(place.restsUntil, now + (retryAfterMs ?? 0));
    return;
  }
  const usual = Math.min(FIRST_REST_MS * 2 ** place.failures++, LONGEST_REST_MS);
  place.restsUntil = now + (retryAfterMs || usual);
  place.trouble = trouble;
  place.rests++;
}
