// One user to show: whose group evidence moved the item they really took next, if there is one.

import type { ShopTruth } from "../../data/index.ts";
import type { Explanation } from "../explain/explanation.ts";
import { type Explainer, openExplainer } from "../explain.ts";
import { itemCard } from "../item-card.ts";
import type { ItemCard } from "../report/index.ts";
import type { OpenRun } from "../run.ts";

export interface Example {
  readonly explanation: Explanation;
  /** The held-out item. */
  readonly actualNext: ItemCard;
}

/** Users asked before they are compared; explaining one takes a fraction of a second. */
const TRIED = 40;

/**
 * The best of the first people whose group taste only the held-out items show ("latent"), asked for the test item with
 * everything before it as history. Best: group interest moved the test item, or else any item; or else it is among the
 * answers; earlier people win ties.
 */
export async function chooseExample(run: OpenRun, truth: ShopTruth, top: number): Promise<Example> {
  const explainer = await openExplainer(run);
  const latent = truth.users.flatMap(({ role }, userIndex) => (role === "latent" ? [userIndex] : []));
  const tried = latent.length > 0 ? latent.slice(0, TRIED) : [0];
  let best: { readonly example: Example; readonly merit: number } | undefined;
  for (const userIndex of tried) {
    const example = await ask(run, explainer, userIndex, top);
    const merit = meritOf(example);
    if (best === undefined || merit > best.merit) best = { example, merit };
  }
  return best!.example;
}

async function ask(
  { dataset, split }: OpenRun,
  explainer: Explainer,
  userIndex: number,
  top: number,
): Promise<Example> {
  const history = dataset.sequences[userIndex]!.subarray(0, -1);
  const explanation = await explainer.explain({ userIndex, top, history });
  return { explanation, actualNext: itemCard(dataset.items[split.test[userIndex]!]!) };
}

function meritOf({ explanation: { recommendations }, actualNext }: Example): number {
  const isMoved = ({ moved }: Explanation["recommendations"][number]) => moved.by === "group" || moved.by === "both";
  const hit = recommendations.find(({ item }) => item.itemId === actualNext.itemId);
  return (
    (hit === undefined ? 0 : 1) + (recommendations.some(isMoved) ? 2 : 0) + (hit !== undefined && isMoved(hit) ? 4 : 0)
  );
}
