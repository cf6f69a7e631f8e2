// A schedule of equal tasks on equal workers, played through event by event: some tasks take much longer, some fail and
// are done again, and no more than so many may begin in a second.
import { Random } from "../../base/random.ts";

export interface Schedule {
  readonly tasks: number;
  readonly workers: number;
  /** Parts of a task, which wait for each other and stay with its worker; default 1. What follows is of a part. */
  readonly parts?: number | undefined;
  /** Of an ordinary one. */
  readonly taskSeconds: number;
  /** Times: all equal, or drawn from an exponential distribution of that mean. */
  readonly spread?: "none" | "exponential" | undefined;
  /** Share of them that take `stragglerFactor` times as long. */
  readonly stragglers?: number | undefined;
  readonly stragglerFactor?: number | undefined;
  /** Share of attempts that fail, at their end. */
  readonly failures?: number | undefined;
  /** Attempts of one part after which its task is set aside. */
  readonly tries?: number | undefined;
  /** Most attempts that may begin in a second. */
  readonly perSecond?: number | undefined;
  readonly seed?: number | undefined;
}

export interface Simulated {
  /** Until the last task has ended. */
  readonly seconds: number;
  readonly attempts: number;
  /** Tasks that were set aside. */
  readonly setAside: number;
  /** Share of the workers' time in which they worked. */
  readonly busy: number;
}

/** Larger schedules are played through in part, and grow evenly from there. */
export const MOST_PLAYED = 100_000;

/** @throws RangeError for a schedule without tasks or workers. */
export function simulate(schedule: Schedule): Simulated {
  const { tasks, workers } = schedule;
  if (!(tasks >= 1 && workers >= 1)) throw new RangeError(`${tasks} tasks and ${workers} workers`);
  const most = Math.max(MOST_PLAYED, 20 * workers);
  if (tasks <= most) return play(schedule, Math.round(tasks));
  // What a further task adds does not change any more: the start and the end are in both.
  const [half, whole] = [play(schedule, most / 2), play(schedule, most)];
  const more = (tasks - most) / (most / 2);
  const grown = (name: "seconds" | "attempts" | "setAside") => whole[name] + more * (whole[name] - half[name]);
  return { seconds: grown("seconds"), attempts: grown("attempts"), setAside: grown("setAside"), busy: whole.busy };
}

function play(schedule: Schedule, tasks: number): Simulated {
  const { taskSeconds, spread = "none", stragglers = 0, stragglerFactor = 10, seed = 1 } = schedule;
  const { failures = 0, tries = 3, parts = 1, perSecond = Number.POSITIVE_INFINITY } = schedule;
  const random = Random.of(seed, "schedule");
  const draw = () => {
    const ordinary = spread === "none" ? 1 : -Math.log(1 - random.uniform());
    return taskSeconds * ordinary * (stragglers > 0 && random.uniform() < stragglers ? stragglerFactor : 1);
  };
  const free = new Heap();
  const most = Math.min(schedule.workers, tasks);
  for (let worker = 0; worker < most; worker++) free.push({ at: 0, left: 0, tried: 0 });
  let [begun, attempts, setAside, worked, end, gate] = [0, 0, 0, 0, 0, 0];
  while (!free.isEmpty) {
    let { at, left, tried } = free.pop();
    if (left > 0) {
      end = Math.max(end, at);
      const isFailed = failures > 0 && random.uniform() < failures;
      if (isFailed && tried >= tries) {
        setAside++;
        left = 0;
      } else if (!isFailed) {
        left--;
        tried = 0;
      }
    }
    if (left === 0) {
      if (begun === tasks) continue;
      begun++;
      [left, tried] = [parts, 0];
    }
    const start = Math.max(at, gate);
    gate = start + 1 / perSecond;
    const seconds = draw();
    attempts++;
    worked += seconds;
    free.push({ at: start + seconds, left, tried: tried + 1 });
  }
  return { seconds: end, attempts, setAside, busy: worked / (end * most) };
}

/** A worker at the end of an attempt. */
interface Free {
  readonly at: number;
  /** Parts of its task that are not done, with the one that was just attempted; 0: it has no task. */
  readonly left: number;
  /** Attempts of that part. */
  readonly tried: number;
}

/** The earliest first. */
class Heap {
  private readonly entries: Free[] = [];

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  push(entry: Free): void {
    const { entries } = this;
    let at = entries.push(entry) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && entries[parent]!.at > entry.at; parent = (at - 1) >> 1) {
      entries[at] = entries[parent]!;
      entries[parent] = entry;
      at = parent;
    }
  }

  pop(): Free {
    const { entries } = this;
    const first = entries[0]!;
    const last = entries.pop()!;
    if (entries.length > 0) this.sink(last);
    return first;
  }

  private sink(entry: Free): void {
    const { entries } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && entries[child + 1]!.at < entries[child]!.at) child++;
      if (entries[child]!.at >= entry.at) break;
      entries[at] = entries[child]!;
      at = child;
    }
    entries[at] = entry;
  }
}
