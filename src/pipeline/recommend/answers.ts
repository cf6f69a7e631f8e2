// What people are answered: each by the run's model or, where it does not know them, by a yardstick, in blocks.

import { drawSome } from "../../base/draw-some.ts";
import { UsageError } from "../../base/errors.ts";
import { Random } from "../../base/random.ts";
import { includesSorted } from "../../base/sorted-numbers.ts";
import type { RankedList, Recommender, Task } from "../../recommenders/recommender.ts";
import type { AnswerSpace } from "../../runs/answer-space.ts";
import { itemCard } from "../../runs/item-card.ts";
import type { OpenRun } from "../../runs/run.ts";
import { usersPerBlock } from "../evaluate/blocks.ts";
import { Fallbacks } from "./fallbacks.ts";
import { noteOf } from "./notes.ts";
import type { Person } from "./people.ts";
import type { Fallback, Recommendations } from "./recommendations.ts";

export interface AnswerOptions {
  readonly task: Task;
  readonly top: number;
  /** Item indices to choose among in the direct task; undefined: some unseen ones, drawn by the run's seed. */
  readonly candidates: Int32Array | undefined;
}

/** Candidates that are drawn where none are given. */
const POOL_SIZE = 100;

interface Question {
  readonly person: Person;
  /** What may be answered, without the history; undefined: the whole space. */
  readonly candidates: Int32Array | undefined;
  /** How many items may be answered. */
  readonly open: number;
  readonly words: string;
}

export class Answers {
  private readonly run: OpenRun;
  private readonly space: AnswerSpace;
  private readonly options: AnswerOptions;
  private readonly fallbacks: Fallbacks;

  /** `fallbacks` may be shared by whoever answers about one run. */
  constructor(run: OpenRun, space: AnswerSpace, options: AnswerOptions, fallbacks = new Fallbacks(run)) {
    this.run = run;
    this.fallbacks = fallbacks;
    this.space = space;
    this.options = options;
    const { recommender } = run;
    if (!recommender.tasks.includes(options.task)) {
      const tasks = recommender.tasks.join(" and ");
      throw new UsageError(`${recommender.name} has no ${options.task} task, only ${tasks}.`);
    }
    if (options.candidates !== undefined && options.task !== "direct")
      throw new UsageError("Candidates belong to the direct task: add --task direct.");
  }

  /** People to ask about together: as many as are answered at full speed without a long silence. */
  get block(): number {
    return this.run.recommender.block ?? usersPerBlock(this.run.split.nItems);
  }

  /** One answer each, in the order of `people`. */
  async of(people: readonly Person[]): Promise<Recommendations[]> {
    const questions = people.map((person) => this.question(person));
    const answers = new Array<Recommendations>(people.length);
    const fallbacks = people.map((person) => this.fallbackFor(person));
    for (const fallback of new Set(fallbacks)) {
      const recommender = fallback === undefined ? this.run.recommender : await this.fallbacks.named(fallback);
      const places = [...people.keys()].filter((at) => fallbacks[at] === fallback);
      const asked = places.map((at) => questions[at]!).filter(({ open }) => open > 0);
      const lists = (await this.rank(recommender, asked)).values();
      for (const at of places) {
        const question = questions[at]!;
        const list = question.open > 0 ? lists.next().value : undefined;
        answers[at] = this.answer(question, recommender, fallback, list);
      }
    }
    return answers;
  }

  /** Who answers in the model's place; undefined where the model does. */
  fallbackFor({ userIndex, history }: Person): Fallback | undefined {
    if (userIndex !== undefined) return undefined;
    if (history.length === 0) return "popularity";
    return this.run.recommender.answersNewUsers?.includes(this.options.task) ? undefined : "item-knn";
  }

