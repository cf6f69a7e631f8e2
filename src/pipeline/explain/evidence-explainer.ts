// Answers that are sums of named terms: each term with what it adds, how far that is ahead of what it adds to items of
// the catalogue, and what it comes from.
import { drawSome } from "../../base/draw-some.ts";
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
import type {
  EvidenceExplanation,
  ExplainedTerm,
  SummedItem,
  SummedRecommendation,
  TermEvidence,
} from "./explanation.ts";
import { namesSources, termWords } from "./term-words.ts";
import { interestsOf, type ListContext, ownTexts, type UserContexts } from "./user-context.ts";

/** Items that stand for the catalogue. */
const POOL_SIZE = 100;
/** Things named behind a term, at most. */
const LIMIT = 3;

/** What the terms of one user's recommendations are told from. */
interface Told {
  readonly request: SequentialRequest;
  readonly context: ListContext;
  readonly answer: EvidenceAnswer;
  /** By term: mean of what it adds to the items of the pool; 0 where that says that nothing is known. */
  readonly typical: readonly number[];
  readonly itemTexts: ReadonlyMap<number, string>;
}

/** What is wanted to know of a list that was answered. */
export interface ReasonsRequest {
  /** Of anybody, known to the run or not. */
  readonly request: SequentialRequest;
  readonly items: Int32Array;
  /** Whether things behind terms are named that take the model's time to find. Default true. */
  readonly isFull?: boolean | undefined;
}

/** Terms whose words count what is behind them. */
const COUNTED: ReadonlySet<string> = new Set(["neighbours", "group"]);

export class EvidenceExplainer implements Explainer {
  private readonly contexts: UserContexts;
  private readonly evidence: EvidenceSource;

  constructor(contexts: UserContexts, evidence: EvidenceSource) {
    this.contexts = contexts;
    this.evidence = evidence;
  }

