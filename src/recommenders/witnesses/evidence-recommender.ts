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
import { favouringNew } from "./favour-new.ts";
import { type GeneratorWitness, SHORTLIST } from "./generator.ts";
import { type Summing, sumScores, sumTerms, traitsOf } from "./mixture/score.ts";
import { bestOf, shortlist } from "./mixture/shortlist.ts";
import { addTerm, type ItemTraits, type QuestionTraits, type Weights } from "./mixture/weights.ts";
import { Plan } from "./ranking/plan.ts";
import type { WitnessQuestion } from "./witness.ts";

const TASKS: readonly Task[] = ["sequential", "direct"];

/** A question with the items that may be answered; absent: the catalogue. */
interface Asked extends WitnessQuestion {
  readonly space: Int32Array | undefined;
  /** Whether somebody named the candidates, of which none may change what is said of another. */
  readonly areNamed: boolean;
  /** How popular candidates are that a protocol drew; 0 for all else. */
  readonly popularity: number;
}

/** The generator, and the weights of those who speak beside it. */
interface Heard {
  readonly generator: GeneratorWitness;
  readonly weights: Weights;
}

/** Questions answered together. */
const BLOCK = 64;

/** Longest part of the catalogue whose items are asked about one by one; longer ones are searched with the whole. */
const LISTED = 512;

export class EvidenceRecommender implements Recommender {
  readonly name: string;
  readonly tasks = TASKS;
  readonly unreadHistory = [];
  readonly answersNewUsers = TASKS;
  readonly answersColdItems: readonly Task[];
  readonly block = 256;
  readonly dependsOnBatch: boolean;
  readonly vectors: KnownVectors | undefined;
  private readonly model: EvidenceModel;
  private readonly ownsWitnesses: boolean;
  private readonly plans = new Map<Weights, Plan>();
  private readonly spaces = new WeakMap<Int32Array, Float32Array>();

  /** `ownsWitnesses`: they are disposed of with it. */
  constructor(model: EvidenceModel, ownsWitnesses = true) {
    this.name = model.name;
    this.model = model;
    this.vectors = model.vectors;
    this.dependsOnBatch = model.generator?.dependsOnBatch === true;
    this.answersColdItems = model.witnesses.some(({ knowsNewItems }) => knowsNewItems) ? TASKS : [];
    this.ownsWitnesses = ownsWitnesses;
  }

  /** Lists of the direct task that somebody reads are of candidates that somebody named. */
  describeScores(task: Task): string {
    const { first, final } = this.model.weights[task];
    const { terms } = task === "direct" ? first : (final ?? first);
    return `sum of evidence, each part weighed: ${terms.join(", ")}`;
  }

  async rankSequential(requests: readonly SequentialRequest[], count: number): Promise<RankedList[]> {
    return this.answer("sequential", requests.map(askedNext), count);
  }

  async rankDirect(requests: readonly DirectRequest[], count: number): Promise<RankedList[]> {
    const asked = requests.map((request) => this.askedWhich(request));
    return this.answer("direct", asked, count);
  }

  get evidence(): EvidenceSource {
    const { model } = this;
    return {
      neighbours: model.neighbours,
      training: { users: model.nUsers, counts: model.counts },
      terms: termsIn(model),
      learned: model.learned,
      answer: (request, count) => this.takenApart("sequential", askedNext(request), count),
      answerDirect: (request, count) => this.takenApart("direct", this.askedWhich(request), count),
      behind: (term, request, item) => this.behind(term, request, item),
      without: (terms) => new EvidenceRecommender(withoutTerms(model, terms), false),
      favouringNew: (lift) => new EvidenceRecommender(favouringNew(model, lift), false),
    };
  }

  async dispose(): Promise<void> {
    if (!this.ownsWitnesses) return;
    const { witnesses, generator } = this.model;
    await Promise.all([...witnesses.map((witness) => witness.dispose?.()), generator?.dispose()]);
  }

  /** The answer as it is given, and of its items what each term adds. */
  private async takenApart(task: Task, asked: Asked, count: number): Promise<EvidenceAnswer> {
    const [found] = await this.answer(task, [asked], count);
    const { items, scores } = found!;
    const { first } = this.model.weights[task];
    const heard = this.generatorFor(task, asked);
    const { terms } = await this.sum(heard?.weights ?? first, [asked], [items]);
    const all = heard === undefined ? terms : [...terms, [await this.writtenOf(task, heard, asked, items)]];
    const named = this.termsOf(heard?.weights ?? first);
    return { items, scores, terms: all.map(([adds], t) => ({ ...named[t]!, adds: adds! })) };
  }

  /** What the generator adds to items of an answer; its word on one may depend on the list that it was asked about. */
  private async writtenOf(task: Task, heard: Heard, asked: Asked, items: Int32Array): Promise<Float32Array> {
    const [first] = await this.firstLists(task, [asked], Math.max(SHORTLIST, items.length));
    const list = first!.items;
    const [adds] = await this.generatorTerm(task, heard, [asked], [list]);
    const placeOf = new Map(Array.from(list, (item, place) => [item, place]));
    return Float32Array.from(items, (item) => adds![placeOf.get(item)!]!);
  }

  private askedWhich({ userIndex, history, candidates, areDrawn = false }: DirectRequest): Asked {
    const popularity = areDrawn ? this.model.popularity.of(candidates) : 0;
    return { userIndex, history, space: candidates, areNamed: !areDrawn, popularity };
  }

