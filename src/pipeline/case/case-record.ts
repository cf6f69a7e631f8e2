// One user as the paper's figure 5 shows one: what was reasoned, who is alike, what two systems recommend, and where
// the item that really came next stands.
import type { ItemCard } from "../../runs/item-card.ts";
import type { TwoInterests } from "../explain/explanation.ts";
import type { ChainWriting, ShownChain } from "../reason/index.ts";

export interface CaseItem extends ItemCard {
  /** Whether this is what the user took next. */
  readonly isTruth: boolean;
  /** Whether the user's history has nothing of its category. */
  readonly isNew: boolean;
}

export interface CaseList {
  readonly run: string;
  readonly system: string;
  /** Best first. */
  readonly items: readonly CaseItem[];
  /** Place of the truth, from 1; absent beyond `searched`. */
  readonly rank?: number | undefined;
  readonly searched: number;
}

/** Places of the truth among itself and popular items: as it is, and with an interest replaced by the mean. */
export interface CaseRanks {
  readonly pool: number;
  readonly actual: number;
  readonly withoutIndividual?: number | undefined;
  readonly withoutGroup?: number | undefined;
}

export interface CaseRecord {
  readonly format: 1;
  readonly kind: "case study";
  readonly dataset: string;
  readonly user: string;
  /** How the user was chosen, in words. */
  readonly rule: string;
  readonly truth: CaseItem;
  /** Who was told of the truth before, in sentences, though nothing that is asked here is; empty: nobody. */
  readonly told: readonly string[];
  /** What both systems were told, oldest first: everything but the truth. */
  readonly history: readonly ItemCard[];
  /** Absent where texts were not reasoned. */
  readonly userChain?: ShownChain | undefined;
  readonly itemChain?: ShownChain | undefined;
  readonly chainsBy?: ChainWriting | undefined;
  /** Most alike first; `shares`: categories of theirs that the user's history lacks. */
  readonly neighbours: readonly {
    readonly userId: string;
    readonly cosine: number;
    readonly shares: readonly string[];
  }[];
  readonly interests: TwoInterests | undefined;
  readonly lists: readonly CaseList[];
  readonly ranks?: CaseRanks | undefined;
}
