// Why items are recommended, in the shape of the API: the model's own evidence, as `isrf explain` tells it.
import type { EvidenceExplainer, Explainer, InterestExplanation, TermEvidence } from "../../pipeline/explain/index.ts";
import type { Person } from "../../pipeline/recommend/index.ts";
import { type TermChoice, termNames } from "../../runs/chosen-terms.ts";
import type { Behind, Reason } from "../contract/index.ts";
import type { ServedRun } from "./served-run.ts";

export interface ReasonsAsked {
  readonly person: Person;
  readonly items: Int32Array;
  readonly scores: Float32Array;
  readonly isFull: boolean;
  /** By which terms items were answered. */
  readonly terms: TermChoice;
}

export interface FoundReasons {
  /** Beside the items; none for an item that cannot be answered. */
  readonly reasons: readonly (readonly Reason[])[];
  /** Of the sums that the reasons are; undefined where the score is none. */
  readonly scores?: readonly (number | undefined)[] | undefined;
  readonly notice?: string | undefined;
}

/** @throws as `openExplainer`. */
export async function reasonsFor(run: ServedRun, asked: ReasonsAsked): Promise<FoundReasons> {
  const { person, items, isFull, terms } = asked;
  const { evidence, explainer } = run.model.recommender;
  if (evidence === undefined && explainer === undefined)
    return nothing(items, `${run.run.recommender.name} gives no reasons: its scores are no sums of evidence.`);
  if (person.history.length === 0) return nothing(items, "There are no reasons where nothing is known of somebody.");
  const summing = await explainerFor(run, terms);
  if (summing === undefined) return byInterests(run, await run.explainerOf(), asked);
  const { userIndex, history } = person;
  const found = await run.queue.alone(() => summing.reasonsOf({ request: { userIndex, history }, items, isFull }));
  const silent = new Set(termNames(terms.without));
  return {
    scores: found.map((item) => item?.score),
    reasons: found.map((item) =>
      (item?.terms ?? [])
        .filter(({ name }) => !silent.has(name))
        .map(
          ({ name, behind, ...term }): Reason => ({
            term: name,
            ...term,
            behind: isFull ? behind.map((one) => behindOf(run, one)) : [],
          }),
        ),
    ),
  };
}

/** What somebody added is told as a term; what is silent is left out of the whole. */
async function explainerFor(run: ServedRun, { favourNew }: TermChoice): Promise<EvidenceExplainer | undefined> {
  const whole = await run.evidenceExplainer();
  const favoured = run.variant({ favourNew });
  return favoured === run.run ? whole : whole?.ofEvidence(favoured.recommender.evidence!);
}

function behindOf(run: ServedRun, one: TermEvidence): Behind {
  const { shares, text } = one;
  return one.kind === "item"
    ? { kind: "item", item: run.cardOf(one.item.itemId), strength: one.strength, shares: [...shares], text }
    : { kind: "user", user: one.userId, similarity: one.similarity, shares: [...shares], text };
}

/** Of a model that is asked again without pieces of the question: what moved, and by how much, for known users. */
async function byInterests(run: ServedRun, explainer: Explainer, asked: ReasonsAsked): Promise<FoundReasons> {
  const { person, items, scores, isFull } = asked;
  const { userIndex, history } = person;
  if (userIndex === undefined)
    return nothing(items, `${run.run.recommender.name} gives reasons for users of its training alone.`);
  const by = { ...run.run.recommender, rankSequential: async () => [{ items, scores }] };
  const explained = (await run.queue.alone(() =>
    explainer.explain({ userIndex, top: items.length, history, by }),
  )) as InterestExplanation;
  return {
    reasons: explained.recommendations.map(({ individual, group, support, moved }): Reason[] => [
      {
        term: "individual",
        describes: "how far the score falls without an item of the history",
        says: moved.detail,
        behind: isFull
          ? individual.map(({ item, strength, sharedFeatures }) => ({
              kind: "item",
              item: run.cardOf(item.itemId),
              strength,
              shares: [...sharedFeatures],
            }))
          : [],
      },
      {
        term: "group",
        describes: "similar users who have the item, or one like it",
        says: `${support.bought} of ${support.neighbours} similar users have it`,
        group: {
          neighbours: support.neighbours,
          holders: support.bought,
          expected: support.shareOfAll * support.neighbours,
        },
        behind: isFull
          ? group.map(({ userId, similarity, shares }) => ({
              kind: "user",
              user: userId,
              similarity,
              shares: [...shares],
            }))
          : [],
      },
    ]),
  };
}

function nothing(items: Int32Array, notice: string): FoundReasons {
  return { reasons: Array.from(items, () => []), notice };
}
