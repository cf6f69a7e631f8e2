// The runs of a server by name: which one answers whom, and changing one for another while requests go on.
import { realpath } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import { reasonOf } from "../../base/system-errors.ts";
import type { CompileOptions } from "../../engine/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import { type OpenRun, openRun, type RunConfig } from "../../runs/run.ts";
import type { Swapped } from "../contract/index.ts";
import type { ItemChange, Store } from "../events/store.ts";
import { RequestError } from "../request-error.ts";
import { partOf } from "../split.ts";
import { layChanges, NewVectors } from "./catalogue-changes.ts";
import { HeldModel } from "./held-model.ts";
import type { QueueOptions } from "./model-queue.ts";
import { factsOf, ServedRun } from "./served-run.ts";

export interface ServedRunsOptions {
  readonly dataset?: string | undefined;
  readonly compile: CompileOptions;
  readonly queue: QueueOptions;
  readonly report: Report;
  /** Default: made by the runs' own encoders. */
  readonly vectors?: NewVectors | undefined;
  /** Pause before new items that could not be taken along are tried again. Default a minute. */
  readonly againMs?: number | undefined;
}

interface Slot {
  readonly name: string;
  /** As opened, before what the shop changed. */
  base: OpenRun;
  /** Of `base`, held as long as it is there. */
  model: HeldModel;
  /** `base` with new items; `base` itself where there are none. */
  extended: OpenRun;
  current: ServedRun;
  /** New items are missing that may be had later. */
  isPartial: boolean;
}

/** What a slot holds of a run. */
type Opened = Pick<Slot, "base" | "model" | "extended" | "current" | "isPartial">;

const AGAIN_MS = 60_000;
/** What answers show is not what the store says: sooner than what waits for an encoder. */
const BEHIND_MS = 5000;

export class ServedRuns {
  private readonly slots: readonly Slot[];
  private readonly shares: ReadonlyMap<string, number>;
  private readonly store: Store;
  private readonly salt: string;
  private readonly options: ServedRunsOptions;
  private readonly vectors: NewVectors;
  /** Changes are made one after the other. */
  private changing: Promise<unknown> = Promise.resolve();
  private awaited: Promise<void> | undefined;
  private again: NodeJS.Timeout | undefined;
  private isClosed = false;
  /** What the store says of items could not be laid over the runs. */
  private isBehind = false;

  private constructor(
    slots: readonly Slot[],
    shares: ReadonlyMap<string, number>,
    store: Store,
    salt: string,
    options: ServedRunsOptions & { readonly vectors: NewVectors },
  ) {
    this.slots = slots;
    this.shares = shares;
    this.store = store;
    this.salt = salt;
    this.vectors = options.vectors;
    this.options = options;
    this.relayAgain();
  }

