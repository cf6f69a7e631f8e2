// What one person is answered.
import type { Task } from "../../recommenders/recommender.ts";
import type { ItemCard } from "../../runs/item-card.ts";
import type { Staleness } from "../../runs/later-version.ts";

/** Who answers for people that the run does not know. */
export type Fallback = "popularity" | "item-knn";

export interface Recommendation {
  readonly rank: number;
  readonly item: ItemCard;
  /** Comparable within one list only; `scores` says what it is. */
  readonly score: number;
}

export interface Recommendations {
  /** Absent for somebody of whom a history alone was given. */
  readonly user?: string | undefined;
  readonly task: Task;
  /** Whose list this is: the run's model, or the fallback. */
  readonly system: string;
  /** Present when the run does not know the user. */
  readonly fallback?: Fallback | undefined;
  /** What else there is to say about the user or the history, in sentences. */
  readonly note?: string | undefined;
  /** Present where the run was asked about a later version of its data. */
  readonly stale?: Staleness | undefined;
  /** Why there is nothing to recommend. */
  readonly empty?: string | undefined;
  /** What could be answered, in words. */
  readonly answerSpace: string;
  /** What the scores are, in words. */
  readonly scores: string;
  /** Present where the system writes freely: how many texts it wrote, most of which may name no item. */
  readonly generated?: number | undefined;
  /** Best first. */
  readonly recommendations: readonly Recommendation[];
}
