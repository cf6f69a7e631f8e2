// Whose recommendations a chain shows, with reasons.
import { type Report, silent } from "../../base/progress.ts";
import type { Recommender } from "../../recommenders/recommender.ts";
import type { ItemCard } from "../../runs/item-card.ts";
import type { OpenRun } from "../../runs/run.ts";
import { openExplainer } from "../explain/explain.ts";
import type { Explanation } from "../explain/explanation.ts";
import type { Answerer } from "./answerer.ts";

export interface ShownUser {
  readonly explanation: Explanation;
  /** Who was chosen to recommend, where there was a choice. */
  readonly answerer?: Answerer | undefined;
  /** The held-out item, where the answer is to a question of the evaluation. */
  readonly actualNext?: ItemCard | undefined;
}

export type ShowUsers = (run: OpenRun) => Promise<readonly ShownUser[]>;

/** Items recommended to each. */
export const TOP = 5;

interface ShowOptions {
  readonly users: number;
  /** Who recommends; default: the run's model. */
  readonly by?: Recommender | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What comes next for users with few interactions, with many, and between: one from each part of all, by activity. */
export function showSpread({ users, by, report = silent, signal }: ShowOptions): ShowUsers {
  return async (run) => {
    const explainer = await openExplainer(run);
    const chosen = spreadByActivity(run.dataset.sequences, users);
    const shown: ShownUser[] = [];
    for (const userIndex of chosen) {
      shown.push({ explanation: await explainer.explain({ userIndex, top: TOP, by, signal }) });
      report({ kind: "step", stage: "explain", done: shown.length, total: chosen.length, unit: "users" });
    }
    return shown;
  };
}

/** The middle user of each of `count` equal parts of all users in order of activity. */
export function spreadByActivity(histories: readonly { readonly length: number }[], count: number): number[] {
  const order = [...histories.keys()].sort((a, b) => histories[a]!.length - histories[b]!.length || a - b);
  const parts = Math.min(count, order.length);
  return Array.from({ length: parts }, (_, part) => order[Math.floor(((part + 0.5) * order.length) / parts)]!);
}
