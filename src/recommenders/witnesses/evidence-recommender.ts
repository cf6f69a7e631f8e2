// Answers as sums of evidence: what the witnesses say of an item, weighed. The generator is asked about the best of
// what the others say.
import { UsageError } from "../../base/errors.ts";
import type {
  Behind,
  DirectRequest,
  EvidenceAnswer,
  EvidenceSource,
  EvidenceTerm,
  KnownVectors,
  RankedList,
  Recommender,
  SequentialRequest,
  Task,
} from "../recommender.ts";
import { type EvidenceModel, termsIn, withoutTerms } from "./evidence-model.ts";
import { type GeneratorWitness, SHORTLIST } from "./generator.ts";
import { sumTerms, traitsOf } from "./mixture/score.ts";
import { shortlist } from "./mixture/shortlist.ts";
import { addTerm, type ItemTraits, type Weights } from "./mixture/weights.ts";
import type { WitnessQuestion } from "./witness.ts";

const TASKS: readonly Task[] = ["sequential", "direct"];

/** A question with the items that may be answered; absent: the catalogue. */
interface Asked extends WitnessQuestion {
  readonly space: Int32Array | undefined;
  /** How popular candidates are; 0 for the catalogue and parts of it. */
  readonly popularity: number;
}

interface Answer extends RankedList {
  /** What each term adds to the scores, in the order of the weights' terms. */
  readonly terms: readonly Float32Array[];
}

/** Questions answered together. */
const BLOCK = 64;

export class EvidenceRecommender implements Recommender {
  readonly name: string;
  readonly tasks = TASKS;
  readonly unreadHistory = [];
  readonly answersNewUsers = TASKS;
  readonly answersColdItems = TASKS;
  readonly block = 256;
  readonly vectors: KnownVectors | undefined;
  private readonly model: EvidenceModel;
  private readonly ownsWitnesses: boolean;

  /** `ownsWitnesses`: they are disposed of with it. */
  constructor(model: EvidenceModel, ownsWitnesses = true) {
    this.name = model.name;
    this.model = model;
    this.vectors = model.vectors;
    this.ownsWitnesses = ownsWitnesses;
  }

  describeScores(task: Task): string {
    const { first, final } = this.model.weights[task];
    return `sum of evidence, each part weighed: ${(final ?? first).terms.join(", ")}`;
  }

  async rankSequential(requests: readonly SequentialRequest[], count: number): Promise<RankedList[]> {
    const answers = await this.answer("sequential", requests.map(askedNext), count);
    return answers.map(({ items, scores }) => ({ items, scores }));
  }

  async rankDirect(requests: readonly DirectRequest[], count: number): Promise<RankedList[]> {
    const asked = requests.map((request) => this.askedWhich(request));
    return (await this.answer("direct", asked, count)).map(({ items, scores }) => ({ items, scores }));
  }

  get evidence(): EvidenceSource {
    const { model } = this;
    return {
      neighbours: model.neighbours,
      terms: termsIn(model),
      learned: model.learned,
      answer: (request, count) => this.takenApart("sequential", askedNext(request), count),
      answerDirect: (request, count) => this.takenApart("direct", this.askedWhich(request), count),
      behind: (term, request, item) => this.behind(term, request, item),
      without: (terms) => new EvidenceRecommender(withoutTerms(model, terms), false),
    };
  }

  async dispose(): Promise<void> {
    if (!this.ownsWitnesses) return;
    const { witnesses, generator } = this.model;
    await Promise.all([...witnesses.map((witness) => witness.dispose?.()), generator?.dispose()]);
  }

  private async takenApart(task: Task, asked: Asked, count: number): Promise<EvidenceAnswer> {
    const [found] = await this.answer(task, [asked], count);
    const { items, scores, terms } = found!;
    const named = this.termsOf(task, terms.length);
    return { items, scores, terms: terms.map((adds, t) => ({ ...named[t]!, adds })) };
  }

  private askedWhich({ userIndex, history, candidates }: DirectRequest): Asked {
    return { userIndex, history, space: candidates, popularity: this.model.popularity.of(candidates) };
  }

