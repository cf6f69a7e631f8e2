// Explanations as agents are given them: one form for models whose scores are sums of terms, and for those that are
// asked again without pieces of the question.
import { z } from "zod";
import { signed } from "../base/written-numbers.ts";
import type {
  ExplainedRecommendation,
  ExplainedTerm,
  Explanation,
  SummedRecommendation,
  TermEvidence,
} from "../pipeline/explain/index.ts";
import { cardOf, cardSchema, quoted } from "./cards.ts";

const behindSchema = z.object({
  kind: z.enum(["item", "user"]),
  item: cardSchema.optional().describe("an item of the user's history"),
  user: z.string().optional().describe("a similar user"),
  strength: z.number().describe("comparable within a term; of users the similarity"),
  shares: z.array(z.string()).describe("what both have in common"),
});

const termSchema = z.object({
  name: z.string(),
  describes: z.string().describe("what its values are"),
  says: z.string().describe("what it says of this item"),
  adds: z.number().describe("its part of the score"),
  ahead: z.number().describe("adds minus what it adds to other items on the mean: above 0 it speaks for the item"),
  behind: z.array(behindSchema).describe("what it comes from, strongest first"),
});

export const reasonsSchema = z.object({
  rank: z.int().optional().describe("among all items that the user lacks; absent beyond the first 100"),
  item: cardSchema,
  score: z.number(),
  says: z.array(z.string()).describe("the reasons in sentences, strongest first, without terms that know nothing"),
  terms: z.array(termSchema).describe("parts of the score; empty for models whose scores are no sums"),
});

export type Reasons = z.output<typeof reasonsSchema>;

/** Items of the history that are given back. */
const SHOWN = 20;

export function reasonsOf(explanation: Explanation) {
  const history = explanation.history.slice(-SHOWN).map(cardOf);
  const items: Reasons[] =
    explanation.kind === "evidence"
      ? explanation.recommendations.map(summed)
      : explanation.recommendations.map(weighed);
  return { history, items };
}

function summed({ rank, item, score, terms }: SummedRecommendation): Reasons {
  // Exactly 0 is what terms add that know nothing of the item: neither for it nor against it.
  const strongest = terms.filter(({ ahead }) => ahead !== 0).sort((a, b) => b.ahead - a.ahead);
  const says = strongest.map(
    ({ name, says: words, ahead }) => `${name} ${ahead > 0 ? "for" : "against"} it (${signed(ahead)}): ${words}`,
  );
  return { rank, item: cardOf(item), score, says, terms: terms.map(termOf) };
}

function termOf({ name, describes, says, adds, ahead, behind }: ExplainedTerm): Reasons["terms"][number] {
  return { name, describes, says, adds, ahead, behind: behind.map(behindOf) };
}

function behindOf(one: TermEvidence): Reasons["terms"][number]["behind"][number] {
  return one.kind === "item"
    ? { kind: one.kind, item: cardOf(one.item), strength: one.strength, shares: [...one.shares] }
    : { kind: one.kind, user: one.userId, strength: one.similarity, shares: [...one.shares] };
}

function weighed({ rank, item, score, individual, support, moved }: ExplainedRecommendation): Reasons {
  const { neighbours, bought, isSupport } = support;
  return {
    rank,
    item: cardOf(item),
    score,
    says: [
      ...individual.map(
        (one) =>
          `own item ${quoted(one.item.title)} speaks for it: the score falls by ${one.strength.toFixed(3)} without it`,
      ),
      `${bought} of ${neighbours} similar users have it${isSupport ? "" : ", no more than of all users: no evidence"}`,
      `moved by ${moved.by}: ${moved.detail}`,
    ],
    terms: [],
  };
}
