// From what people call items to their indices, and the words about ids that are none.
import { UsageError } from "../base/errors.ts";
import { NearIds } from "../base/near-ids.ts";
import { type Dataset, filterWords, leftOutItems } from "../data/index.ts";

export interface FoundItems {
  /** Without repeats, in the order in which they were named. */
  readonly items: Int32Array;
  /** Ids that the dataset lacks. */
  readonly unknown: readonly string[];
}

export class ItemIds {
  private readonly dataset: Dataset;
  private readonly newItems: ReadonlySet<string>;
  private readonly indices: ReadonlyMap<string, number>;

  /** `newItems` came after the run's model was trained: they are no items of its dataset. */
  constructor(dataset: Dataset, newItems: ReadonlySet<string> = new Set()) {
    this.dataset = dataset;
    this.newItems = newItems;
    this.indices = new Map(dataset.items.map(({ itemId }, index) => [itemId, index]));
  }

  has(itemId: string): boolean {
    return this.indices.has(itemId);
  }

  /** Undefined for an id that is none. */
  indexOf(itemId: string): number | undefined {
    return this.indices.get(itemId);
  }

  /** A word that is no id itself may hold several, separated by commas; blanks around an id do not count. */
  find(words: readonly string[]): FoundItems {
    const ids = words.flatMap((word) => (this.has(word) ? [word] : word.split(",").map((id) => id.trim())));
    const named = [...new Set(ids.filter((id) => id !== ""))];
    return {
      items: Int32Array.from(
        named.filter((id) => this.has(id)),
        (id) => this.indices.get(id)!,
      ),
      unknown: named.filter((id) => !this.has(id)),
    };
  }

  /** As `find`. @throws UsageError that names every id that is none, with those that may have been meant. */
  async require(words: readonly string[]): Promise<Int32Array> {
    const { items, unknown } = this.find(words);
    if (unknown.length > 0) throw await this.refusal(unknown);
    return items;
  }

  async refusal(unknown: readonly string[]): Promise<UsageError> {
    return new UsageError(await this.wordsAbout(unknown));
  }

  /**
   * "item P99 is not in shop; did you mean P9?", of several "items P98, P99 are ...", of those that an import left out
   * why.
   */
  async wordsAbout(unknown: readonly string[]): Promise<string> {
    const leftOut = await leftOutItems(this.dataset, unknown);
    const since = unknown.filter((id) => this.newItems.has(id));
    const strange = unknown.filter((id) => !leftOut.has(id) && !this.newItems.has(id));
    const { directory } = this.dataset;
    const removed = [...leftOut];
    return [
      ...(since.length === 0 ? [] : [`${named("item", since)} newer than the run, which does not know such items.`]),
      ...(strange.length === 0 ? [] : [`${named("item", strange)} not in ${directory}; ${this.hint(strange)}`]),
      ...(removed.length === 0
        ? []
        : [`${named("item", removed)} left out of ${directory} by its filters (${filterWords(this.dataset)}).`]),
    ].join(" ");
  }

  private hint(strange: readonly string[]): string {
    const known = new NearIds(this.indices.keys());
    const near = [...new Set(strange.slice(0, COMPARED).flatMap((id) => known.of(id, 1)))];
    return near.length === 0
      ? `a known one is ${this.dataset.items[0]!.itemId}`
      : `did you mean ${near.slice(0, SHOWN).join(", ")}?`;
  }
}

/** So many ids a sentence lists. */
const SHOWN = 5;
/** So many are compared with all known ones. */
const COMPARED = 50;

function named(noun: string, ids: readonly string[]): string {
  const more = ids.length > SHOWN ? ` and ${ids.length - SHOWN} more` : "";
  return `${noun}${ids.length === 1 ? "" : "s"} ${ids.slice(0, SHOWN).join(", ")}${more} ${ids.length === 1 ? "is" : "are"}`;
}
