// Opens runs and store, listens, and stops in order: no request that was accepted is lost.
import type { Server } from "node:http";
import { serve as listen } from "@hono/node-server";
import type { z } from "zod";
import { Closers } from "../base/closers.ts";
import { OperationError, UsageError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { packageFile } from "../base/product-files.ts";
import { type Report, silent } from "../base/progress.ts";
import { type Given, settingsOf } from "../base/settings.ts";
import { reasonOf } from "../base/system-errors.ts";
import { Guard, isLoopback } from "./access/guard.ts";
import { type ApiKeys, readKeys } from "./access/keys.ts";
import { checkedOrigins } from "./access/origins.ts";
import { AnswerLog } from "./answering/answer-log.ts";
import { Answering } from "./answering/answering.ts";
import { AskingChains } from "./answering/asking-chains.ts";
import { ServedRuns } from "./answering/served-runs.ts";
import { createApp } from "./app.ts";
import { BestSellers } from "./browsing/popular.ts";
import { HISTORY_KINDS } from "./events/history-kinds.ts";
import { dropOldAnswers } from "./events/old-answers.ts";
import { openStore } from "./events/open-store.ts";
import { UserEvents } from "./events/user-events.ts";
import type { Services } from "./services.ts";
import { serveSettings } from "./settings.ts";
import { parseSplit } from "./split.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { startTraces } from "./telemetry/traces.ts";

export interface ServeOptions extends Given<typeof serveSettings> {
  /** Run directories; they are named by their folders. */
  readonly runs: readonly string[];
  readonly report?: Report | undefined;
  /** Default: the process's own. Keys and traces are read from it. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

export interface RunningServer {
  readonly url: string;
  /** Read the API keys again. @throws InputError, or UsageError where there are none any more: the old ones go on. */
  reloadKeys(): Promise<number>;
  /** Let requests in hand finish, write what waits, give everything back. */
  stop(): Promise<void>;
}

/** A server that stops still takes requests that were on their way, until none has arrived for so long. */
const QUIET_MS = 250;
const MAX_DRAIN_MS = 5000;
/** Longer than the usual minute of proxies: one that sends a request into a connection as it ends says 502. */
const KEEP_ALIVE_MS = 65_000;
/** Requests in hand may take so long to finish. */
const GRACE_MS = 10_000;

/**
 * Answer over HTTP until stopped.
 * @throws UsageError for options that do not fit together; as `openRun`; OperationError for a port or a store that
 *   cannot be had.
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { environment = process.env } = options;
  const settings = settingsOf("serve", serveSettings, options);
  const { host, keys: keyFile } = settings;
  const keys = await readKeys(keyFile, environment.ISRF_API_KEYS);
  if (keys.isOpen && !isLoopback(host) && !settings.open)
    throw new UsageError(
      `--host ${host}: other machines reach this address, and there are no API keys. Add --keys FILE, or --open to do without.`,
    );
  const closers = new Closers();
  try {
    return await begun(options, settings, keys, closers);
  } catch (error) {
    // What kept it from opening is what people must hear of, not what could not be closed after it.
    await closers.close().catch(() => {});
    throw error;
  }
}

/** @param closers Gets whatever was opened, for the end or for a failure on the way. */
async function begun(
  { runs: directories, report = silent, environment = process.env }: ServeOptions,
  settings: z.infer<typeof serveSettings>,
  keys: ApiKeys,
  closers: Closers,
): Promise<RunningServer> {
  const { host, port, keys: keyFile } = settings;
  const shares = parseSplit(settings.split);
  const origins = checkedOrigins(settings.cors ?? []);
  const traces = await startTraces(environment);
  closers.add(() => traces.stop());
  const store = await openStore(settings.store, report);
  closers.add(() => store.close());
  const metrics: Metrics = new Metrics({
    waiting: () => new Map(runs.all.map((run) => [run.name, run.queue.length])),
    age: () => new Map(runs.all.map((run) => [run.name, (Date.now() - run.trainedAt.getTime()) / 1000])),
  });
  const { batchMs: windowMs, maxBatch, maxWaiting, device, threads } = settings;
  const queue = { windowMs, maxBatch, maxWaiting, onBatch: metrics.batch.bind(metrics) };
  const runs = await ServedRuns.open(directories, shares, store, {
    dataset: settings.dataset,
    compile: { device, threads },
    queue,
    report,
  });
  closers.add(() => runs.close());
  const warn = (message: string) => report({ kind: "warning", message });
  store.onItemsChanged(() => {
    runs.relay().catch((error: unknown) => warn(`Changed items are not known yet: ${reasonOf(error)}`));
  });
  const log = new AnswerLog(store, settings.keepAnswers > 0, (error) =>
    warn(`Answers wait to be logged: ${reasonOf(error)}`),
  );
  closers.add(() => log.close());
  const historyKinds = settings.historyKinds ?? HISTORY_KINDS;
  const users = new UserEvents(store, historyKinds);
  const asking = new AskingChains(environment);
  closers.add(() => asking.close());
  const traffic = { arrived: 0 };
  const stopping = new AbortController();
  const services: Services = {
    runs,
    store,
    users,
    log,
    answering: new Answering({ runs, users, log, cache: settings.cache, onAnswer: metrics.answer.bind(metrics) }),
    asking,
    bestSellers: new BestSellers(store, historyKinds),
    guard: new Guard(keys, isLoopback(host) && !settings.open),
    metrics,
    historyKinds,
    origins,
    maxBodyBytes: settings.maxBody,
    isTraced: traces.isOn,
    explorer: settings.explorer ? await explorerFolder() : undefined,
    traffic,
    stopping: stopping.signal,
    onFault: (requestId, error) => warn(`${requestId} ${error.stack ?? error.message}${causeOf(error)}`),
    onAccess: settings.log ? (message) => report({ kind: "notice", message }) : undefined,
  };
  const dropping = dropOldAnswers(store, settings.keepAnswers, warn);
  closers.add(async () => clearInterval(dropping));
  const server = await listening(services, { host, port, timeoutMs: settings.requestTimeout * 1000 });
  return {
    url: urlOf(server, host),
    async reloadKeys() {
      keys.replace(await readKeys(keyFile, environment.ISRF_API_KEYS));
      return keys.count;
    },
    async stop() {
      if (stopping.signal.aborted) return;
      stopping.abort();
      await drained(traffic);
      await closed(server);
      await closers.close();
    },
  };
}

/** Built by `npm run build`; sources serve it, too. */
async function explorerFolder(): Promise<string | undefined> {
  return (await exists(packageFile("dist/ui/index.html"))) ? packageFile("dist/ui") : undefined;
}

interface Address {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

function listening(services: Services, { host, port, timeoutMs }: Address): Promise<Server> {
  const app = createApp(services);
  return new Promise((resolve, reject) => {
    const server = listen(
      {
        fetch: app.fetch,
        hostname: host,
        port,
        serverOptions: {
          requestTimeout: timeoutMs,
          headersTimeout: timeoutMs,
          keepAliveTimeout: KEEP_ALIVE_MS,
          connectionsCheckingInterval: Math.min(1000, timeoutMs / 2),
        },
      },
      () => resolve(server as Server),
    );
    server.once("error", (cause) => {
      const todo = "Choose another --port, or stop what listens there.";
      reject(new OperationError(`${host}:${port}: cannot listen (${reasonOf(cause)}). ${todo}`, { cause }));
    });
  });
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Wait until no request arrives any more: clients that are told to close their connections find another server. */
async function drained(traffic: Services["traffic"]): Promise<void> {
  const started = performance.now();
  for (let seen = -1; seen !== traffic.arrived && performance.now() - started < MAX_DRAIN_MS; ) {
    seen = traffic.arrived;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    // What arrived while the process was busy is read before it counts.
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    // Those whose answer began before its client could be told to close them.
    const idle = setInterval(() => server.closeIdleConnections(), QUIET_MS);
    server.close(() => {
      clearTimeout(late);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error ? ` (${cause.message})` : "";
}