  private async answer(task: Task, asked: readonly Asked[], count: number): Promise<Answer[]> {
    for (const { userIndex, history } of asked) this.checkQuestion(userIndex, history);
    const answers = new Array<Answer>(asked.length);
    // The generator's prompts hold a user's row: somebody new is answered by the other witnesses.
    const places = [...asked.keys()];
    const known = places.filter((i) => asked[i]!.userIndex !== undefined);
    const unknown = places.filter((i) => asked[i]!.userIndex === undefined);
    for (const group of [known, unknown]) {
      for (let at = 0; at < group.length; at += BLOCK) {
        const block = group.slice(at, at + BLOCK);
        const found = await this.answerBlock(
          task,
          block.map((i) => asked[i]!),
          count,
          group === known,
        );
        block.forEach((i, k) => {
          answers[i] = found[k]!;
        });
      }
    }
    return answers;
  }

  private async answerBlock(
    task: Task,
    asked: readonly Asked[],
    count: number,
    asksGenerator: boolean,
  ): Promise<Answer[]> {
    const { witnesses, items, generator, weights } = this.model;
    const { first, final } = weights[task];
    const isWhole = asked.every(({ space }) => space === undefined);
    const among = isWhole ? undefined : asked.map(({ space }) => space ?? wholeOf(items));
    const traits = asked.map((question) => traitsOf(question, question.popularity));
    const summed = await sumTerms({ witnesses, weights: first, items }, asked, traits, among);
    const isFinal = asksGenerator && final !== undefined && generator !== undefined;
    const lists = asked.map(({ history }, i) => {
      const longest = isFinal ? Math.max(SHORTLIST, count) : count;
      const best = shortlist(summed.scores[i]!, longest, new Set(history), among?.[i]);
      return { ...best, items: among === undefined ? best.places : best.places.map((place) => among[i]![place]!) };
    });
    if (isFinal)
      return this.withGenerator(
        task,
        asked,
        generator,
        final,
        lists.map(({ items: list }) => list),
        count,
      );
    return lists.map(({ places, scores, items: list }, i) => {
      const terms = summed.terms.map((values) => Float32Array.from(places, (place) => values[i]![place]!));
      return { items: list, scores, terms };
    });
  }

  /** All witnesses on short lists, best first, the `count` best of each. */
  private async withGenerator(
    task: Task,
    asked: readonly Asked[],
    generator: GeneratorWitness,
    weights: Weights,
    lists: readonly Int32Array[],
    count: number,
  ): Promise<Answer[]> {
    const { witnesses, items } = this.model;
    const traits = asked.map((question) => traitsOf(question, question.popularity));
    const { scores, terms } = await sumTerms({ witnesses, weights, items }, asked, traits, lists);
    const questions = asked.map(({ userIndex, history, space }) => ({ userIndex, history, candidates: space }));
    const said = await generator.testify(task, questions, lists);
    return lists.map((list, i) => {
      const own = new Float32Array(list.length);
      addTerm(own, said[i]!, weights, weights.terms.length - 1, traits[i]!, items, list);
      const total = scores[i]!.map((score, k) => score + own[k]!);
      const order = [...list.keys()].sort((a, b) => total[b]! - total[a]! || a - b).slice(0, count);
      const at = (values: Float32Array) => Float32Array.from(order, (k) => values[k]!);
      return {
        items: Int32Array.from(order, (k) => list[k]!),
        scores: at(total),
        terms: [...terms.map((values) => at(values[i]!)), at(own)],
      };
    });
  }

  private termsOf(task: Task, count: number): Omit<EvidenceTerm, "adds">[] {
    const { witnesses, generator, weights } = this.model;
    const { first, final } = weights[task];
    const names = final !== undefined && count > first.terms.length ? final.terms : first.terms;
    return names.map((name) => {
      const witness = witnesses.find((one) => one.name === name);
      const { describes } = witness ?? generator!;
      return { name, describes, isSilentAtZero: witness?.isSilentAtZero ?? false };
    });
  }

  private async behind(
    term: string,
    { userIndex, history }: SequentialRequest,
    item: number,
  ): Promise<readonly Behind[]> {
    const witness = this.model.witnesses.find(({ name }) => name === term);
    return (await witness?.behind?.({ userIndex, history }, item)) ?? [];
  }

  private checkQuestion(userIndex: number | undefined, history: Int32Array): void {
    const { nUsers, name } = this.model;
    if (userIndex !== undefined && !(userIndex >= 0 && userIndex < nUsers)) {
      throw new UsageError(`user index ${userIndex}: this model knows ${nUsers} users.`);
    }
    if (history.length === 0) throw new UsageError(`${name} reads the history, and there is none.`);
  }
}

function askedNext({ userIndex, history, among }: SequentialRequest): Asked {
  return { userIndex, history, space: among, popularity: 0 };
}

function wholeOf({ count }: ItemTraits): Int32Array {
  return Int32Array.from(count, (_, item) => item);
}
