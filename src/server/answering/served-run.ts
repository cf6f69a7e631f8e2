// A run that answers: opened once, with everything that answers need of it in memory, so that it goes on when its files
// are removed. It never changes; a later one takes its place.
import { join } from "node:path";
import { internal } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { trainingCounts } from "../../data/index.ts";
import { EvidenceExplainer, type Explainer, openExplainer } from "../../pipeline/explain/index.ts";
import { Fallbacks } from "../../pipeline/recommend/index.ts";
import { areAsLearned, choiceWords, type TermChoice, withChosenTerms } from "../../runs/chosen-terms.ts";
import { modelVersion } from "../../runs/model-version.ts";
import { CONFIG, type OpenRun } from "../../runs/run.ts";
import type { ItemCard } from "../contract/index.ts";
import { type DataTimes, dataTimesOf } from "../events/history.ts";
import { CatalogueIndex } from "./catalogue-index.ts";
import type { HeldModel } from "./held-model.ts";
import { itemIndexOf } from "./item-index.ts";
import type { ModelQueue } from "./model-queue.ts";
import { queued } from "./queued-recommender.ts";

/** What the shop says of items beyond the run's own catalogue, by index. */
export interface Overlay {
  readonly removed: ReadonlySet<number>;
  /** How many items at the end were added through the API or `isrf items add`. */
  readonly added: number;
  /** By itemId, where it is at hand. */
  readonly itemIndex?: ReadonlyMap<string, number> | undefined;
  /** Whose place it takes: what it knows of the same items and people is taken over. */
  readonly before?: ServedRun | undefined;
}

/** Choices of terms that are kept ready. */
const MAX_VARIANTS = 32;
let generations = 0;

export class ServedRun {
  readonly name: string;
  /** As opened; its recommender is asked through the queue alone. */
  readonly run: OpenRun;
  readonly model: HeldModel;
  readonly itemIndex: ReadonlyMap<string, number>;
  readonly userIndex: ReadonlyMap<string, number>;
  readonly index: CatalogueIndex;
  readonly fallbacks: Fallbacks;
  /** Interactions of each item in training. */
  readonly seen: Int32Array;
  readonly removed: ReadonlySet<number>;
  readonly modelVersion: string;
  readonly trainedAt: Date;
  /** Newest interaction of the data, in ms; undefined where times are not known. */
  readonly lastDataAt: number | undefined;
  /** Never the same for two that were opened. */
  readonly generation = ++generations;
  /** The same for those that differ in nothing but what is said of items. */
  readonly dataGeneration: number;
  private readonly firstAdded: number;
  private readonly cards: (ItemCard | undefined)[];
  private readonly variants = new Map<string, OpenRun>();
  private explainer: Promise<Explainer> | undefined;
  private users = 0;
  private isRetired = false;
  private isReleased = false;

  /** Holds `model`, whose recommender is that of `run`, until it is retired. */
  constructor(
    name: string,
    run: OpenRun,
    facts: RunFacts,
    { removed, added, itemIndex, before }: Overlay,
    model: HeldModel,
  ) {
    this.name = name;
    this.model = model.hold();
    this.run = { ...run, recommender: queued(model.recommender, model.queue) };
    const { items, users } = run.dataset;
    const same = before?.run.split === run.split ? before : undefined;
    this.itemIndex = same?.itemIndex ?? itemIndex ?? itemIndexOf(items);
    this.userIndex = same?.userIndex ?? new Map(users.map((id, index) => [id, index]));
    this.removed = removed;
    this.index = new CatalogueIndex(items, this.itemIndex, removed, { before: same?.index });
    this.fallbacks = same?.fallbacks ?? new Fallbacks(run);
    this.seen = same?.seen ?? trainingCounts(run.split);
    this.dataGeneration = same?.dataGeneration ?? this.generation;
    this.firstAdded = items.length - added;
    this.cards = new Array<ItemCard | undefined>(items.length);
    this.modelVersion = facts.modelVersion;
    this.trainedAt = facts.trainedAt;
    this.lastDataAt = facts.lastDataAt;
  }

  get queue(): ModelQueue {
    return this.model.queue;
  }

  get facts(): RunFacts {
    return { modelVersion: this.modelVersion, trainedAt: this.trainedAt, lastDataAt: this.lastDataAt };
  }

  /** As lists show it: without its description. */
  card(item: number): ItemCard {
    this.cards[item] ??= this.makeCard(item);
    return this.cards[item];
  }

  cardOf(itemId: string): ItemCard {
    const index = this.itemIndex.get(itemId);
    return index === undefined ? { id: itemId, seen: 0, origin: "added" } : this.card(index);
  }

  /** The run with the terms of `choice`. @throws as `withChosenTerms`. */
  variant(choice: TermChoice): OpenRun {
    if (areAsLearned(choice)) return this.run;
    const key = choiceWords(choice);
    const known = this.variants.get(key);
    if (known !== undefined) return known;
    const chosen = withChosenTerms({ ...this.run, recommender: this.model.recommender }, choice);
    const made = { ...chosen, recommender: queued(chosen.recommender, this.queue) };
    if (this.variants.size >= MAX_VARIANTS) this.variants.delete(this.variants.keys().next().value!);
    this.variants.set(key, made);
    return made;
  }

  /** @throws as `openExplainer`. */
  explainerOf(): Promise<Explainer> {
    this.explainer ??= openExplainer({ ...this.run, recommender: this.model.recommender }).catch((error: unknown) => {
      this.explainer = undefined;
      throw error;
    });
    return this.explainer;
  }

  /** Undefined for a run whose scores are no sums of evidence. */
  async evidenceExplainer(): Promise<EvidenceExplainer | undefined> {
    if (this.model.recommender.evidence === undefined) return undefined;
    const explainer = await this.explainerOf();
    return explainer instanceof EvidenceExplainer ? explainer : undefined;
  }

  /** Whether its files are still there. */
  isThere(): Promise<boolean> {
    return exists(join(this.run.directory, CONFIG));
  }

  /**
   * Hold it while `work` asks it. To be called in the turn in which the run was chosen: after any `await` another may
   * have taken its place. @throws where its model was given back already; and what `work` throws.
   */
  async use<T>(work: (run: this) => Promise<T>): Promise<T> {
    if (this.isReleased) throw internal(`run ${this.name} is asked after its model was given back`);
    this.users++;
    try {
      return await work(this);
    } finally {
      this.users--;
      await this.releaseWhenDone();
    }
  }

  /** Give the model back as soon as nobody asks it any more. */
  async retire(): Promise<void> {
    this.isRetired = true;
    await this.releaseWhenDone();
  }

  /** Once: others may hold the same model. */
  private async releaseWhenDone(): Promise<void> {
    if (!this.isRetired || this.users > 0 || this.isReleased) return;
    this.isReleased = true;
    await this.model.release();
  }

  private makeCard(item: number): ItemCard {
    const { itemId, title, brand, price, categories } = this.run.dataset.items[item]!;
    return {
      id: itemId,
      title,
      brand,
      price,
      categories: categories && [...categories],
      seen: this.seen[item]!,
      origin: item < this.firstAdded ? "trained" : "added",
      isRemoved: this.removed.has(item) ? true : undefined,
    };
  }
}

export interface RunFacts extends DataTimes {
  readonly modelVersion: string;
}

export async function factsOf(run: OpenRun): Promise<RunFacts> {
  return { modelVersion: await modelVersion(run.directory), ...(await dataTimesOf(run)) };
}
