// Which kinds of job there are. A line here, and every worker can do it. Each is loaded when a worker takes it on.
import { unknownName } from "../../base/errors.ts";
import type { AnyJobKind } from "./kind.ts";

const KINDS: Readonly<Record<string, () => Promise<AnyJobKind>>> = {
  embed: async () => (await import("../embed/elsewhere/embed-kind.ts")).embedKind,
  "import-file": async () => (await import("../import/convert-kind.ts")).importKind,
  rank: async () => (await import("../evaluate/elsewhere/rank-kind.ts")).rankKind,
  reason: async () => (await import("../reason/elsewhere/reason-job.ts")).reasonJob,
  recommend: async () => (await import("../recommend/shared/shard-kind.ts")).recommendKind,
  "similar-users": async () => (await import("../similar-users/rows-kind.ts")).similarUsersKind,
  "study-cell": async () => (await import("../study/by-workers/cell-kind.ts")).cellKind,
};

/** All where none are named. @throws UsageError for a name that is none, listing the known ones. */
export function kindsNamed(names: readonly string[] = Object.keys(KINDS)): Promise<readonly AnyJobKind[]> {
  const loads = names.map((name) => KINDS[name] ?? refuse(name));
  return Promise.all(loads.map((load) => load()));
}

function refuse(name: string): never {
  throw unknownName("kind of job", name, Object.keys(KINDS));
}
