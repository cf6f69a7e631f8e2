// A store of jobs by its address.
import { fileURLToPath } from "node:url";
import { UsageError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { JOBS_DEFAULTS, type JobsOptions } from "./job-options.ts";
import type { JobStore } from "./store.ts";

/**
 * `redis://host:6379/0?prefix=shop` (BullMQ on Redis; `rediss://` with TLS), or a file on a disk of this machine, as a
 * path or `file:`; it is made where it is not there.
 * @throws UsageError for other addresses, and for a file that is not there and must be; InputError for a file that is
 *   something else; OperationError where the store cannot be reached, or a package is missing.
 */
export async function openJobs(address: string, given: JobsOptions = {}): Promise<JobStore> {
  const { leaseMs = JOBS_DEFAULTS.leaseMs, pauseMs = JOBS_DEFAULTS.pauseMs } = given;
  const options = { leaseMs, pauseMs };
  if (isRedis(address)) {
    const url = redisUrl(address);
    const { openRedisJobs } = await import("./redis-jobs.ts");
    return openRedisJobs(url, options);
  }
  const path = pathOf(address);
  if (given.mustExist === true && !(await exists(path)))
    throw new UsageError(`queue ${address}: no such file. Check the path; workers and commands that use it make it.`);
  const { LibsqlJobs } = await import("./libsql-jobs.ts");
  return new LibsqlJobs(path, options);
}

/** As `openJobs` takes it, without name and password: for people, and for logs that others read. */
export function shownAddress(address: string): string {
  if (!isRedis(address)) return address;
  const url = redisUrl(address);
  const prefix = url.searchParams.get("prefix");
  return `${url.protocol}//${url.host}${url.pathname}${prefix === null ? "" : `?prefix=${prefix}`}`;
}

/** Whether `shownAddress` leaves a name or a password out, without which nobody gets in. */
export function hasLogin(address: string): boolean {
  if (!isRedis(address)) return false;
  const { username, password } = redisUrl(address);
  return username !== "" || password !== "";
}

function isRedis(address: string): boolean {
  return /^rediss?:/.test(address);
}

/** The address itself is not told: what makes it none may be the password in it. */
function redisUrl(address: string): URL {
  if (/^rediss?:\/\//.test(address) && URL.canParse(address)) return new URL(address);
  throw new UsageError(
    "queue: found an address that is none, expected redis://host:6379 or redis://name:password@host:6379. Write characters like / : @ # % of a password as %2F %3A %40 %23 %25, and the port as a number.",
  );
}

function pathOf(address: string): string {
  const path = address.startsWith("file:///") ? fileURLToPath(address) : address.replace(/^file:/, "");
  if (/^[a-z][a-z0-9+.-]+:/i.test(path) || path === "") {
    throw new UsageError(`queue ${address}: expected redis://host:port, or a file as file:jobs.db or jobs.db.`);
  }
  return path;
}
