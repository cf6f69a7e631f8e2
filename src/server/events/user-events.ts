// What users did, as answers need it: kept in memory for users who are asked about, read from the store when they are
// first asked about, and known with the next answer.
import { LRUCache } from "lru-cache";
import type { NumberedEvent, Store, StoredEvent } from "./store.ts";

/** Events of a user that count for answers, of the kinds that make a history: models read far fewer. */
const MAX_EVENTS = 500;
const MAX_USERS = 50_000;
/** Events that another server recorded are known this much later. */
const ASK_EVERY_MS = 5;

export interface KnownEvents {
  /** Oldest first: those of the kinds that make a history. */
  readonly events: readonly NumberedEvent[];
  /** Changes with each of them. */
  readonly version: string;
}

const NONE: KnownEvents = { events: [], version: "0" };

export class UserEvents {
  readonly store: Store;
  private readonly kinds: readonly string[];
  private readonly known = new LRUCache<string, KnownEvents>({ max: MAX_USERS });
  /** When it was last asked what other servers recorded. */
  private asked = Number.NEGATIVE_INFINITY;
  /** Counts what was forgotten, so that what was read before is not kept after. */
  private forgotten = 0;

  /** `kinds`: of the events that belong to a history. */
  constructor(store: Store, kinds: readonly string[]) {
    this.store = store;
    this.kinds = kinds;
  }

  async of(user: string): Promise<KnownEvents> {
    this.forgetChanged();
    const known = this.known.get(user);
    if (known !== undefined) return known;
    const before = this.forgotten;
    const events = await this.store.ofUser(user, this.kinds, MAX_EVENTS);
    const newest = events.reduce((last, { seq }) => Math.max(last, seq), 0);
    const found = events.length === 0 ? NONE : { events, version: `${events.length}.${newest}` };
    if (before === this.forgotten) this.known.set(user, found);
    return found;
  }

  /** Keep events; durable, and known to the next answer, when this resolves. @throws as `Store.record`. */
  async record(events: readonly StoredEvent[]): Promise<readonly boolean[]> {
    const isNew = await this.store.record(events);
    for (const { user } of events) this.forget(user);
    return isNew;
  }

  private forgetChanged(): void {
    const now = performance.now();
    if (now - this.asked < ASK_EVERY_MS) return;
    this.asked = now;
    const changed = this.store.changedElsewhere();
    if (changed === undefined) {
      this.known.clear();
      this.forgotten++;
    } else for (const user of changed) this.forget(user);
  }

  private forget(user: string): void {
    this.known.delete(user);
    this.forgotten++;
  }
}
