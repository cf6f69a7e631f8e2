// Which items of the history speak for a recommendation: leave one out of the prompt and see how far its score falls.
import type { Dataset } from "../../data/index.ts";
import type { ScoreExplainer, SequentialRequest } from "../../recommenders/recommender.ts";
import { itemCard } from "../../runs/item-card.ts";
import type { IndividualEvidence } from "./explanation.ts";
import type { SharedFeatures } from "./features.ts";

/** Items named for a recommendation, at most. */
const LIMIT = 3;

/** What the recommended items lose without one item of the history. */
export interface Fall {
  /** The item of the history. */
  readonly own: number;
  /** By position among the recommended items. */
  readonly losses: Float32Array;
}

/** Empty where the model cannot do without any item of the history, such as the only one. */
export async function leaveOneOut(
  explainer: ScoreExplainer,
  request: SequentialRequest,
  items: Int32Array,
): Promise<Fall[]> {
  const places = explainer.evidence(request).filter((one) => one.kind === "history");
  if (places.length === 0) return [];
  const whole = await explainer.scores(request, items);
  const falls: Fall[] = [];
  for (const place of places) {
    const without = await explainer.scores(request, items, place);
    falls.push({ own: request.history[place.at]!, losses: whole.map((score, i) => score - without[i]!) });
  }
  return falls;
}

/** The history items whose absence costs item `items[position]` most, strongest first. */
export function individualEvidence(
  dataset: Dataset,
  features: SharedFeatures,
  falls: readonly Fall[],
  recommended: { readonly item: number; readonly position: number },
): IndividualEvidence[] {
  return falls
    .map(({ own, losses }) => ({ own, strength: losses[recommended.position]! }))
    .filter(({ strength }) => strength > 0)
    .sort((a, b) => b.strength - a.strength)
    .slice(0, LIMIT)
    .map(({ own, strength }) => ({
      item: itemCard(dataset.items[own]!),
      sharedFeatures: features.ofItems(own, recommended.item),
      strength,
    }));
}
