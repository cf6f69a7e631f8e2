// A load generator: so many connections for so long, each asking again as soon as it was answered.
import { cpus, loadavg } from "node:os";
import autocannon from "autocannon";
import { processorOf, type Served } from "./process.ts";

export interface Request {
  readonly method: "POST";
  readonly path: string;
  readonly body: string;
}

export interface Load {
  readonly name: string;
  readonly server: Pick<Served, "url" | "pid">;
  /** The request at each place in turn. */
  readonly next: (at: number) => Request;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second, at most; absent: as many as are answered. */
  readonly rate?: number | undefined;
}

export interface Figures {
  readonly name: string;
  readonly connections: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly longest: number;
  /** Answers other than 200, and none. */
  readonly failed: number;
  /** Of the server, for one request, on all cores together. */
  readonly processorMs: number;
  readonly loadPerCore: number;
}

export async function press({ name, server: { url, pid }, next, connections, seconds, rate }: Load): Promise<Figures> {
  let at = 0;
  const times: number[] = [];
  let refused = 0;
  const started = performance.now();
  const worked = processorOf(pid);
  const options = {
    url,
    connections,
    duration: seconds,
    overallRate: rate,
    headers: { "content-type": "application/json" },
    requests: [{ setupRequest: (request: object) => ({ ...request, ...next(at++) }) }],
  } as autocannon.Options;
  const { errors, timeouts } = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)));
    running.on("response", (_client, status, _bytes, milliseconds) => {
      times.push(milliseconds);
      if (status !== 200) refused++;
    });
  });
  const elapsed = (performance.now() - started) / 1000;
  const sorted = Float64Array.from(times).sort();
  const share = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
  return {
    name,
    connections,
    requests: times.length,
    requestsPerSecond: times.length / elapsed,
    p50: share(0.5),
    p90: share(0.9),
    p99: share(0.99),
    longest: sorted.at(-1) ?? Number.NaN,
    failed: refused + errors + timeouts,
    processorMs: (processorOf(pid) - worked) / Math.max(1, times.length),
    loadPerCore: loadavg()[0]! / cpus().length,
  };
}
