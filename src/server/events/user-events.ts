// What users did, as answers need it: kept in memory for users who are asked about, read from the store when they are
// first asked about, and known with the next answer.
import { LRUCache } from "lru-cache";
import type { KnownEvent, Store, StoredEvent } from "./store.ts";

/** Events of a user that count for answers, of the kinds that make a history: models read far fewer. */
const MAX_EVENTS = 500;
const MAX_USERS = 50_000;
/** Of all users together: some hundred bytes each. */
const MAX_KEPT = 2_000_000;
/** Events that another server recorded are known this much later. */
const ASK_EVERY_MS = 5;

export interface KnownEvents {
  /** Oldest first: those of the kinds that make a history. */
  readonly events: readonly KnownEvent[];
  /** Changes with each of them. */
  readonly version: string;
}

export interface KeptEvents {
  /** Events that are kept in memory, of all users together. Default 2 million. */
  readonly maxKept?: number | undefined;
}

const NONE: KnownEvents = { events: [], version: "0" };

export class UserEvents {
  readonly store: Store;
  private readonly kinds: readonly string[];
  private readonly known: LRUCache<string, KnownEvents>;
  /** Reads that go on. Who is forgotten meanwhile is read anew, and what was read before is not kept. */
  private readonly reads = new Map<string, Promise<KnownEvents>>();
  /** When it was last asked what other servers recorded. */
  private asked = Number.NEGATIVE_INFINITY;

  /** `kinds`: of the events that belong to a history. */
  constructor(store: Store, kinds: readonly string[], { maxKept = MAX_KEPT }: KeptEvents = {}) {
    this.store = store;
    this.kinds = kinds;
    this.known = new LRUCache({
      max: MAX_USERS,
      maxSize: maxKept,
      sizeCalculation: ({ events }) => 1 + events.length,
    });
  }

  async of(user: string): Promise<KnownEvents> {
    this.forgetChanged();
    return this.known.get(user) ?? this.reads.get(user) ?? this.read(user);
  }

  /** Keep events; durable, and known to the next answer, when this resolves. @throws as `Store.record`. */
  async record(events: readonly StoredEvent[]): Promise<readonly boolean[]> {
    const isNew = await this.store.record(events);
    for (const { user } of events) this.forget(user);
    return isNew;
  }

  private async read(user: string): Promise<KnownEvents> {
    const read = this.fromStore(user);
    this.reads.set(user, read);
    const isLast = () => this.reads.get(user) === read;
    try {
      const found = await read;
      if (isLast()) this.known.set(user, found);
      return found;
    } finally {
      if (isLast()) this.reads.delete(user);
    }
  }

  private async fromStore(user: string): Promise<KnownEvents> {
    const found = await this.store.ofUser(user, this.kinds, MAX_EVENTS);
    if (found.length === 0) return NONE;
    const newest = found.reduce((last, { seq }) => Math.max(last, seq), 0);
    const events = found.map(({ item, kind, at, seq }) => ({ item, kind, at, seq }));
    return { events, version: `${events.length}.${newest}` };
  }

  private forgetChanged(): void {
    const now = performance.now();
    if (now - this.asked < ASK_EVERY_MS) return;
    this.asked = now;
    const changed = this.store.changedElsewhere();
    if (changed === undefined) {
      this.known.clear();
      this.reads.clear();
    } else for (const user of changed) this.forget(user);
  }

  private forget(user: string): void {
    this.known.delete(user);
    this.reads.delete(user);
  }
}
