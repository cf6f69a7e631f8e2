// Answers that are sums of named terms: each term with what it adds, how far that is ahead of what it adds to items of
// the catalogue, and what it comes from.
import { stopIf } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import type {
  Behind,
  EvidenceAnswer,
  EvidenceSource,
  Recommender,
  SequentialRequest,
} from "../../recommenders/recommender.ts";
import { itemCard } from "../../runs/item-card.ts";
import { type Explainer, type ExplainRequest, STOPPED } from "./explainer.ts";
import type { EvidenceExplanation, ExplainedTerm, SummedRecommendation, TermEvidence } from "./explanation.ts";
import { termWords } from "./term-words.ts";
import { interestsOf, ownTexts, type UserContext, type UserContexts } from "./user-context.ts";

/** Items that stand for the catalogue. */
const POOL_SIZE = 100;
/** Things named behind a term, at most. */
const LIMIT = 3;

/** What the terms of one user's recommendations are told from. */
interface Told {
  readonly request: SequentialRequest;
  readonly context: UserContext;
  readonly answer: EvidenceAnswer;
  /** By term: mean of what it adds to the items of the pool; 0 where that says that nothing is known. */
  readonly typical: readonly number[];
  readonly itemTexts: ReadonlyMap<number, string>;
}

export class EvidenceExplainer implements Explainer {
  private readonly contexts: UserContexts;
  private readonly evidence: EvidenceSource;

  constructor(contexts: UserContexts, evidence: EvidenceSource) {
    this.contexts = contexts;
    this.evidence = evidence;
  }

  async explain({ userIndex, top, history, by, signal }: ExplainRequest): Promise<EvidenceExplanation> {
    const { dataset, recommender } = this.contexts.run;
    const request = { userIndex, history: history ?? dataset.sequences[userIndex]! };
    const answer = await this.answerOf(request, top, by);
    stopIf(signal, STOPPED);
    const pool = this.pool(request.history);
    const { terms } = await this.evidence.answer({ ...request, among: pool }, pool.length);
    const typical = terms.map(({ adds, isSilentAtZero }) => (isSilentAtZero ? 0 : mean(adds)));
    stopIf(signal, STOPPED);
    const context = await this.contexts.of(userIndex);
    const itemTexts = await this.contexts.itemTexts([...request.history, ...answer.items]);
    const told: Told = { request, context, answer, typical, itemTexts };
    const recommendations: SummedRecommendation[] = [];
    for (const position of answer.items.keys()) {
      stopIf(signal, STOPPED);
      recommendations.push(await this.recommendation(told, position));
    }
    const { users, items } = recommender.vectors ?? {};
    return {
      kind: "evidence",
      user: dataset.users[userIndex]!,
      task: "sequential",
      system: (by ?? recommender).name,
      stale: this.contexts.run.later?.staleness,
      history: Array.from(request.history, (item) => itemCard(dataset.items[item]!)),
      texts: ownTexts(context),
      pool: `${pool.length} items that the user does not have, drawn by the run's seed`,
      recommendations,
      interests: users && items && interestsOf(context, { users, items }),
    };
  }

  /** The model's own answer, or what its terms say of another's, with that one's order and scores. */
  private async answerOf(request: SequentialRequest, top: number, by?: Recommender): Promise<EvidenceAnswer> {
    if (by === undefined) return this.evidence.answer(request, top);
    const [list] = await by.rankSequential([request], top);
    const { items } = list!;
    const answer = await this.evidence.answer({ ...request, among: items }, items.length);
    const places = Array.from(items, (item) => answer.items.indexOf(item));
    const inOrder = (values: Float32Array) => Float32Array.from(places, (place) => values[place]!);
    const terms = answer.terms.map((term) => ({ ...term, adds: inOrder(term.adds) }));
    return { items, scores: list!.scores, terms };
  }

  /** Items that may be answered, drawn: what a term adds to them is what it adds as a rule. */
  private pool(history: Int32Array): Int32Array {
    const { dataset, config } = this.contexts.run;
    const owned = new Set(history);
    const open = Int32Array.from(dataset.items.keys()).filter((item) => !owned.has(item));
    return Random.of(config.seed, "items to compare with").shuffle(open).slice(0, POOL_SIZE);
  }

  private async recommendation(told: Told, position: number): Promise<SummedRecommendation> {
    const { answer, typical, context } = told;
    const terms: ExplainedTerm[] = [];
    for (const place of answer.terms.keys()) terms.push(await this.term(told, position, place));
    return {
      rank: position + 1,
      item: itemCard(context.dataset.items[answer.items[position]!]!),
      score: answer.scores[position]!,
      typicalScore: typical.reduce((sum, value) => sum + value, 0),
      terms,
    };
  }

  private async term(told: Told, position: number, place: number): Promise<ExplainedTerm> {
    const { answer, typical, request, context, itemTexts } = told;
    const { name, describes, adds } = answer.terms[place]!;
    const item = answer.items[position]!;
    const behind = await this.evidence.behind(name, request, item);
    const { prefixes, nUsers } = context.split;
    const people = prefixes.filter((prefix) => prefix.includes(item)).length;
    const { neighbours } = this.evidence;
    const term = {
      name,
      describes,
      adds: adds[position]!,
      typical: typical[place]!,
      ahead: adds[position]! - typical[place]!,
      behind: behind.slice(0, LIMIT).map((one) => evidenceOf(one, item, name, told)),
      group:
        name === "group" ? { neighbours, holders: behind.length, expected: (neighbours * people) / nUsers } : undefined,
      text: name === "text" ? itemTexts.get(item) : undefined,
      people: name === "popularity" ? people : undefined,
    };
    return { ...term, says: termWords(term) };
  }
}

function evidenceOf(
  { kind, index, strength }: Behind,
  item: number,
  term: string,
  { context, itemTexts }: Told,
): TermEvidence {
  const { dataset, features, texts, userIndex } = context;
  if (kind === "item") {
    const text = term === "text" ? itemTexts.get(index) : undefined;
    return { kind, item: itemCard(dataset.items[index]!), strength, shares: features.ofItems(index, item), text };
  }
  const text = texts?.texts.get(index)?.feature;
  const shares = features.ofUsers(userIndex, index, text === undefined ? undefined : texts);
  return { kind, userId: dataset.users[index]!, similarity: strength, shares, text };
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
