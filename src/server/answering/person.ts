// Who is asked about: what training knows of them, what they did since, and what the request says of them.
import type { Person } from "../../pipeline/recommend/index.ts";
import { type HeldHistory, heldUntil, historyOf } from "../events/history.ts";
import type { KnownEvents, UserEvents } from "../events/user-events.ts";
import type { ServedRun } from "./served-run.ts";

export interface SomebodyAsked {
  readonly user?: string | undefined;
  readonly history?: readonly string[] | undefined;
  readonly add?: readonly string[] | undefined;
}

export interface FoundPerson {
  readonly person: Person;
  /** Of the user's events; undefined for nobody in particular. */
  readonly version: string | undefined;
  readonly notices: readonly string[];
}

const NO_EVENTS: KnownEvents = { events: [], version: "0" };
/** So many unknown ids a sentence lists. */
const NAMED = 5;

/** What a split of users hashes: somebody without a name keeps their part as long as their history stays. */
export function keyOfAsker({ user, history, add }: SomebodyAsked): string {
  return user ?? JSON.stringify(history ?? add);
}

export async function eventsOf(users: UserEvents, user: string | undefined): Promise<KnownEvents> {
  return user === undefined ? NO_EVENTS : users.of(user);
}

export function personOf(run: ServedRun, { user, history, add = [] }: SomebodyAsked, known: KnownEvents): FoundPerson {
  const notices: string[] = [];
  const row = user === undefined ? undefined : run.userIndex.get(user);
  // In a later version of the data nothing may be left of somebody.
  const isTrained = row !== undefined && run.run.dataset.sequences[row]!.length > 0;
  const before =
    history === undefined ? historyOf(heldOf(run, user), known.events) : indicesOf(run, history, "history", notices);
  const added = indicesOf(run, add, "add", notices);
  const items = Int32Array.from([...without(before, added), ...added]);
  const userIndex = isTrained ? row : undefined;
  const isUnread = userIndex !== undefined && (history !== undefined || add.length > 0);
  if (isUnread && run.run.recommender.unreadHistory?.includes("sequential") === true)
    notices.push(
      `${run.run.recommender.name} answers by what it learnt of the user: the given items are only left out.`,
    );
  return {
    person: { user, userIndex, history: items, note: noteOf(user, userIndex, items, history === undefined) },
    version: user === undefined ? undefined : known.version,
    notices,
  };
}

/** What the data hold of a user; of somebody without a name nothing. */
export function heldOf(run: ServedRun, user: string | undefined): HeldHistory {
  const { dataset, later } = run.run;
  const row = user === undefined ? undefined : run.userIndex.get(user);
  const since = user === undefined ? undefined : later?.newcomers.get(user);
  return {
    held: row === undefined ? (since ?? new Int32Array(0)) : dataset.sequences[row]!,
    until: heldUntil(run),
    indexOf: (itemId) => run.itemIndex.get(itemId),
  };
}

function without(items: Iterable<number>, others: Iterable<number>): number[] {
  const dropped = new Set(others);
  return Array.from(items).filter((item) => !dropped.has(item));
}

function indicesOf(run: ServedRun, ids: readonly string[], what: string, notices: string[]): number[] {
  const unknown = ids.filter((id) => !run.itemIndex.has(id));
  if (unknown.length > 0) {
    const names = unknown.slice(0, NAMED).join(", ");
    notices.push(`${what}: ${unknown.length} of ${ids.length} ids are no items of this run, such as ${names}.`);
  }
  return [...new Set(ids.flatMap((id) => run.itemIndex.get(id) ?? []))];
}

function noteOf(
  user: string | undefined,
  userIndex: number | undefined,
  { length }: Int32Array,
  isOwn: boolean,
): string | undefined {
  if (userIndex !== undefined || user === undefined) return undefined;
  if (length === 0) return "Nothing is known of this user.";
  return isOwn ? `This user came after the run was trained; ${length} of their items are known to it.` : undefined;
}
