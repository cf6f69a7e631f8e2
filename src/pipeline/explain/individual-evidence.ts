// Which items of the history speak for a recommendation: leave one out of the prompt and see how far its score falls.
import type { Dataset } from "../../data/index.ts";
import type { Generator, Question } from "../../recommenders/generative/generator.ts";
import { itemCard } from "../../runs/item-card.ts";
import type { IndividualEvidence } from "./explanation.ts";
import type { SharedFeatures } from "./features.ts";

/** Items named for a recommendation, at most. */
const LIMIT = 3;

/** `falls[h][i]`: what `items[i]` loses without the history item `h`. Empty for a history of one, which cannot do without it. */
export async function leaveOneOut(
  generator: Generator,
  question: Question,
  items: Int32Array,
): Promise<Float32Array[]> {
  const history = question.items;
  if (history.length < 2) return [];
  const whole = await generator.scores(question, items);
  const falls: Float32Array[] = [];
  for (let h = 0; h < history.length; h++) {
    const without = await generator.scores({ ...question, items: history.filter((_, at) => at !== h) }, items);
    falls.push(whole.map((score, i) => score - without[i]!));
  }
  return falls;
}

/** The history items whose absence costs item `items[position]` most, strongest first. */
export function individualEvidence(
  dataset: Dataset,
  features: SharedFeatures,
  history: Int32Array,
  falls: readonly Float32Array[],
  recommended: { readonly item: number; readonly position: number },
): IndividualEvidence[] {
  return falls
    .map((fall, h) => ({ own: history[h]!, strength: fall[recommended.position]! }))
    .filter(({ strength }) => strength > 0)
    .sort((a, b) => b.strength - a.strength)
    .slice(0, LIMIT)
    .map(({ own, strength }) => ({
      item: itemCard(dataset.items[own]!),
      sharedFeatures: features.ofItems(own, recommended.item),
      strength,
    }));
}
