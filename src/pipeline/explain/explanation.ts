// What `isrf explain` finds, as a plain record: docs/explanations.md says how each part is measured.
import type { ItemCard } from "../../runs/item-card.ts";
import type { Staleness } from "../../runs/later-version.ts";

export interface Explanation {
  readonly user: string;
  readonly task: "sequential";
  readonly system: string;
  /** Present where the run was asked about a later version of its data. */
  readonly stale?: Staleness | undefined;
  /** What the prompt knew of the user, oldest first. */
  readonly history: readonly ItemCard[];
  /** What was reasoned about the user, and by whom; absent when the run's vectors are of plain attributes. */
  readonly texts?:
    | {
        readonly positive: string;
        readonly negative: string;
        readonly feature: string;
        readonly by: string;
      }
    | undefined;
  /** Which of the user's interests the model's prompts carry; evidence of the others is not invented. */
  readonly carries: Carried;
  /** In words, when an interest is not carried. */
  readonly note?: string | undefined;
  /** Items among which ranks are counted, in words. */
  readonly pool: string;
  /** Best first. */
  readonly recommendations: readonly ExplainedRecommendation[];
  readonly interests: TwoInterests;
}

export interface Carried {
  readonly individual: boolean;
  readonly group: boolean;
}

export interface ExplainedRecommendation extends ExplainedItem {
  readonly rank: number;
  readonly individual: readonly IndividualEvidence[];
  readonly support: GroupSupport;
  /** Undefined when the prompts carry neither interest. */
  readonly ranks?: CounterfactualRanks | undefined;
}

export interface IndividualEvidence {
  readonly item: ItemCard;
  readonly sharedFeatures: readonly string[];
  /** How much the recommended item's score falls when this item is taken out of the prompt; above 0. */
  readonly strength: number;
}

/** How many of the similar users have the recommended item, or one of the items nearest to it, in training. */
export interface GroupSupport {
  readonly neighbours: number;
  readonly bought: number;
  readonly boughtAlike: number;
  /** Share of all users that have the item in training, for comparison. */
  readonly shareOfAll: number;
}

/** Exact ranks in the pool: as it is, and with an interest replaced by the mean over users. */
export interface CounterfactualRanks {
  readonly pool: number;
  readonly actual: number;
  /** Undefined where the prompts do not carry the interest. */
  readonly withoutIndividual?: number | undefined;
  readonly withoutGroup?: number | undefined;
}

export interface ExplainedItem {
  readonly item: ItemCard;
  readonly score: number;
  /** Items of the user's own history that speak for it, strongest first. */
  readonly individual: readonly { readonly item: ItemCard; readonly sharedFeatures: readonly string[] }[];
  /** Similar users who speak for it, most similar first. */
  readonly group: readonly {
    readonly userId: string;
    /** Cosine in [-1, 1]. */
    readonly similarity: number;
    /** What both users like. */
    readonly shares: readonly string[];
    /** What they bought that speaks for the recommendation. */
    readonly bought: readonly ItemCard[];
  }[];
  /** How many of the similar users have the item, or one like it; the share of all users stands beside it. */
  readonly support?:
    | {
        readonly neighbours: number;
        readonly bought: number;
        readonly boughtAlike: number;
        readonly shareOfAll: number;
      }
    | undefined;
  /** Which evidence moved the rank, and how. */
  readonly moved: { readonly by: "individual" | "group" | "both" | "neither"; readonly detail: string };
}

/** Affinity of one user's individual and group interest to each category, both on the scale 0 to 1. */
export interface TwoInterests {
  readonly categories: readonly string[];
  readonly individual: readonly number[];
  readonly group: readonly number[];
  /** How the two were measured, in one sentence. */
  readonly note: string;
}