  /** The same of the run's answers by other terms. */
  ofEvidence(evidence: EvidenceSource): EvidenceExplainer {
    return new EvidenceExplainer(this.contexts, evidence);
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

  /**
   * What the scores of `items` are made of, one call to the model for the whole list; undefined for an item that is not
   * answered, such as one of the history.
   */
  async reasonsOf({ request, items, isFull = true }: ReasonsRequest): Promise<readonly (SummedItem | undefined)[]> {
    const { dataset, split } = this.contexts.run;
    const pool = this.pool(request.history);
    const among = Int32Array.from(new Set([...items, ...pool]));
    const whole = await this.evidence.answer({ ...request, among }, among.length);
    const places = new Map(Array.from(whole.items, (item, place) => [item, place]));
    const at = (values: Float32Array, of: Int32Array) => Float32Array.from(of, (item) => values[places.get(item)!]!);
    const answered = items.filter((item) => places.has(item));
    const answer: EvidenceAnswer = {
      items: answered,
      scores: at(whole.scores, answered),
      terms: whole.terms.map((term) => ({ ...term, adds: at(term.adds, answered) })),
    };
    const typical = whole.terms.map(({ adds, isSilentAtZero }) => (isSilentAtZero ? 0 : mean(at(adds, pool))));
    const behind = await this.behindList(request, answer, isFull);
    const users = behind.flat(2).flatMap(({ kind, index }) => (kind === "user" ? [index] : []));
    if (users.length > 0) await this.contexts.features.forUsers();
    const context: ListContext = {
      dataset,
      split,
      features: this.contexts.features,
      texts: await this.contexts.userTexts(request.userIndex, isFull ? users : []),
      userIndex: request.userIndex,
    };
    const itemTexts = await this.contexts.itemTexts(isFull ? [...request.history, ...answered] : [...answered]);
    const told: Told = { request, context, answer, typical, itemTexts };
    const summed = new Map(Array.from(answered, (item, place) => [item, this.summed(told, place, behind[place]!)]));
    return Array.from(items, (item) => summed.get(item));
  }

  /** By item of the answer and term. */
  private async behindList(request: SequentialRequest, answer: EvidenceAnswer, isFull: boolean): Promise<Behind[][][]> {
    const found: Behind[][][] = [];
    for (const item of answer.items) {
      const ofItem: Behind[][] = [];
      for (const { name } of answer.terms)
        ofItem.push(isFull || COUNTED.has(name) ? [...(await this.evidence.behind(name, request, item))] : []);
      found.push(ofItem);
    }
    return found;
  }

  /** The model's own answer, or what its terms say of another's list: scores are their sums, and so need not fall. */
  private async answerOf(request: SequentialRequest, top: number, by?: Recommender): Promise<EvidenceAnswer> {
    if (by === undefined) return this.evidence.answer(request, top);
    const [list] = await by.rankSequential([request], top);
    const { items } = list!;
    const answer = await this.evidence.answer({ ...request, among: items }, items.length);
    const places = Array.from(items, (item) => answer.items.indexOf(item));
    const inOrder = (values: Float32Array) => Float32Array.from(places, (place) => values[place]!);
    const terms = answer.terms.map((term) => ({ ...term, adds: inOrder(term.adds) }));
    return { items, scores: inOrder(answer.scores), terms };
  }

  /** Items that may be answered, drawn: what a term adds to them is what it adds as a rule. */
  private pool(history: Int32Array): Int32Array {
    const { dataset, config } = this.contexts.run;
    const owned = new Set(history);
    const bound = dataset.items.length;
    return drawSome(Random.of(config.seed, "items to compare with"), {
      bound,
      isOpen: (item) => !owned.has(item),
      open: bound - owned.size,
      count: POOL_SIZE,
    });
  }

  private async recommendation(told: Told, position: number): Promise<SummedRecommendation> {
    const { request, answer } = told;
    const behind: (readonly Behind[])[] = [];
    for (const { name } of answer.terms)
      behind.push(await this.evidence.behind(name, request, answer.items[position]!));
    return { rank: position + 1, ...this.summed(told, position, behind) };
  }

  private summed(told: Told, position: number, behind: readonly (readonly Behind[])[]): SummedItem {
    const { answer, typical, context } = told;
    return {
      item: itemCard(context.dataset.items[answer.items[position]!]!),
      score: answer.scores[position]!,
      typicalScore: typical.reduce((sum, value) => sum + value, 0),
      terms: Array.from(answer.terms.keys(), (place) => this.term(told, position, place, behind[place]!)),
    };
  }

  private term(told: Told, position: number, place: number, behind: readonly Behind[]): ExplainedTerm {
    const { answer, typical, itemTexts, request } = told;
    const { name, describes, adds } = answer.terms[place]!;
    const item = answer.items[position]!;
    const { neighbours, training } = this.evidence;
    // Those that the model counts by, also where it is asked about later data.
    const people = training.counts[item]!;
    const term = {
      name,
      describes,
      adds: adds[position]!,
      typical: typical[place]!,
      ahead: adds[position]! - typical[place]!,
      behind: behind.slice(0, LIMIT).map((one) => evidenceOf(one, item, name, told)),
      group:
        name === "group" && request.userIndex !== undefined
          ? { neighbours, holders: behind.length, expected: (neighbours * people) / training.users }
          : undefined,
      text: name === "text" ? itemTexts.get(item) : undefined,
      people: name === "popularity" ? people : undefined,
    };
    const worded = namesSources(term) ? term : { ...term, behind: [] };
    return { ...worded, says: termWords(worded) };
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
  const isTold = text !== undefined && userIndex !== undefined && texts?.texts.has(userIndex) === true;
  const shares = userIndex === undefined ? [] : features.ofUsers(userIndex, index, isTold ? texts : undefined);
  return { kind, userId: dataset.users[index]!, similarity: strength, shares, text };
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
