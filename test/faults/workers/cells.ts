// Every kind of job under every harm with every store: afterwards each job is done once, the result is that of one
// process byte for byte, and no answer that was kept was paid for twice.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Ended, misbehaviour } from "../command.ts";
import type { Place } from "../ground.ts";
import { describe } from "../interruption.ts";
import type { FaultCase, FaultKind } from "../trial.ts";
import { broken, falseSuccess, HELD, loss, type Verdict } from "../verdict.ts";
import { Crew, LEASE_SECONDS } from "./crew.ts";
import { HARMS, type Harm, type Toll } from "./harms.ts";
import { copyOf, type Prepared, preparedWork } from "./prepared.ts";
import type { Desk, Stores } from "./stores.ts";
import { type Paid, WORKS, type Work } from "./works.ts";

/** Into a bucket goes what came in a quarter of a second together; as long again for the put. */
const GATHERED_MS = 500;
/** A worker looks at its lease four times in its length. */
const BEAT_MS = (LEASE_SECONDS * 1000) / 4;

export const WORKERS: FaultKind = {
  kind: "workers",
  isByItself: true,
  cases: WORKS.flatMap((work) => HARMS.flatMap((harm) => harm.stores.map((stores) => cellOf(work, harm, stores)))),
  short: ["embed: a worker killed, files", "embed: the command killed, files", "embed: a worker stalls, files"],
};

function cellOf(work: Work, harm: Harm, stores: Stores): FaultCase {
  return {
    name: `${work.kind}: ${harm.name}, ${stores.name}`,
    reasonToSkip: () => (stores.missing === "" ? harm.reasonToSkip?.() : stores.missing),
    async run(place, random, note) {
      const prepared = await preparedWork(place.ground, work);
      const there = await copyOf(prepared, place.path("work"));
      const disk = harm.disk?.();
      try {
        await using server = await work.paid?.start();
        await using desk = await stores.open(disk?.folder ?? there.folder, harm.isNetworkBad);
        await using crew = await Crew.at(there, work, desk, server?.environment ?? {});
        const toll = await harm.run({ crew, desk: { ...desk, disk }, random, note });
        const end = await crew.ended();
        const verdict =
          toll.trouble ??
          (await afterwards({ work, prepared, there, crew, end, desk, toll })) ??
          (await dismissed(crew));
        const paid = (server?.answers ?? 0) - prepared.needed;
        if (paid > 0) note(`${paid} more calls`);
        return verdict ?? overpaid(work, stores, toll, paid) ?? HELD;
      } finally {
        disk?.remove();
      }
    },
  };
}

interface Finished {
  readonly work: Work;
  readonly prepared: Prepared;
  readonly there: Place;
  readonly crew: Crew;
  readonly end: Ended;
  readonly desk: Desk;
  readonly toll: Toll;
}

/** What is wrong with where the work ended. */
async function afterwards({ work, prepared, there, crew, end, desk, toll }: Finished): Promise<Verdict | undefined> {
  const trouble = misbehaviour(end);
  if (trouble !== undefined) return trouble;
  if (end.code !== 0) return loss(`the command ends by ${describe(end)}`);
  const found = await work.result(there);
  if (found !== prepared.expected) return falseSuccess(`another result: ${found} for ${prepared.expected}`);
  const { done, ...others } = await crew.counts();
  if (Object.values(others).some((jobs) => jobs > 0)) return broken(`jobs: ${done} done, ${JSON.stringify(others)}`);
  const left = toll.isLate === true ? [] : await leftIn(desk);
  return left.length > 0 ? broken(`left among the objects: ${left.slice(0, 3).join(", ")}`) : undefined;
}

async function dismissed(crew: Crew): Promise<Verdict | undefined> {
  const ends = await crew.dismiss();
  // By SIGTERM: it was about to start.
  const bad = ends.find(({ code, signal }) => code !== 0 && signal !== "SIGKILL" && signal !== "SIGTERM");
  return bad && (misbehaviour(bad) ?? broken(`a worker ends by ${describe(bad)}`));
}

/** Objects that were of this work alone: datasets and what else was published stay. */
async function leftIn({ objectsFolder }: Desk): Promise<readonly string[]> {
  if (objectsFolder === undefined) return [];
  const entries = await readdir(objectsFolder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const names = files.map((file) => join(file.parentPath, file.name).slice(objectsFolder.length + 1));
  return names.filter((name) => !/^(contents|folders|files|\.[^/]*)\//.test(name));
}

function overpaid({ paid }: Work, stores: Stores, toll: Toll, calls: number): Verdict | undefined {
  if (paid === undefined || toll.isUnbounded === true) return undefined;
  const most = (toll.killed ?? 0) * lostByKill(paid, stores) + (toll.stalled ?? 0) * askedTwice(paid);
  return calls > most ? loss(`${calls} answers were paid for again, at most ${most} may be`) : undefined;
}

/** Calls of a worker that are not kept when it goes. */
function lostByKill({ atOnce, delayMs }: Paid, { isAtOnce }: Stores): number {
  return atOnce * (1 + (isAtOnce ? 0 : Math.ceil(GATHERED_MS / delayMs)));
}

/** Calls of two workers for the same, until one of them finds out. */
function askedTwice({ atOnce, delayMs }: Paid): number {
  return atOnce * Math.ceil(BEAT_MS / delayMs);
}
