// What the report shows: plain records with full values; rounding and escaping happen when it is rendered.

export interface ReportData {
  /** Such as "A synthetic shop, from individual to group interests". */
  readonly title: string;
  readonly dataset: ReportDataset;
  /** In the order in which they ran. */
  readonly stages: readonly ReportStage[];
  readonly reasoner: ReportReasoner;
  /** One figure each, such as the training losses and the validation curve. */
  readonly curves: readonly CurveFigure[];
  /** One entry per task, in the order to show. */
  readonly tasks: readonly TaskMetrics[];
  readonly example?: ExampleUser;
  readonly provenance: Provenance;
}

export interface ReportDataset {
  readonly name: string;
  /** Such as `{ label: "users", value: 400 }`; numbers get thousands separators. */
  readonly facts: readonly { readonly label: string; readonly value: number | string }[];
  /** One or two sentences on where the data comes from. */
  readonly note?: string;
}

export interface ReportStage {
  readonly name: string;
  readonly seconds: number;
  /** Such as "1,920 texts, 1,200 steps". */
  readonly detail?: string;
}

export interface ReportReasoner {
  /** Such as "rule-based (offline)"; shown wherever its texts appear. */
  readonly label: string;
  /** True when no language model wrote the texts: the report then says so in words. */
  readonly isRuleBased: boolean;
}

export interface CurveFigure {
  readonly title: string;
  /** Such as "epoch" or "step". */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }[];
  /** A vertical line, such as the checkpoint that was kept. */
  readonly marker?: { readonly x: number; readonly label: string };
}

/** `value` with its 95 % interval; `low` and `high` are absent when none was computed. */
export interface MetricValue {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** A `TaskEvaluation` of an evaluation record fits as it is. */
export interface TaskMetrics {
  readonly task: "sequential" | "direct";
  /** How the wrong candidates were drawn; direct only. */
  readonly candidates?: "uniform" | "popularity";
  /** Users that were asked for. */
  readonly users: number;
  /** Mean size of the answer space: unseen items, or candidates. */
  readonly answers: number;
  /** Share of users whose held-out item nobody had in training. */
  readonly coldTargets?: number;
  /** What a random order scores. */
  readonly random?: Readonly<Record<string, number>>;
  /** Model first, then the yardsticks it is measured against. */
  readonly systems: readonly SystemMetrics[];
}

export interface SystemMetrics {
  /** Such as "isrf", "popularity", "id-rule", "item-knn". */
  readonly name: string;
  /**
   * `model` was trained here; a `yardstick` needs no training; a `canary` would only score high if data leaked; `fused` adds
   * up scores of several.
   */
  readonly kind: "model" | "yardstick" | "canary" | "fused";
  /** By metric name: `{ "HR@10": { value: 0.31, low: 0.27, high: 0.36 } }`. */
  readonly metrics: Readonly<Record<string, MetricValue>>;
}

export interface ItemCard {
  readonly itemId: string;
  readonly title: string;
  /** Such as "Outdoor > Camping". */
  readonly category?: string;
  readonly brand?: string;
  readonly price?: number;
}

export interface ExampleUser {
  readonly userId: string;
  /** Oldest first. */
  readonly history: readonly ItemCard[];
  /** What the reasoner wrote about this user, if anything. */
  readonly texts?: { readonly positive: string; readonly negative: string; readonly feature: string };
  readonly recommendations: readonly ExplainedItem[];
  /** The held-out item that the user took next. */
  readonly actualNext?: ItemCard;
  readonly interests?: TwoInterests;
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
  readonly support?: {
    readonly neighbours: number;
    readonly bought: number;
    readonly boughtAlike: number;
    readonly shareOfAll: number;
  };
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

export interface Provenance {
  readonly command: string;
  readonly seed: number;
  readonly protocol: "strict" | "paper";
  /** Results with different fingerprints are not comparable. */
  readonly fingerprint: string;
  readonly checks: readonly {
    readonly name: string;
    readonly verdict: "ok" | "warn" | "fail" | "unknown";
    readonly detail: string;
  }[];
  /** Such as `{ name: "isrf", version: "0.1.0" }`. */
  readonly versions: readonly { readonly name: string; readonly version: string }[];
}
