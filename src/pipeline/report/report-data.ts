// What the report shows: plain records with full values; rounding and escaping happen when it is rendered.
import type { ItemCard } from "../../runs/item-card.ts";
import type { ExplainedItem, SummedItem, TwoInterests } from "../explain/explanation.ts";
import type { ChainWriting } from "../reason/chain-writing.ts";
import type { JudgedChain } from "../reason/judged-chain.ts";

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
  readonly example?: ExampleUser | undefined;
  /** More users, each behind a line that unfolds. */
  readonly furtherExamples?: readonly ExampleUser[] | undefined;
  /** Chains of texts about some items and users, drawn by the seed. */
  readonly chains?: readonly JudgedChain[] | undefined;
  /** How these were written, where that is the same for all. */
  readonly chainsBy?: ChainWriting | undefined;
  readonly provenance: Provenance;
}

export interface ReportDataset {
  readonly name: string;
  /** Such as `{ label: "users", value: 400 }`; numbers get thousands separators. */
  readonly facts: readonly { readonly label: string; readonly value: number | string }[];
  /** One or two sentences on where the data comes from. */
  readonly note?: string | undefined;
}

export interface ReportStage {
  readonly name: string;
  readonly seconds: number;
  /** Such as "1,920 texts, 1,200 steps". */
  readonly detail?: string | undefined;
}

export interface ReportReasoner {
  /** Such as "rule-based (offline)"; shown wherever its texts appear. */
  readonly label: string;
  /** True when no language model wrote the texts: the report then says so in words. */
  readonly isRuleBased: boolean;
  /** False where nobody wrote texts: the catalogue's own words were embedded. Default true. */
  readonly hasWritten?: boolean | undefined;
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
  readonly marker?: { readonly x: number; readonly label: string } | undefined;
}

/** `value` with its 95 % interval; `low` and `high` are absent when none was computed. */
export interface MetricValue {
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A `TaskEvaluation` of an evaluation record fits as it is. */
export interface TaskMetrics {
  readonly task: "sequential" | "direct";
  /** How the wrong candidates were drawn; direct only. */
  readonly candidates?: "uniform" | "popularity" | undefined;
  /** Users that were asked for. */
  readonly users: number;
  /** Mean size of the answer space: unseen items, or candidates. */
  readonly answers: number;
  /** Share of users whose held-out item nobody had in training. */
  readonly coldTargets?: number | undefined;
  /** What a random order scores. */
  readonly random?: Readonly<Record<string, number>> | undefined;
  /** Model first, then the yardsticks it is measured against. */
  readonly systems: readonly SystemMetrics[];
}

export interface SystemMetrics {
  /** Such as "isrf", "popularity", "id-rule", "item-knn". */
  readonly name: string;
  /**
   * `model` was trained here; a `yardstick` needs no training; a `canary` would only score high if data leaked; `fused`
   * adds up scores of several.
   */
  readonly kind: "model" | "yardstick" | "canary" | "fused";
  /** By metric name: `{ "HR@10": { value: 0.31, low: 0.27, high: 0.36 } }`. */
  readonly metrics: Readonly<Record<string, MetricValue>>;
}

export interface ExampleUser {
  readonly userId: string;
  /** Oldest first. */
  readonly history: readonly ItemCard[];
  /** What the reasoner wrote about this user, if anything. */
  readonly texts?: { readonly positive: string; readonly negative: string; readonly feature: string } | undefined;
  /**
   * Who recommended, where that is not the model, and whether by having won on validation items; the evidence is the
   * model's in any case.
   */
  readonly answeredBy?: { readonly name: string; readonly isWinner: boolean } | undefined;
  readonly recommendations: readonly (ExplainedItem | SummedItem)[];
  /** The held-out item that the user took next. */
  readonly actualNext?: ItemCard | undefined;
  readonly interests?: TwoInterests | undefined;
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
