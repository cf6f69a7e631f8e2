// What `isrf explain` finds, as a plain record: docs/explanations.md says how each part is measured.
import type { ItemCard } from "../../runs/item-card.ts";
import type { Staleness } from "../../runs/later-version.ts";

/** By what a model can tell: the sum that its scores are, or what its answers lose without a piece of the question. */
export type Explanation = EvidenceExplanation | InterestExplanation;

interface ExplainedUser {
  readonly user: string;
  readonly task: "sequential";
  readonly system: string;
  /** Present where the run was asked about a later version of its data. */
  readonly stale?: Staleness | undefined;
  /** What was known of the user, oldest first. */
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
  /** Items that the recommended ones are compared with, in words. */
  readonly pool: string;
}

/** Of a model whose scores are sums of named terms. */
export interface EvidenceExplanation extends ExplainedUser {
  readonly kind: "evidence";
  /** Best first. */
  readonly recommendations: readonly SummedRecommendation[];
  /** Absent where users have no interests of their own. */
  readonly interests?: TwoInterests | undefined;
}

export interface SummedRecommendation extends SummedItem {
  readonly rank: number;
}

export interface SummedItem {
  readonly item: ItemCard;
  /** The sum of what the terms add. */
  readonly score: number;
  /** What the terms add otherwise: the sum of `typical`. */
  readonly typicalScore: number;
  /** In the order of the model. */
  readonly terms: readonly ExplainedTerm[];
}

/** One part of a score. */
export interface ExplainedTerm {
  /** Such as "neighbours". */
  readonly name: string;
  /** What its values are. */
  readonly describes: string;
  /** What it says of this item, in words. */
  readonly says: string;
  /** Its part of the score. */
  readonly adds: number;
  /** Mean of its part over the pool; 0 for terms of which 0 says that nothing is known. */
  readonly typical: number;
  /** `adds - typical`: above 0 it speaks for the item, below 0 against it. */
  readonly ahead: number;
  /** What it comes from, strongest first; empty where that cannot be named. */
  readonly behind: readonly TermEvidence[];
  /**
   * Term "group": how many of the similar users have the item in training, and how many would if they were anybody.
   * Absent for somebody new, of whom no similar users are known.
   */
  readonly group?: { readonly neighbours: number; readonly holders: number; readonly expected: number } | undefined;
  /** Term "text": what was reasoned to be at the item's core, where anything was. */
  readonly text?: string | undefined;
  /** Term "popularity": how many people have the item in training. */
  readonly people?: number | undefined;
}

export type TermEvidence =
  | {
      readonly kind: "item";
      /** Of the user's history. */
      readonly item: ItemCard;
      /** Comparable within a term. */
      readonly strength: number;
      /** Of the catalogue: category, brand, price tier, title words. */
      readonly shares: readonly string[];
      /** Term "text": what was reasoned to be at its core. */
      readonly text?: string | undefined;
    }
  | {
      readonly kind: "user";
      readonly userId: string;
      /** Cosine in [-1, 1]. */
      readonly similarity: number;
      /** What both users like. */
      readonly shares: readonly string[];
      /** What was reasoned to be at that user's core. */
      readonly text?: string | undefined;
    };

/** Of a model that is asked again without pieces of the question. */
export interface InterestExplanation extends ExplainedUser {
  readonly kind: "interests";
  /** Which of the user's interests the model's prompts carry; evidence of the others is not invented. */
  readonly carries: Carried;
  /** In words, when an interest is not carried. */
  readonly note?: string | undefined;
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
  /** Share of all users that have no such item but one of those nearest to it. */
  readonly shareOfAllAlike: number;
  /** Whether one of the two counts is more than so many users of all would have. */
  readonly isSupport: boolean;
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
  /** Similar users who speak for it, most similar first; none where everybody has it as often. */
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
  readonly support?: GroupSupport | undefined;
  /** Which evidence moved the rank, and how. */
  readonly moved: { readonly by: "individual" | "group" | "both" | "neither"; readonly detail: string };
}

/** Affinity of one user's individual and group interest to each category, both on the scale 0 to 1. */
export interface TwoInterests {
  readonly categories: readonly string[];
  readonly individual: readonly number[];
  /** Absent where the model reads no similar users. */
  readonly group?: readonly number[] | undefined;
  /** How the two were measured, in one sentence. */
  readonly note: string;
}