  private question(person: Person): Question {
    const owned = new Set(person.history);
    if (this.options.task === "direct") return { person, ...this.directSpace(person, owned) };
    const { count, words } = this.space;
    const open = count - this.taken(owned);
    const described =
      words === "" ? `all ${open} items outside the history` : `the ${open} items outside the history ${words}`;
    return { person, candidates: undefined, open, words: described };
  }

  private directSpace(
    { user }: Person,
    owned: ReadonlySet<number>,
  ): { readonly candidates: Int32Array; readonly open: number; readonly words: string } {
    const { candidates: given } = this.options;
    const { words } = this.space;
    const fit = given?.filter((item) => this.isMember(item));
    if (fit !== undefined) {
      const items = fit.filter((item) => !owned.has(item));
      const had = fit.length - items.length;
      const without = had === 0 ? "" : `, without ${had} that the user has already`;
      return {
        candidates: items,
        open: items.length,
        words: `the ${items.length} given candidates${spaced(words)}${without}`,
      };
    }
    const items = this.drawn(user, owned);
    const drawn = `${items.length} items outside the history${spaced(words)}, drawn at random by the run's seed`;
    return { candidates: items, open: items.length, words: drawn };
  }

  /** Items of the space outside `owned`. */
  private drawn(user: string | undefined, owned: ReadonlySet<number>): Int32Array {
    const { items, count } = this.space;
    const itemAt = (place: number) => items?.[place] ?? place;
    const places = drawSome(Random.of(this.run.config.seed, `candidates for ${user ?? ""}`), {
      bound: count,
      isOpen: (place) => !owned.has(itemAt(place)),
      open: count - this.taken(owned),
      count: POOL_SIZE,
    });
    return places.map(itemAt);
  }

  /** How many items of the space somebody has. */
  private taken(owned: ReadonlySet<number>): number {
    let count = 0;
    for (const item of owned) if (this.isMember(item)) count++;
    return count;
  }

  private isMember(item: number): boolean {
    const { items } = this.space;
    return items === undefined || includesSorted(items, item);
  }

  private async rank(recommender: Recommender, questions: readonly Question[]): Promise<RankedList[]> {
    if (questions.length === 0) return [];
    const { top, task } = this.options;
    const asked = questions.map(({ person: { userIndex, history }, candidates }) => ({
      userIndex,
      history,
      candidates,
    }));
    if (task === "direct") {
      return recommender.rankDirect(
        asked.map(({ candidates, ...rest }) => ({ ...rest, candidates: candidates! })),
        top,
      );
    }
    const among = this.space.items;
    return recommender.rankSequential(
      asked.map(({ userIndex, history }) => ({ userIndex, history, among })),
      top,
    );
  }

  private answer(
    { person, open, words }: Question,
    recommender: Recommender,
    fallback: Fallback | undefined,
    list: RankedList | undefined,
  ): Recommendations {
    const { task } = this.options;
    const { items } = this.run.dataset;
    return {
      user: person.user,
      task,
      system: recommender.name,
      fallback,
      note: noteOf({ person, system: recommender.name, fallback, list, wanted: Math.min(this.options.top, open) }),
      stale: this.run.later?.staleness,
      empty: open > 0 ? undefined : this.whyEmpty(person),
      answerSpace: words,
      scores: recommender.describeScores?.(task) ?? "as the system gives them",
      generated: list?.generated?.length,
      recommendations: Array.from(list?.items ?? [], (item, i) => ({
        rank: i + 1,
        item: itemCard(items[item]!),
        score: list!.scores[i]!,
      })),
    };
  }

  private whyEmpty({ user = "this person" }: Person): string {
    const { words, count } = this.space;
    if (this.options.candidates !== undefined)
      return `candidates: user ${user} has all of them already${words === "" ? "" : `, or they are none of those ${words}`}.`;
    return words === ""
      ? `${user} has all ${count} items of the catalogue.`
      : `${user} has all ${count} items ${words}.`;
  }
}

function spaced(words: string): string {
  return words === "" ? "" : ` ${words}`;
}
