// How patient a store of jobs is.
export interface JobsOptions {
  /** So long a worker may be silent before another one takes its job. Default: a minute. */
  readonly leaseMs?: number | undefined;
  /** Pause before a job that failed is tried again; doubled from try to try. Default: a second. */
  readonly pauseMs?: number | undefined;
  /** A file that is not there is not made. Default: it is made. */
  readonly mustExist?: boolean | undefined;
}

/** As settled: with every default. */
export interface SettledJobsOptions {
  readonly leaseMs: number;
  readonly pauseMs: number;
}

export const JOBS_DEFAULTS: SettledJobsOptions = { leaseMs: 60_000, pauseMs: 1000 };
