// What a server must not forget: events, the answers that it gave, items that changed. SQLite and PostgreSQL stand
// behind this; both keep an event before they say so.

export interface StoredEvent {
  readonly id: string;
  readonly user: string;
  readonly item: string;
  readonly kind: string;
  /** When it happened and when it was received, in ms since 1970. */
  readonly at: number;
  readonly received: number;
  readonly value?: number | undefined;
  readonly recommendationId?: string | undefined;
}

/** Beside an event, its number in the store: later ones have higher numbers. */
export interface NumberedEvent extends StoredEvent {
  readonly seq: number;
}

/** What histories are made of; of millions of users' events more would not fit into memory. */
export type KnownEvent = Pick<NumberedEvent, "item" | "kind" | "at" | "seq">;

export type Made = "model" | "history-only" | "fallback";

/** An answer that was given. */
export interface LoggedAnswer {
  readonly id: string;
  readonly at: number;
  readonly run: string;
  readonly modelVersion: string;
  readonly system: string;
  readonly made: Made;
  readonly user?: string | undefined;
  readonly items: readonly string[];
}

export type GroupBy = "run" | "system" | "made";

export interface AnswerCounts {
  readonly name: string;
  readonly answers: number;
  readonly shown: number;
  /** Answers with at least one such event about an item that they showed. */
  readonly clicks: number;
  readonly purchases: number;
}

/** An item that was put or deleted through the API, as JSON; `entry` undefined: it keeps the catalogue's. */
export interface ItemChange {
  readonly id: string;
  readonly entry?: string | undefined;
  readonly isRemoved: boolean;
  readonly changed: number;
}

export interface EventPage {
  readonly user?: string | undefined;
  /** Events before this number. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Times in ms: from `since` on, before `until`. */
export interface Period {
  readonly since: number;
  readonly until: number;
}

export interface Pair {
  readonly item: string;
  readonly user: string;
}

export interface Store {
  /** "SQLite" or "PostgreSQL", and where; no secrets. */
  readonly describes: string;
  /** Whether each event is new; all of them are durable when this resolves. @throws OperationError: none may be. */
  record(events: readonly StoredEvent[]): Promise<readonly boolean[]>;
  /** Of `kinds`, oldest first: the newest `limit` of them, however many of other kinds came since. */
  ofUser(user: string, kinds: readonly string[], limit: number): Promise<readonly NumberedEvent[]>;
  /** Newest first. */
  page(page: EventPage): Promise<readonly NumberedEvent[]>;
  /** Who has events of an item, some thousand at a time: everybody once for each of `kinds`. */
  usersOf(item: string, kinds: readonly string[]): AsyncIterable<readonly string[]>;
  /** Events of an item, whoever's and of whatever kind. */
  countOfItem(item: string): Promise<number>;
  /** How many users have events of `kinds`, by item. */
  countByItem(period: Period, kinds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /**
   * Who has what by events of `kinds`, some thousand at a time: those of an item follow each other, and come once for
   * each kind.
   */
  pairs(kinds: readonly string[]): AsyncIterable<readonly Pair[]>;
  /** Events after `at`; of very many it takes its time. */
  countSince(at: number): Promise<number>;
  /** Whether there are any: at once. */
  isAnySince(at: number): Promise<boolean>;
  logAnswers(answers: readonly LoggedAnswer[]): Promise<void>;
  attribution(period: Period, by: GroupBy): Promise<readonly AnswerCounts[]>;
  dropAnswersBefore(at: number): Promise<void>;
  itemChanges(): Promise<readonly ItemChange[]>;
  itemChange(id: string): Promise<ItemChange | undefined>;
  saveItem(change: ItemChange): Promise<void>;
  /** `tell` hears that other servers changed items, or may have while they were not heard. */
  onItemsChanged(tell: () => void): void;
  /** Of A/B splits: drawn once, the same for all servers of a store. */
  salt(): Promise<string>;
  /** Users of whom other servers recorded events since the last call; undefined: anybody's may have changed. */
  changedElsewhere(): readonly string[] | undefined;
  /** @throws OperationError when it does not answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export const CLICKS = ["click"] as const;
export const PURCHASES = ["purchase"] as const;
