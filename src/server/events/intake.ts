// Events as they arrive: checked one by one, given an id where they have none, and kept.
import { createHash, randomUUID } from "node:crypto";
import { eventSchema } from "../contract/events.ts";
import type { Recorded } from "../contract/index.ts";
import { misfit } from "../request-error.ts";
import { CLOCK } from "./steady-clock.ts";
import type { StoredEvent } from "./store.ts";
import type { UserEvents } from "./user-events.ts";

/** Clocks differ by minutes; an event of the day after tomorrow is a mistake, and would stay the newest for long. */
const MOST_AHEAD_MS = 24 * 3600 * 1000;

/** @throws OperationError where the store keeps none of them, or the clock jumped. */
export async function recordAll(users: UserEvents, given: readonly unknown[]): Promise<Recorded> {
  const received = CLOCK.require();
  const events: StoredEvent[] = [];
  const rejected: { index: number; message: string }[] = [];
  for (const [index, one] of given.entries()) {
    const parsed = eventSchema.safeParse(one);
    if (!parsed.success) {
      rejected.push({ index, message: misfit(parsed.error).message });
      continue;
    }
    const { id, at, ...rest } = parsed.data;
    const time = at === undefined ? received : Date.parse(at);
    if (time > received + MOST_AHEAD_MS) {
      rejected.push({ index, message: `at: ${at} is more than a day ahead of the server's clock.` });
      continue;
    }
    // Without a time of its own it happened now, and never before.
    const made = at === undefined ? randomUUID() : idOf({ ...rest, at: time });
    events.push({ id: id ?? made, at: time, received, ...rest });
  }
  const isNew = events.length === 0 ? [] : await users.record(events);
  const accepted = isNew.filter(Boolean).length;
  return { accepted, duplicates: isNew.length - accepted, rejected };
}

function idOf(rest: Readonly<Record<string, unknown>>): string {
  return `h${createHash("sha256").update(JSON.stringify(rest)).digest("hex").slice(0, 32)}`;
}