  /** @throws as `openRun`; UsageError for two runs of one name, or shares of others. */
  static async open(
    directories: readonly string[],
    shares: ReadonlyMap<string, number>,
    store: Store,
    options: ServedRunsOptions,
  ): Promise<ServedRuns> {
    const names = directories.map((directory) => basename(resolve(directory)));
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) throw new UsageError(`Two runs are called ${twice}: runs are named by their folders.`);
    const stranger = [...shares.keys()].find((name) => !names.includes(name));
    if (stranger !== undefined)
      throw new UsageError(`--split names ${stranger}, which is not served: ${names.join(", ")}.`);
    const { vectors = new NewVectors() } = options;
    const slots: Slot[] = [];
    for (const [at, directory] of directories.entries()) {
      const found = await opened(names[at]!, directory, await store.itemChanges(), vectors, options);
      slots.push({ name: names[at]!, ...found });
    }
    return new ServedRuns(slots, shares, store, await store.salt(), { ...options, vectors });
  }

  get all(): readonly ServedRun[] {
    return this.slots.map(({ current }) => current);
  }

  get first(): ServedRun {
    return this.slots[0]!.current;
  }

  /** Part of the users, from 0 to 1. */
  shareOf(name: string): number | undefined {
    return this.shares.get(name);
  }

  /** @throws RequestError (not_found) that lists the names. */
  named(name: string): ServedRun {
    return this.slot(name).current;
  }

  /** The run that is named, else the one that `key` (the user, or the history) falls to in the split. */
  choose(name: string | undefined, key: string): ServedRun {
    if (name !== undefined) return this.named(name);
    const part = partOf(this.shares, this.salt, key);
    return part === undefined ? this.first : this.named(part);
  }

  /**
   * Answer by the run in `directory` from now on.
   * @throws RequestError (conflict) where it cannot be opened; OperationError where the store is away.
   */
  swap(name: string, directory: string): Promise<Swapped> {
    return this.inTurn(async () => {
      const slot = this.slot(name);
      const changes = await this.store.itemChanges();
      const found = await opened(name, directory, changes, this.vectors, this.options).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw new RequestError("conflict", `${directory} cannot be served: ${reason}`);
      });
      const before = { ...slot };
      Object.assign(slot, found);
      await before.current.retire();
      await before.model.release();
      this.relayAgain();
      return { name, before: placeOf(before.current), now: placeOf(found.current) };
    });
  }

  /**
   * Lay what the store says of items over all runs again; where that fails, once more in a while. Who asks while it
   * waits for its turn shares it. @throws OperationError where the store is away.
   */
  relay(): Promise<void> {
    this.awaited ??= this.inTurn(async () => {
      this.awaited = undefined;
      if (this.isClosed) return;
      this.isBehind = true;
      try {
        await this.layAgain();
        this.isBehind = false;
      } finally {
        this.relayAgain();
      }
    });
    return this.awaited;
  }

  private async layAgain(): Promise<void> {
    const changes = await this.store.itemChanges();
    for (const slot of this.slots) {
      const before = slot.current;
      Object.assign(slot, await laidOver(slot, before.facts, changes, this.vectors, this.options));
      await before.retire();
    }
  }

  /** In a while, where something failed that may be mended by then. */
  private relayAgain(): void {
    clearTimeout(this.again);
    if (this.isClosed || !(this.isBehind || this.slots.some(({ isPartial }) => isPartial))) return;
    const { report, againMs = this.isBehind ? BEHIND_MS : AGAIN_MS } = this.options;
    const failed = (error: unknown) => report({ kind: "warning", message: `Changed items wait: ${reasonOf(error)}` });
    this.again = setTimeout(() => this.relay().catch(failed), againMs).unref();
  }

  /** Give all models back. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.again);
    await this.changing.catch(() => {});
    for (const { model, current } of this.slots) {
      await current.retire();
      await model.release();
    }
  }

  private slot(name: string): Slot {
    const found = this.slots.find((slot) => slot.name === name);
    if (found !== undefined) return found;
    const names = this.slots.map((slot) => slot.name).join(", ");
    throw new RequestError("not_found", `No run is called ${name}; served are ${names}.`);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.changing.then(work, work);
    this.changing = done.catch(() => {});
    return done;
  }
}

export function takesNewItems({ model, options }: RunConfig): boolean {
  return trainable(model).takesNewItems?.(options) === true;
}

async function opened(
  name: string,
  given: string,
  changes: readonly ItemChange[],
  vectors: NewVectors,
  options: ServedRunsOptions,
): Promise<Opened> {
  const { dataset, compile, queue } = options;
  // Where a link points now: it may point elsewhere when more is read of the run.
  const directory = await realpath(given).catch(() => given);
  const base = await openRun(directory, { dataset, compile, acceptsLater: true, addedItems: true });
  const model = new HeldModel(base.recommender, queue).hold();
  try {
    const facts = await factsOf(base);
    return { base, model, ...(await laidOver({ name, base, model }, facts, changes, vectors, options)) };
  } catch (error) {
    await model.release();
    throw error;
  }
}

async function laidOver(
  { name, base, model, extended: before, current }: Pick<Slot, "name" | "base" | "model"> & Partial<Opened>,
  facts: ServedRun["facts"],
  changes: readonly ItemChange[],
  vectors: NewVectors,
  { compile, queue, report }: ServedRunsOptions,
): Promise<Pick<Opened, "extended" | "current" | "isPartial">> {
  const [takesNew, version] = [takesNewItems(base.config), facts.modelVersion];
  const laid = await layChanges(base, changes, { takesNew, version, vectors, compile, report, before });
  const { run, overlay, extended, isPartial } = laid;
  const held = [model, current?.model].find((one) => one?.recommender === run.recommender);
  const own = held ?? new HeldModel(run.recommender, queue);
  return { extended, isPartial, current: new ServedRun(name, run, facts, { ...overlay, before: current }, own) };
}

function placeOf({ run, modelVersion }: ServedRun): Swapped["now"] {
  return { directory: run.directory, modelVersion };
}
