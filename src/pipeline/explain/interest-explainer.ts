// Answers that a model cannot take apart by itself: evidence is taken out of the question, and the question asked
// again.
import { stopIf } from "../../base/errors.ts";
import type { ScoreExplainer } from "../../recommenders/recommender.ts";
import { popularityOrder } from "../../recommenders/yardsticks/index.ts";
import { itemCard } from "../../runs/item-card.ts";
import { carriedInterests, movedBy, ranksOf, scorePool } from "./counterfactual.ts";
import { type Explainer, type ExplainRequest, STOPPED } from "./explainer.ts";
import type { Carried, ExplainedRecommendation, InterestExplanation } from "./explanation.ts";
import { groupEvidence } from "./group-evidence.ts";
import { individualEvidence, leaveOneOut } from "./individual-evidence.ts";
import { interestsOf, ownTexts, type UserContexts } from "./user-context.ts";

/** Items among which ranks are counted. */
const POOL_SIZE = 100;

export class InterestExplainer implements Explainer {
  private readonly contexts: UserContexts;
  private readonly scores: ScoreExplainer;

  constructor(contexts: UserContexts, scores: ScoreExplainer) {
    this.contexts = contexts;
    this.scores = scores;
  }

  async explain({ userIndex, top, history, by, signal }: ExplainRequest): Promise<InterestExplanation> {
    const { dataset, config, recommender: own } = this.contexts.run;
    const recommender = by ?? own;
    const request = { userIndex, history: history ?? dataset.sequences[userIndex]! };
    const [list] = await recommender.rankSequential([request], top);
    const items = list!.items;
    stopIf(signal, STOPPED);
    const pool = this.pool(items, request.history);
    const ranks = await scorePool(this.scores, request, pool);
    stopIf(signal, STOPPED);
    const falls = await leaveOneOut(this.scores, request, items);
    stopIf(signal, STOPPED);
    const context = await this.contexts.of(userIndex);
    stopIf(signal, STOPPED);
    const carries = carriedInterests(this.scores, request);
    return {
      kind: "interests",
      user: dataset.users[userIndex]!,
      task: "sequential",
      system: recommender.name,
      stale: this.contexts.run.later?.staleness,
      history: Array.from(request.history, (item) => itemCard(dataset.items[item]!)),
      texts: ownTexts(context),
      carries,
      note: noteOf(carries, config.preset),
      pool: `${pool.length} items: the ${items.length} recommended ones and the most popular that the user does not have`,
      recommendations: Array.from(items, (item, position): ExplainedRecommendation => {
        const counterfactual = ranksOf(ranks, item);
        const individual = individualEvidence(dataset, context.features, falls, { item, position });
        return {
          rank: position + 1,
          item: itemCard(dataset.items[item]!),
          score: list!.scores[position]!,
          individual,
          ...groupEvidence(context, item),
          ranks: counterfactual,
          moved: movedBy(counterfactual, individual.length > 0),
        };
      }),
      interests: interestsOf(context, this.scores.interests),
    };
  }

  /** The recommended items, filled up with the most popular unseen ones. */
  private pool(items: Int32Array, history: Int32Array): Int32Array {
    const { split, config } = this.contexts.run;
    const taken = new Set([...items, ...history]);
    const popular = popularityOrder(split, config.seed).filter((item) => !taken.has(item));
    return Int32Array.from([...items, ...popular.slice(0, Math.max(0, POOL_SIZE - items.length))]);
  }
}

/** Preset small follows the paper's form, where the interests shape training but stand in no sequential prompt. */
function noteOf({ individual, group }: Carried, preset: string): string | undefined {
  const missing = [individual ? undefined : "individual", group ? undefined : "group"].filter(
    (name) => name !== undefined,
  );
  if (missing.length === 0) return undefined;
  const names = missing.join(" and no ");
  return `Sequential prompts of this run (preset ${preset}) carry no ${names} interest of the user: there it acts through the losses of training alone, and what it did to a rank cannot be measured by taking it away.`;
}
