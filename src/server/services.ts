// What the routes of a server share.
import type { Hono } from "hono";
import type { Guard } from "./access/guard.ts";
import type { AnswerLog } from "./answering/answer-log.ts";
import type { Answering } from "./answering/answering.ts";
import type { AskingChains } from "./answering/asking-chains.ts";
import type { ServedRuns } from "./answering/served-runs.ts";
import type { BestSellers } from "./browsing/popular.ts";
import type { Store } from "./events/store.ts";
import type { UserEvents } from "./events/user-events.ts";
import type { Metrics } from "./telemetry/metrics.ts";

export interface Services {
  readonly runs: ServedRuns;
  readonly store: Store;
  readonly users: UserEvents;
  readonly answering: Answering;
  readonly log: AnswerLog;
  /** Chains that are asked for again. */
  readonly asking: AskingChains;
  readonly bestSellers: BestSellers;
  readonly guard: Guard;
  readonly metrics: Metrics;
  /** Kinds of events that make a history. */
  readonly historyKinds: readonly string[];
  /** Origins of web pages that may read answers. */
  readonly origins: readonly string[];
  readonly maxBodyBytes: number;
  readonly isTraced: boolean;
  /** Where the explorer's files lie; undefined: none is served. */
  readonly explorer: string | undefined;
  /** Requests so far. */
  readonly traffic: { arrived: number };
  /** Fires at the first sign that the server is to stop. */
  readonly stopping: AbortSignal;
  /** Hears what went wrong inside, and each request where access is logged. */
  readonly onFault: (requestId: string, error: Error) => void;
  readonly onAccess: ((line: string) => void) | undefined;
}

/** What a request carries through the application. */
export interface Environment {
  readonly Variables: { requestId: string; operation: string };
}

export type App = Hono<Environment>;
