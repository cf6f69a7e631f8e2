// Figures for Prometheus.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ErrorCode } from "../contract/index.ts";
import type { Made } from "../events/store.ts";

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** What is read when figures are asked for. */
export interface Gauged {
  /** Questions that wait, by run. */
  readonly waiting: () => ReadonlyMap<string, number>;
  /** Seconds since a run was trained, by run. */
  readonly age: () => ReadonlyMap<string, number>;
}

export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Counter({
    name: "isrf_http_requests_total",
    help: "Requests by operation and status.",
    labelNames: ["operation", "status"],
    registers: [this.registry],
  });
  private readonly durations = new Histogram({
    name: "isrf_http_request_seconds",
    help: "Time from a request's headers to its answer, by operation.",
    labelNames: ["operation"],
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly answers = new Counter({
    name: "isrf_answers_total",
    help: "Recommendations by how they were made, and whether an earlier answer was given again.",
    labelNames: ["made", "cached"],
    registers: [this.registry],
  });
  private readonly batches = new Histogram({
    name: "isrf_batch_questions",
    help: "Questions that were put to the model together.",
    buckets: [1, 2, 4, 8, 16, 32, 64],
    registers: [this.registry],
  });
  private readonly batchSeconds = new Histogram({
    name: "isrf_batch_seconds",
    help: "Time of one call to the model.",
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly events = new Counter({
    name: "isrf_events_total",
    help: "Events by what became of them.",
    labelNames: ["result"],
    registers: [this.registry],
  });

  private readonly batchRefusals = new Counter({
    name: "isrf_batch_refusals_total",
    help: "Requests in batches that were refused, by error code; the batch itself is answered with 200.",
    labelNames: ["code"],
    registers: [this.registry],
  });

  constructor({ waiting, age }: Gauged) {
    collectDefaultMetrics({ register: this.registry });
    this.gauge("isrf_waiting_questions", "Questions that wait for a model, by run.", waiting);
    this.gauge("isrf_run_age_seconds", "Seconds since the run was trained.", age);
  }

  request(operation: string, status: number, seconds: number): void {
    this.requests.inc({ operation, status });
    this.durations.observe({ operation }, seconds);
  }

  answer(made: Made, isCached: boolean): void {
    this.answers.inc({ made, cached: String(isCached) });
  }

  batch(size: number, seconds: number): void {
    this.batches.observe(size);
    this.batchSeconds.observe(seconds);
  }

  refusalInBatch(code: ErrorCode): void {
    this.batchRefusals.inc({ code });
  }

  event(result: "accepted" | "duplicate" | "rejected", count: number): void {
    if (count > 0) this.events.inc({ result }, count);
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private gauge(name: string, help: string, read: () => ReadonlyMap<string, number>): void {
    new Gauge({
      name,
      help,
      labelNames: ["run"],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [run, value] of read()) this.set({ run }, value);
      },
    });
  }
}
