// The input of a work and what one process makes of it, made once and copied for every trial.
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { done, type Ground, type Place, placeAt } from "../ground.ts";
import { prepare, type Work } from "./works.ts";

export interface Prepared {
  readonly folder: string;
  /** The sum of what one process made. */
  readonly expected: string;
  /** Answers of the model server that it took. */
  readonly needed: number;
}

const PREPARED = new WeakMap<Ground, Map<Work, Promise<Prepared>>>();

export function preparedWork(ground: Ground, work: Work): Promise<Prepared> {
  const known = PREPARED.get(ground) ?? new Map<Work, Promise<Prepared>>();
  PREPARED.set(ground, known);
  const prepared = known.get(work) ?? byOneProcess(join(ground.more, work.kind), work);
  known.set(work, prepared);
  return prepared;
}

/** A copy of the input, for one trial. */
export async function copyOf({ folder }: Prepared, to: string): Promise<Place> {
  await cp(folder, to, { recursive: true, preserveTimestamps: true });
  return placeAt(to);
}

async function byOneProcess(folder: string, work: Work): Promise<Prepared> {
  await mkdir(folder, { recursive: true });
  await prepare(work, placeAt(folder));
  const alone = await copyOf({ folder, expected: "", needed: 0 }, `${folder}-alone`);
  await using server = await work.paid?.start();
  await done(alone.isrf(work.command, { env: server?.environment }));
  return { folder, expected: await work.result(alone), needed: server?.answers ?? 0 };
}
