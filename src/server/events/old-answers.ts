// Answers are kept for attribution, and not for ever.
import { reasonOf } from "../../base/system-errors.ts";
import { CLOCK } from "./steady-clock.ts";
import type { Store } from "./store.ts";

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;

/** Each hour, drop answers that are older than `keepDays`; whoever asked for it clears the interval. */
export function dropOldAnswers(
  store: Pick<Store, "dropAnswersBefore">,
  keepDays: number,
  warn: (message: string) => void,
): NodeJS.Timeout {
  // A clock that jumped ahead would make all of them old.
  const drop = async () => store.dropAnswersBefore(CLOCK.require() - keepDays * DAY_MS);
  const tell = (error: unknown) => warn(`Old answers are kept: ${reasonOf(error)}`);
  return setInterval(() => drop().catch(tell), EVERY_MS).unref();
}
