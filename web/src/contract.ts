// What the server answers, as its contract says it.
export interface ItemCard {
  readonly id: string;
  readonly title?: string | undefined;
  readonly brand?: string | undefined;
  readonly price?: number | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly seen: number;
  readonly origin: "trained" | "added";
  readonly isRemoved?: boolean | undefined;
}

export interface Texts {
  readonly positive: string;
  readonly negative: string;
  readonly feature: string;
  readonly by: string;
}

export type Behind =
  | {
      readonly kind: "item";
      readonly item: ItemCard;
      readonly strength: number;
      readonly shares: readonly string[];
      readonly text?: string | undefined;
    }
  | {
      readonly kind: "user";
      readonly user: string;
      readonly similarity: number;
      readonly shares: readonly string[];
      readonly text?: string | undefined;
    };

export interface Reason {
  readonly term: string;
  readonly describes: string;
  readonly says: string;
  readonly adds: number;
  readonly typical: number;
  readonly ahead: number;
  readonly behind: readonly Behind[];
  readonly text?: string | undefined;
  readonly people?: number | undefined;
  readonly group?: { readonly neighbours: number; readonly holders: number; readonly expected: number } | undefined;
}

export interface Recommended {
  readonly rank: number;
  readonly score: number;
  readonly item: ItemCard;
  readonly reasons?: readonly Reason[] | undefined;
}

export interface RecommendationAnswer {
  readonly recommendationId: string;
  readonly run: string;
  readonly modelVersion: string;
  readonly system: string;
  readonly made: "model" | "history-only" | "fallback";
  readonly note?: string | undefined;
  readonly user?: string | undefined;
  readonly items: readonly Recommended[];
  readonly notices: readonly string[];
}

export interface ItemPage {
  readonly items: readonly ItemCard[];
  readonly total: number;
  readonly nextCursor?: string | undefined;
}

export interface ItemDetails extends ItemCard {
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
  readonly texts?: Texts | undefined;
  readonly holders: { readonly total: number; readonly users: readonly string[] };
  readonly events: number;
}

export interface SimilarItems {
  readonly item: ItemCard;
  readonly by: string;
  readonly items: readonly { readonly rank: number; readonly similarity: number; readonly item: ItemCard }[];
}

export interface UserRow {
  readonly id: string;
  readonly interactions: number;
  readonly lastAt?: string | undefined;
  readonly segment?: string | undefined;
}

export interface UserPage {
  readonly users: readonly UserRow[];
  readonly total: number;
  readonly nextCursor?: string | undefined;
}

export interface HistoryEntry {
  readonly item: ItemCard;
  readonly at?: string | undefined;
  readonly source: "training" | "held-out" | "event";
}

export interface UserDetails {
  readonly id: string;
  readonly known: boolean;
  readonly version: string;
  readonly history: readonly HistoryEntry[];
  readonly texts?: Texts | undefined;
  readonly similar: readonly { readonly user: string; readonly similarity: number; readonly shares: readonly string[] }[];
  readonly segment?: string | undefined;
  readonly interests?: { readonly individual: readonly ItemCard[]; readonly group: readonly ItemCard[] } | undefined;
}

export interface Share {
  readonly share: number;
  readonly shareOfAll: number;
}

export interface Segment {
  readonly id: string;
  readonly size: number;
  readonly title: string;
  readonly shares: readonly (Share & { readonly what: string })[];
  readonly items: readonly (Share & { readonly item: ItemCard })[];
  readonly centre: { readonly x: number; readonly y: number };
}

export interface SegmentLink {
  readonly a: string;
  readonly b: string;
  readonly similarity: number;
}

export interface Segments {
  readonly segments: readonly Segment[];
  readonly links: readonly SegmentLink[];
  readonly quality: string;
}

export interface SegmentPage extends Segment {
  readonly users: readonly UserRow[];
  readonly total: number;
  readonly nextCursor?: string | undefined;
}

export interface Popular {
  readonly items: readonly { readonly rank: number; readonly item: ItemCard; readonly count: number }[];
}

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export type Metrics = Readonly<Record<string, Interval>>;

export interface RunCard {
  readonly name: string;
  readonly directory: string;
  readonly system: string;
  readonly preset: string;
  readonly trainedAt?: string | undefined;
  readonly dataset: string;
  readonly counts: { readonly users: number; readonly items: number; readonly interactions: number };
  readonly modelVersion: string;
  readonly isDefault: boolean;
  readonly share?: number | undefined;
  readonly freshness: { readonly lastTrainingAt?: string | undefined; readonly eventsSince: number };
  /** Per question: "sequential", "direct uniform", ... */
  readonly metrics?: Readonly<Record<string, Metrics>> | undefined;
  readonly terms?: readonly string[] | undefined;
  readonly status: string;
}

export interface Ranks {
  readonly ranks: readonly {
    readonly id: string;
    readonly rank: number;
    readonly score: number;
    readonly of: number;
  }[];
}
