// The runs of a server by name: which one answers whom, and changing one for another while requests go on.
import { createHash } from "node:crypto";
import { basename, resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import type { CompileOptions } from "../../engine/index.ts";
import { trainable } from "../../recommenders/registry.ts";
import { type OpenRun, openRun, type RunConfig } from "../../runs/run.ts";
import type { Swapped } from "../contract/index.ts";
import type { Store } from "../events/store.ts";
import { RequestError } from "../request-error.ts";
import { layChanges, NewVectors } from "./catalogue-changes.ts";
import { HeldModel } from "./held-model.ts";
import type { QueueOptions } from "./model-queue.ts";
import { factsOf, ServedRun } from "./served-run.ts";

export interface ServedRunsOptions {
  readonly dataset?: string | undefined;
  readonly compile: CompileOptions;
  readonly queue: QueueOptions;
  readonly report: Report;
}

interface Slot {
  readonly name: string;
  /** Part of the users, from 0 to 1. */
  readonly share: number | undefined;
  /** As opened, before what the shop changed. */
  base: OpenRun;
  /** Of `base`, held as long as it is there. */
  model: HeldModel;
  current: ServedRun;
}

export class ServedRuns {
  private readonly slots: readonly Slot[];
  private readonly store: Store;
  private readonly salt: string;
  private readonly options: ServedRunsOptions;
  private readonly vectors = new NewVectors();
  /** Changes are made one after the other. */
  private changing: Promise<unknown> = Promise.resolve();
  private awaited: Promise<void> | undefined;
  private isClosed = false;

  private constructor(slots: readonly Slot[], store: Store, salt: string, options: ServedRunsOptions) {
    this.slots = slots;
    this.store = store;
    this.salt = salt;
    this.options = options;
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
    const vectors = new NewVectors();
    const slots: Slot[] = [];
    for (const [at, directory] of directories.entries()) {
      const found = await opened(names[at]!, directory, store, vectors, options);
      slots.push({ name: names[at]!, share: shares.get(names[at]!), ...found });
    }
    return new ServedRuns(slots, store, await store.salt(), options);
  }

  get all(): readonly ServedRun[] {
    return this.slots.map(({ current }) => current);
  }

  get first(): ServedRun {
    return this.slots[0]!.current;
  }

  shareOf(name: string): number | undefined {
    return this.slots.find((slot) => slot.name === name)?.share;
  }

  /** @throws RequestError (not_found) that lists the names. */
  named(name: string): ServedRun {
    return this.slot(name).current;
  }

  /** The run that is named, else the one that `key` (the user, or the history) falls to in the split. */
  choose(name: string | undefined, key: string): ServedRun {
    if (name !== undefined) return this.named(name);
    const split = this.slots.filter(({ share }) => share !== undefined);
    if (split.length === 0) return this.first;
    const hash = createHash("sha256").update(`${this.salt} ${key}`).digest();
    let at = hash.readUIntBE(0, 6) / 2 ** 48;
    for (const slot of split) {
      at -= slot.share!;
      if (at < 0) return slot.current;
    }
    return split.at(-1)!.current;
  }

  /** Answer by the run in `directory` from now on. @throws RequestError (conflict) where it cannot be opened. */
  swap(name: string, directory: string): Promise<Swapped> {
    return this.inTurn(async () => {
      const slot = this.slot(name);
      const found = await opened(name, directory, this.store, this.vectors, this.options).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw new RequestError("conflict", `${directory} cannot be served: ${reason}`);
      });
      const before = { ...slot };
      Object.assign(slot, found);
      await before.current.retire();
      await before.model.release();
      return { name, before: placeOf(before.current), now: placeOf(found.current) };
    });
  }

  /** Lay what the store says of items over all runs again. Who asks while that waits for its turn shares it. */
  relay(): Promise<void> {
    this.awaited ??= this.inTurn(async () => {
      this.awaited = undefined;
      if (this.isClosed) return;
      const changes = await this.store.itemChanges();
      for (const slot of this.slots) {
        const before = slot.current;
        slot.current = await laidOver(slot, before.facts, changes, this.vectors, this.options);
        await before.retire();
      }
    });
    return this.awaited;
  }

  /** Give all models back. */
  async close(): Promise<void> {
    this.isClosed = true;
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
  directory: string,
  store: Store,
  vectors: NewVectors,
  options: ServedRunsOptions,
): Promise<Pick<Slot, "base" | "model" | "current">> {
  const { dataset, compile, queue } = options;
  const base = await openRun(directory, { dataset, compile, acceptsLater: true, addedItems: true });
  const model = new HeldModel(base.recommender, queue).hold();
  try {
    const [facts, changes] = [await factsOf(base), await store.itemChanges()];
    return { base, model, current: await laidOver({ name, base, model }, facts, changes, vectors, options) };
  } catch (error) {
    await model.release();
    throw error;
  }
}

async function laidOver(
  { name, base, model }: Pick<Slot, "name" | "base" | "model">,
  facts: ServedRun["facts"],
  changes: Awaited<ReturnType<Store["itemChanges"]>>,
  vectors: NewVectors,
  { compile, queue, report }: ServedRunsOptions,
): Promise<ServedRun> {
  const takesNew = takesNewItems(base.config);
  const { run, overlay } = await layChanges(base, changes, { takesNew, vectors, compile, report });
  const own = run.recommender === base.recommender ? model : new HeldModel(run.recommender, queue);
  return new ServedRun(name, run, facts, overlay, own);
}

function placeOf({ run, modelVersion }: ServedRun): Swapped["now"] {
  return { directory: run.directory, modelVersion };
}
