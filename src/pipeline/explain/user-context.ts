// What explanations need of a user beside the model: the similar users, their texts, and the words for what is shared.
import { InputError } from "../../base/errors.ts";
import { type Matrix, row } from "../../base/matrix.ts";
import type { Report } from "../../base/progress.ts";
import type { Dataset, Split } from "../../data/index.ts";
import type { Embeddings } from "../../embedding/index.ts";
import { readItemTexts, readUserTexts, type UserTexts } from "../../reasoning/index.ts";
import type { OpenRun } from "../../runs/run.ts";
import type { Explanation, TwoInterests } from "./explanation.ts";
import { SharedFeatures } from "./features.ts";
import { type Neighbour, nearestRows } from "./nearest-rows.ts";
import { twoInterests } from "./two-interests.ts";

/** What words about a list need. */
export interface ListContext {
  readonly dataset: Dataset;
  readonly split: Split;
  readonly features: SharedFeatures;
  /** Of the user and the neighbours, where texts were reasoned. */
  readonly texts: UserTexts | undefined;
  /** Undefined for somebody whom the run does not know. */
  readonly userIndex: number | undefined;
}

export interface UserContext extends ListContext {
  readonly itemVectors: Matrix;
  readonly userIndex: number;
  /** The user's row of the graph (eq. 6), most similar first. */
  readonly neighbours: readonly Neighbour[];
}

/** Texts and vectors that the run was trained with, and the data beside which they lie. */
export interface TrainedWith {
  readonly embeddings: Embeddings;
  readonly dataset: Dataset;
}

/** Contexts of a run's users. */
export class UserContexts {
  readonly run: OpenRun;
  private readonly trainedWith: TrainedWith;
  private readonly neighbours: number;
  private readonly report: Report;
  readonly features: SharedFeatures;
  /** Texts of items that were asked for, which do not change. */
  private readonly readTexts = new Map<number, string | undefined>();

  /** `neighbours`: how many similar users there are. */
  constructor(run: OpenRun, trainedWith: TrainedWith, neighbours: number, report: Report) {
    this.run = run;
    this.trainedWith = trainedWith;
    this.neighbours = neighbours;
    this.report = report;
    this.features = new SharedFeatures(run.dataset, run.split);
  }

  async of(userIndex: number): Promise<UserContext> {
    const { dataset, split } = this.run;
    const { users, items } = this.trainedWith.embeddings;
    await this.features.forUsers();
    const neighbours = nearestRows(users, userIndex, this.neighbours);
    const texts = await this.textsOf([userIndex, ...neighbours.map(({ index }) => index)]);
    return { dataset, split, features: this.features, texts, itemVectors: items, userIndex, neighbours };
  }

  /** What was reasoned to be at the core of items, by index; empty where nothing was. Added items bring their own. */
  async itemTexts(items: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const { dataset } = this.trainedWith;
    const trained = dataset.items.length;
    const unread = [...new Set(items)].filter((item) => item < trained && !this.readTexts.has(item));
    if (unread.length > 0) {
      const texts = await this.ifReasoned(() => readItemTexts(dataset.directory, dataset, unread, this.report));
      for (const item of unread) this.readTexts.set(item, texts?.get(item)?.feature);
    }
    const entries = this.run.added?.entries ?? [];
    const textOf = (item: number) => (item < trained ? this.readTexts.get(item) : entries[item - trained]!.text);
    return new Map(items.map((item) => [item, textOf(item)] as const).filter(isTold));
  }

  /** Texts of `userIndex` and `others`, where any were reasoned. */
  async userTexts(userIndex: number | undefined, others: readonly number[]): Promise<UserTexts | undefined> {
    const users = new Set(userIndex === undefined ? others : [userIndex, ...others]);
    return users.size === 0 ? undefined : this.textsOf([...users]);
  }

  private textsOf(users: readonly number[]): Promise<UserTexts | undefined> {
    const { dataset } = this.trainedWith;
    return this.ifReasoned(() => readUserTexts(dataset.directory, dataset, users, this.report));
  }

  /** Texts exist only where the vectors came from reasoning. */
  private async ifReasoned<T>(read: () => Promise<T>): Promise<T | undefined> {
    if (this.trainedWith.embeddings.manifest.textsBy === "attributes") return undefined;
    try {
      return await read();
    } catch (error) {
      // The vectors are there, so an explanation without the texts is still one.
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }
}

function isTold(entry: readonly [number, string | undefined]): entry is readonly [number, string] {
  return entry[1] !== undefined;
}

/** What was reasoned about the user, and by whom. */
export function ownTexts({ texts, userIndex }: ListContext): Explanation["texts"] {
  const own = userIndex === undefined ? undefined : texts?.texts.get(userIndex);
  return own && { ...own, by: texts!.writers.get(userIndex!) ?? texts!.source };
}

/** Both interests as affinities, from individual interests of all users and items in one space. */
export function interestsOf(
  { dataset, userIndex, neighbours }: UserContext,
  { users, items }: { readonly users: Matrix; readonly items: Matrix },
): TwoInterests {
  return twoInterests({
    items: dataset.items,
    itemInterests: items,
    individual: row(users, userIndex),
    neighbours: neighbours.map(({ index }) => row(users, index)),
  });
}
