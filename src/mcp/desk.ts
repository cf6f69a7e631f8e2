// A run that stays open and is asked one question after the other: models hold scratch memory that two questions at
// once would share.
import type { Report } from "../base/progress.ts";
import { trainingCounts } from "../data/index.ts";
import { type Explainer, openExplainer } from "../pipeline/explain/index.ts";
import { ItemIds } from "../runs/item-ids.ts";
import { openOptions, type Place } from "../runs/open-options.ts";
import { type OpenRun, openRun } from "../runs/run.ts";
import {
  dataTimesOf,
  type HeldHistory,
  heldUntil,
  historyOf,
  itemsSince,
  type KnownEvent,
  type UserEvents,
} from "../server/events/index.ts";
import { Turns } from "./turns.ts";

/** Questions that may wait: clients give up long before so many are answered. */
const MAX_WAITING = 100;

export class RunDesk {
  readonly run: OpenRun;
  readonly ids: ItemIds;
  readonly users: ReadonlyMap<string, number>;
  /** Training interactions by item index; 0 for items that came later. */
  readonly taken: Int32Array;
  /** What users did since; absent where events are not taken. */
  readonly events: UserEvents | undefined;
  private readonly report: Report;
  /** Until when the data reach, in ms; it counts for events alone. */
  private readonly heldUntil: number;
  private explainer: Promise<Explainer> | undefined;
  private readonly turns = new Turns(MAX_WAITING);

  private constructor(run: OpenRun, report: Report, until: number, events: UserEvents | undefined) {
    this.run = run;
    this.events = events;
    this.report = report;
    this.heldUntil = until;
    this.ids = new ItemIds(run.dataset, run.later?.newItems);
    this.users = new Map(run.dataset.users.map((id, index) => [id, index]));
    this.taken = trainingCounts(run.split);
  }

  /** It must be disposed of; `events` are the caller's. @throws as `openRun`. */
  static async open(directory: string, place: Place, report: Report, events?: UserEvents): Promise<RunDesk> {
    const run = await openRun(directory, { ...openOptions(place), acceptsLater: true, addedItems: true });
    const until = events === undefined ? 0 : heldUntil(await dataTimesOf(run));
    return new RunDesk(run, report, until, events);
  }

  /** `ask` once everything before it is answered. @throws BusyError where too many wait; and what `ask` throws. */
  inTurn<T>(ask: () => Promise<T>): Promise<T> {
    return this.turns.take(ask);
  }

  /** What explanations of several users share is read once, at the first. @throws as `openExplainer`. */
  explanations(): Promise<Explainer> {
    this.explainer ??= openExplainer(this.run, this.report).catch((error: unknown) => {
      this.explainer = undefined;
      throw error;
    });
    return this.explainer;
  }

  /** What a user took since, by events that the run's data do not hold, oldest first. */
  async takenSince(user: string): Promise<string[]> {
    const items = itemsSince(this.heldOf(user), await this.eventsOf(user));
    return Array.from(items, (item) => this.run.dataset.items[item]!.itemId);
  }

  /** What is known of a user, as item indices, oldest first: by the data, and by events since. */
  async historyOf(user: string): Promise<Int32Array> {
    return historyOf(this.heldOf(user), await this.eventsOf(user));
  }

  /** Item index of an id. @throws UsageError with those that may have been meant. */
  async itemIndex(id: string): Promise<number> {
    if (!this.ids.has(id)) throw await this.ids.refusal([id]);
    const [index] = await this.ids.require([id]);
    return index!;
  }

  private heldOf(user: string): HeldHistory {
    const { dataset, later } = this.run;
    const held = dataset.sequences[this.users.get(user) ?? -1] ?? later?.newcomers.get(user) ?? new Int32Array(0);
    return { held, until: this.heldUntil, indexOf: (itemId) => this.ids.indexOf(itemId) };
  }

  private async eventsOf(user: string): Promise<readonly KnownEvent[]> {
    return (await this.events?.of(user))?.events ?? [];
  }

  /** Once the last question is answered. */
  async dispose(): Promise<void> {
    await this.turns.idle();
    await this.run.recommender.dispose();
  }
}
