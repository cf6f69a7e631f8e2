// A long file in parts: each is written whole or not at all, and a small file says which there are, so that a command
// that was killed goes on where it was. The parts of one file are answers to one question: whatever could change them
// stands in their plan, and parts of another plan are never joined to them.
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { exists, readJson, writeFileAtomic, writeJsonAtomic } from "../../base/files.ts";
import { withLock } from "../../base/lock.ts";
import { namingPlace } from "../../base/system-errors.ts";

/** What the parts are answers to, in names and hashes. */
export type Plan = Readonly<Record<string, string | number | boolean>>;

/** Sums over all parts, by name. */
export type Tally = Readonly<Record<string, number>>;

const progressSchema = z.object({
  plan: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  begun: z.string(),
  /** How many are done, in their order. */
  done: z.number().int(),
  tally: z.record(z.string(), z.number()),
  parts: z.array(z.string()),
});

type Progress = z.infer<typeof progressSchema>;

const PROGRESS = "progress.json";
const JOINED = "joined";
const WHOLE = "whole";
/** What is written here, also by a process that was killed. Beside it lie what workers and shares made, and a lock. */
const OWN = /^(\d+-\d+|progress\.json|joined|whole)(\..*)?$/;

export class Parts {
  private readonly directory: string;
  private progress: Progress;

  private constructor(directory: string, progress: Progress) {
    this.directory = directory;
    this.progress = progress;
  }

  /** Where the parts of `out` lie until they are joined. */
  static place(out: string): string {
    return `${out}.parts`;
  }

  /**
   * Those of an earlier command of the same plan, or none yet. The caller holds the lock in their folder.
   * @throws UsageError where `out` is there already, or parts of another plan, and neither may be replaced.
   */
  static async open(out: string, plan: Plan, mayReplace: boolean): Promise<Parts> {
    const directory = Parts.place(out);
    const earlier = await earlierProgress(directory);
    if (earlier !== undefined && isSame(earlier.plan, plan)) return new Parts(directory, earlier);
    if (!mayReplace) {
      if (earlier !== undefined) throw otherPlan(directory, earlier, plan);
      if (await exists(out))
        throw new UsageError(`${out} exists already. Choose another --out or add --overwrite to replace it.`);
    }
    for (const name of await readdir(directory))
      if (OWN.test(name)) await rm(join(directory, name), { recursive: true });
    const parts = new Parts(directory, {
      plan: { ...plan },
      begun: new Date().toISOString(),
      done: 0,
      tally: {},
      parts: [],
    });
    await parts.save();
    return parts;
  }

  get done(): number {
    return this.progress.done;
  }

  get tally(): Tally {
    return this.progress.tally;
  }

  /** Keep the next part, which ends before number `end`. */
  async add(text: string, end: number, tally: Tally): Promise<void> {
    const { done, parts } = this.progress;
    const name = `${String(done).padStart(9, "0")}-${String(end).padStart(9, "0")}`;
    await writeFileAtomic(join(this.directory, name), text);
    this.progress = { ...this.progress, done: end, parts: [...parts, name], tally: sum(this.progress.tally, tally) };
    await this.save();
  }

  /**
   * All parts in one file, below `head`, as `finish` makes it, moved to `out`; the parts go. @param finish Gets the
   * joined file and the name to write to.
   */
  async joinTo(out: string, head: string, finish?: (joined: string, to: string) => Promise<void>): Promise<void> {
    const joined = join(this.directory, JOINED);
    await writeFileAtomic(joined, head);
    for (const name of this.progress.parts)
      await pipeline(createReadStream(join(this.directory, name)), createWriteStream(joined, { flags: "a" }));
    const whole = finish === undefined ? joined : join(this.directory, WHOLE);
    await finish?.(joined, whole);
    await flush(whole);
    await rename(whole, out);
    await rm(this.directory, { recursive: true, force: true });
  }

  private save(): Promise<void> {
    return writeJsonAtomic(join(this.directory, PROGRESS), this.progress);
  }
}

/** Do `work` as the only writer into the folder of the parts; a folder that stays empty goes. */
export async function inPartsFolder<T>(out: string, work: () => Promise<T>): Promise<T> {
  const folder = await namingPlace(out, () => makeFolder(out));
  try {
    return await withLock(join(folder, ".lock"), { command: "isrf recommend" }, work);
  } finally {
    await rmdir(folder).catch(() => {});
  }
}

async function makeFolder(out: string): Promise<string> {
  const directory = Parts.place(out);
  await mkdir(directory, { recursive: true });
  return directory;
}

async function earlierProgress(directory: string): Promise<Progress | undefined> {
  const path = join(directory, PROGRESS);
  if (!(await exists(path))) return undefined;
  const parsed = progressSchema.safeParse(await readJson(path));
  return parsed.success ? parsed.data : undefined;
}

function isSame(a: Plan, b: Plan): boolean {
  return differing(a, b).length === 0;
}

function differing(a: Plan, b: Plan): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => a[key] !== b[key]);
}

function otherPlan(directory: string, { plan, begun, done }: Progress, asked: Plan): UsageError {
  const names = differing(plan, asked).join(", ");
  return new UsageError(
    `${directory} holds answers for ${done} users, begun ${begun}, which differ from what is asked now in: ${names}. Run the command as it was then to go on with them, choose another --out, or add --overwrite to drop them.`,
  );
}

function sum(a: Tally, b: Tally): Tally {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(Array.from(keys, (key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]));
}

async function flush(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
