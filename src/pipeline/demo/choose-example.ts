// One user to show: whose group evidence moved the item they really took next, if there is one.
import type { ShopTruth } from "../../data/index.ts";
import type { ItemCard } from "../../runs/item-card.ts";
import { itemCard } from "../../runs/item-card.ts";
import type { OpenRun } from "../../runs/run.ts";
import type { ShownUser } from "../chain/index.ts";
import { openExplainer } from "../explain/explain.ts";
import type { Explainer } from "../explain/explainer.ts";
import type { ExplainedRecommendation, SummedRecommendation } from "../explain/explanation.ts";
import { isGroupSupport } from "../explain/term-words.ts";

/** A user with the item that was held out. */
type Example = ShownUser & { readonly actualNext: ItemCard };

/** Users explained before one is chosen; explaining one takes a fraction of a second. */
const TRIED = 40;

/**
 * The best of the people whose group taste only the held-out items show ("latent"), asked for the test item with
 * everything before it as history; those who get it are tried first. Best: the group speaks for the test item, or else
 * for another item; or else the test item is among the answers; earlier people win ties.
 */
export async function chooseExample(run: OpenRun, truth: ShopTruth, top: number): Promise<Example> {
  const explainer = await openExplainer(run);
  const latent = truth.users.flatMap(({ role }, userIndex) => (role === "latent" ? [userIndex] : []));
  const tried = await hitsFirst(run, latent.length > 0 ? latent : [0], top);
  let best: { readonly example: Example; readonly merit: number } | undefined;
  for (const userIndex of tried.slice(0, TRIED)) {
    const example = await ask(run, explainer, userIndex, top);
    const merit = meritOf(example);
    if (best === undefined || merit > best.merit) best = { example, merit };
  }
  return best!.example;
}

/** `users`, those with the test item among the first `top` answers in front. */
async function hitsFirst(
  { recommender, dataset, split }: OpenRun,
  users: readonly number[],
  top: number,
): Promise<number[]> {
  const requests = users.map((userIndex) => ({ userIndex, history: dataset.sequences[userIndex]!.subarray(0, -1) }));
  const lists = await recommender.rankSequential(requests, top);
  const isHit = (userIndex: number, i: number) => lists[i]!.items.includes(split.test[userIndex]!);
  return [...users.filter(isHit), ...users.filter((userIndex, i) => !isHit(userIndex, i))];
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
  const hit = recommendations.find(({ item }) => item.itemId === actualNext.itemId);
  return (
    (hit === undefined ? 0 : 1) +
    (recommendations.some(isByGroup) ? 2 : 0) +
    (hit !== undefined && isByGroup(hit) ? 4 : 0)
  );
}

/** Similar users hold it more often than everybody, or their interest moved it. */
function isByGroup(recommendation: SummedRecommendation | ExplainedRecommendation): boolean {
  if ("terms" in recommendation) return recommendation.terms.some(isGroupSupport);
  const { by } = recommendation.moved;
  return by === "group" || by === "both";
}