  private async answer(task: Task, asked: readonly Asked[], count: number): Promise<RankedList[]> {
    for (const { userIndex, history } of asked) this.checkQuestion(userIndex, history);
    const answers = new Array<RankedList>(asked.length);
    for (const group of this.alike(task, asked)) {
      for (let at = 0; at < group.length; at += BLOCK) {
        const places = group.slice(at, at + BLOCK);
        const block = places.map((i) => asked[i]!);
        const heard = this.generatorFor(task, block[0]!);
        const longest = heard === undefined ? count : Math.max(SHORTLIST, count);
        const first = await this.firstLists(task, block, longest);
        const found = heard === undefined ? first : await this.withGenerator(task, heard, block, first, count);
        places.forEach((i, k) => {
          answers[i] = found[k]!;
        });
      }
    }
    return answers;
  }

  /** Places of questions that are answered in one way; histories of similar length stand together. */
  private alike(task: Task, asked: readonly Asked[]): number[][] {
    const groups = new Map<string, number[]>();
    asked.forEach((question, i) => {
      const key = `${isListed(task, question, this.model.items)} ${this.generatorFor(task, question) !== undefined}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [i]);
      else group.push(i);
    });
    const byLength = (a: number, b: number) => asked[a]!.history.length - asked[b]!.history.length || a - b;
    return [...groups.values()].map((group) => group.sort(byLength));
  }

  /**
   * The generator's prompts hold a user's row: somebody new is answered by the other witnesses. So are candidates that
   * somebody named, which all stand in its prompt and share one sum of probabilities.
   */
  private generatorFor(task: Task, { userIndex, areNamed }: Asked): Heard | undefined {
    const { generator, weights } = this.model;
    const { final } = weights[task];
    if (generator === undefined || final === undefined || userIndex === undefined || areNamed) return undefined;
    return { generator, weights: final };
  }

  /** What all witnesses but the generator find best. */
  private async firstLists(task: Task, block: readonly Asked[], count: number): Promise<RankedList[]> {
    const { catalogue, items } = this.model;
    const { first } = this.model.weights[task];
    if (isListed(task, block[0]!, items)) {
      const among = block.map(({ space }) => space!);
      const scores = await sumScores(this.summing(first), block, block.map(traitsIn), among);
      return block.map(({ history }, i) => {
        // Candidates of the direct task stand in an order that nobody chose.
        const ranks = task === "sequential" ? catalogue.ranks : undefined;
        const best = shortlist(scores[i]!, count, new Set(history), among[i], ranks);
        return { items: best.places.map((place) => among[i]![place]!), scores: best.scores };
      });
    }
    const questions = block.map((question) => {
      const { userIndex, history, space } = question;
      return { userIndex, history, traits: traitsIn(question), hidden: space && this.hidden(space) };
    });
    const lists = await catalogue.best(this.planOf(first), questions, count);
    return lists.map(({ places, scores }) => ({ items: places, scores }));
  }

  /** Short lists anew by all witnesses, the generator among them; the `count` best of each. */
  private async withGenerator(
    task: Task,
    heard: Heard,
    block: readonly Asked[],
    first: readonly RankedList[],
    count: number,
  ): Promise<RankedList[]> {
    const lists = first.map(({ items }) => items);
    const scores = await sumScores(this.summing(heard.weights), block, block.map(traitsIn), lists);
    const own = await this.generatorTerm(task, heard, block, lists);
    return lists.map((list, i) => {
      const total = scores[i]!.map((score, k) => score + own[i]![k]!);
      const { places, scores: best } = bestOf(total, count);
      return { items: places.map((place) => list[place]!), scores: best };
    });
  }

  /** What the generator adds to the items of each list. */
  private async generatorTerm(
    task: Task,
    { generator, weights }: Heard,
    block: readonly Asked[],
    lists: readonly Int32Array[],
  ): Promise<Float32Array[]> {
    const questions = block.map(({ userIndex, history, space }) => ({ userIndex, history, candidates: space }));
    const said = await generator.testify(task, questions, lists);
    return lists.map((list, i) => {
      const own = new Float32Array(list.length);
      addTerm(own, said[i]!, weights, weights.terms.length - 1, traitsIn(block[i]!), this.model.items, list);
      return own;
    });
  }

  private sum(weights: Weights, block: readonly Asked[], lists: readonly Int32Array[]) {
    return sumTerms(this.summing(weights), block, block.map(traitsIn), lists);
  }

  private summing(weights: Weights): Summing {
    const { witnesses, items } = this.model;
    return { witnesses, weights, items };
  }

  private planOf(weights: Weights): Plan {
    const known = this.plans.get(weights);
    if (known !== undefined) return known;
    const plan = new Plan(this.model.witnesses, weights, this.model.items);
    this.plans.set(weights, plan);
    return plan;
  }

  /** Everything but `space`, once for all questions that share it. */
  private hidden(space: Int32Array): Float32Array {
    const known = this.spaces.get(space);
    if (known !== undefined) return known;
    const hidden = new Float32Array(this.model.items.count.length).fill(Number.NEGATIVE_INFINITY);
    for (const item of space) hidden[item] = 0;
    this.spaces.set(space, hidden);
    return hidden;
  }

  private termsOf({ terms }: Weights): Omit<EvidenceTerm, "adds">[] {
    const { witnesses, generator } = this.model;
    return terms.map((name) => {
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

/** Whether its items are asked about one by one. Candidates always are: how popular they are is of each question. */
function isListed(task: Task, { space }: Asked, { count }: ItemTraits): boolean {
  return space !== undefined && (task === "direct" || space.length <= Math.max(LISTED, count.length / 16));
}

const traitsIn = (question: Asked): QuestionTraits => traitsOf(question, question.popularity);

function askedNext({ userIndex, history, among }: SequentialRequest): Asked {
  return { userIndex, history, space: among, areNamed: false, popularity: 0 };
}
