// Who is asked about: users of the run, users whom the filters of the import left out, and newcomers. An id that is
// almost one of the dataset's is taken for a mistake, never for a newcomer: best sellers look like an answer.
import { UsageError } from "../../base/errors.ts";
import { NearIds } from "../../base/near-ids.ts";
import { type Dataset, filterWords, leftOutUserIds, leftOutUsers } from "../../data/index.ts";
import type { ItemIds } from "../../runs/item-ids.ts";

export interface Person {
  /** Undefined for somebody of whom a history alone is given. */
  readonly user: string | undefined;
  /** Undefined where the run does not know them. */
  readonly userIndex: number | undefined;
  /** Item indices, oldest first: what the model reads, and what is not answered. */
  readonly history: Int32Array;
  /** What else there is to say about them, in a sentence. */
  readonly note?: string | undefined;
}

/** A user id, and where it was read. */
export interface AskedId {
  readonly id: string;
  /** Such as "users.csv:3". */
  readonly place?: string | undefined;
}

export interface FindOptions {
  /** Take unknown ids for newcomers, however near they are to known ones. */
  readonly newUser?: boolean | undefined;
}

/** So many unknown ids are compared with all known ones: each comparison reads every id. */
const COMPARED = 200;
/** So many a message lists. */
const SHOWN = 3;

export class People {
  private readonly dataset: Dataset;
  private readonly items: ItemIds;
  private readonly newcomers: ReadonlyMap<string, Int32Array>;
  private readonly indices: ReadonlyMap<string, number>;

  /** `newcomers` came after the run was trained: their histories, of items that it knows. */
  constructor(dataset: Dataset, items: ItemIds, newcomers: ReadonlyMap<string, Int32Array> = new Map()) {
    this.dataset = dataset;
    this.newcomers = newcomers;
    this.items = items;
    this.indices = new Map(dataset.users.map((id, index) => [id, index]));
  }

  isKnown(id: string): boolean {
    return this.indices.has(id) || this.newcomers.has(id);
  }

  /** A word that is no id itself may hold several, separated by commas: where at least one of them is known. */
  idsIn(words: readonly string[]): string[] {
    const ids = words.flatMap((word) => {
      if (this.isKnown(word)) return [word];
      const parts = word.split(",").map((part) => part.trim());
      return parts.some((part) => this.isKnown(part)) ? parts.filter((part) => part !== "") : [word];
    });
    return [...new Set(ids)];
  }

  all(): Person[] {
    const known = this.dataset.users.map((user, userIndex) => this.known(user, userIndex));
    return [...known, ...Array.from(this.newcomers, ([user, history]) => since(user, history))];
  }

  /** @throws UsageError for ids that are unknown and near to known ones, unless `newUser`. */
  async find(asked: readonly AskedId[], { newUser = false }: FindOptions = {}): Promise<Person[]> {
    const named = asked.map(({ id, place }) => ({ id: this.isKnown(id) ? id : id.trim(), place }));
    const strange = named.filter(({ id }) => !this.isKnown(id));
    const leftOut = await leftOutUsers(
      this.dataset,
      strange.map(({ id }) => id),
    );
    const unknown = strange.filter(({ id }) => !leftOut.has(id));
    if (!newUser) await this.refuseMistakes(unknown, asked.length);
    return named.map(({ id }) => {
      const userIndex = this.indices.get(id);
      if (userIndex !== undefined) return this.known(id, userIndex);
      const history = this.newcomers.get(id);
      if (history !== undefined) return since(id, history);
      const itemIds = leftOut.get(id);
      return itemIds === undefined ? newcomer(id) : this.leftOut(id, itemIds);
    });
  }

  private known(user: string, userIndex: number): Person {
    const history = this.dataset.sequences[userIndex]!;
    // In a later version of the data nothing may be left of somebody.
    return { user, userIndex: history.length === 0 ? undefined : userIndex, history };
  }

  private leftOut(user: string, itemIds: readonly string[]): Person {
    const { items: history } = this.items.find(itemIds);
    const had = `${itemIds.length} item${itemIds.length === 1 ? "" : "s"}`;
    const note = `The filters of the import (${filterWords(this.dataset)}) left this user out, who had ${had}; ${history.length} of them can be reckoned with.`;
    return { user, userIndex: undefined, history, note };
  }

  private async refuseMistakes(unknown: readonly AskedId[], asked: number): Promise<void> {
    if (unknown.length === 0) return;
    const known = new NearIds([...this.dataset.users, ...(await leftOutUserIds(this.dataset))]);
    const mistakes: string[] = [];
    for (const { id, place } of unknown.slice(0, COMPARED)) {
      const near = [id, ...id.split(",")].map((word) => known.of(word)).find((found) => found.length > 0) ?? [];
      if (near.length === 0) continue;
      const where = place === undefined ? "" : ` (${place})`;
      mistakes.push(`user ${id}${where} is not in ${this.dataset.directory}; did you mean ${near.join(" or ")}?`);
      if (mistakes.length === SHOWN) break;
    }
    if (mistakes.length === 0) return;
    const rest = asked > 1 ? `\nUnknown are ${unknown.length} of ${asked} users.` : "";
    throw new UsageError(
      `${mistakes.join("\n")}${rest} For somebody new add --new-user, which answers by popularity, or --history with what they have.`,
    );
  }
}

function since(user: string, history: Int32Array): Person {
  const note = `This user came after the run was trained; ${history.length} of the user's items are known to it.`;
  return { user, userIndex: undefined, history, note };
}

function newcomer(user: string): Person {
  return { user, userIndex: undefined, history: new Int32Array(0) };
}
