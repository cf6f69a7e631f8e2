// Recommendations for one person, by external ids. People whom the run does not know get an answer too, from a
// yardstick and labelled as such.
import type { z } from "zod";
import { stopIf, UsageError } from "../base/errors.ts";
import { Random } from "../base/random.ts";
import { type Given, settingsOf } from "../base/settings.ts";
import type { RankedList, Recommender, Task } from "../recommenders/recommender.ts";
import { itemKnnDefinition, popularityDefinition } from "../recommenders/yardsticks/index.ts";
import type { ItemCard } from "../runs/item-card.ts";
import { itemCard, itemIndicesOf } from "../runs/item-card.ts";
import type { Place } from "../runs/open-options.ts";
import type { OpenRun } from "../runs/run.ts";
import { withRun } from "../runs/with-run.ts";
import { recommendSettings } from "./recommend-settings.ts";

export interface RecommendOptions extends Given<typeof recommendSettings> {
  /** Stops before the run is asked. */
  readonly signal?: AbortSignal | undefined;
}

/** What is asked of an open run. */
export type RecommendRequest = Omit<RecommendOptions, keyof Place | "signal">;

/** Who answers for people that the run does not know. */
export type Fallback = (typeof popularityDefinition | typeof itemKnnDefinition)["name"];

export interface Recommendation {
  readonly rank: number;
  readonly item: ItemCard;
  /** Comparable within one list only; `scores` says what it is. */
  readonly score: number;
}

export interface Recommendations {
  readonly user: string;
  readonly task: Task;
  /** Whose list this is: the run's model, or the fallback. */
  readonly system: string;
  /** Present when the run does not know the user. */
  readonly fallback?: Fallback | undefined;
  /** What could be answered, in words. */
  readonly answerSpace: string;
  /** What the scores are, in words. */
  readonly scores: string;
  /** Best first. */
  readonly recommendations: readonly Recommendation[];
}

const POOL_SIZE = 100;

/**
 * Answer one request to a run, by its directory or opened. A known user's history is everything the dataset holds of
 * them.
 * @throws UsageError for an unknown item, a task the model lacks, or options that do not fit together; and as
 *   `openRun`.
 */
export function recommend(run: string | OpenRun, options: RecommendOptions): Promise<Recommendations> {
  const { signal, ...request } = options;
  return withRun(run, request, (opened) => {
    stopIf(signal, "The recommendation was stopped; it writes nothing. Run the same command again.");
    return answer(opened, request);
  });
}

async function answer(run: OpenRun, options: RecommendRequest): Promise<Recommendations> {
  const request = settingsOf("recommend", recommendSettings, options);
  const { user, top, task } = request;
  const userIndex = run.dataset.users.indexOf(user);
  check(run, request, userIndex >= 0);
  const history =
    userIndex >= 0 ? run.dataset.sequences[userIndex]! : itemIndicesOf(run.dataset, request.history ?? []);
  const fallback = userIndex >= 0 ? undefined : history.length > 0 ? itemKnnDefinition : popularityDefinition;
  const recommender = (await fallback?.create({ split: run.split, seed: run.config.seed })) ?? run.recommender;
  const asked = task === "direct" ? candidatesOf(run, request, history) : undefined;
  const list = await rank(recommender, { userIndex, history, top, candidates: asked?.items });
  return {
    user,
    task,
    system: recommender.name,
    fallback: fallback?.name,
    answerSpace: asked?.description ?? `all ${run.split.nItems - history.length} items outside the history`,
    scores: recommender.describeScores?.(task) ?? "as the system gives them",
    recommendations: Array.from(list.items, (item, i) => ({
      rank: i + 1,
      item: itemCard(run.dataset.items[item]!),
      score: list.scores[i]!,
    })),
  };
}

function check(
  run: OpenRun,
  { user, task, candidates, history }: z.output<typeof recommendSettings>,
  isKnown: boolean,
): void {
  if (!run.recommender.tasks.includes(task)) {
    throw new UsageError(`${run.recommender.name} has no ${task} task, only ${run.recommender.tasks.join(" and ")}.`);
  }
  if (candidates !== undefined && task !== "direct")
    throw new UsageError("Candidates belong to the direct task: add --task direct.");
  if (history !== undefined && isKnown) {
    throw new UsageError(
      `user ${user} is in the dataset, with a history of their own; --history is for people who are not.`,
    );
  }
}

interface Asked {
  readonly items: Int32Array;
  readonly description: string;
}

function candidatesOf(run: OpenRun, { user, candidates }: RecommendRequest, history: Int32Array): Asked {
  const owned = new Set(history);
  if (candidates === undefined) {
    const unseen = Int32Array.from(run.dataset.items.keys()).filter((item) => !owned.has(item));
    const items = Random.of(run.config.seed, `candidates for ${user}`).shuffle(unseen).slice(0, POOL_SIZE);
    return { items, description: `${items.length} items outside the history, drawn at random by the run's seed` };
  }
  const given = itemIndicesOf(run.dataset, candidates);
  const items = given.filter((item) => !owned.has(item));
  if (items.length === 0) throw new UsageError(`candidates: user ${user} has all of them already.`);
  const left = given.length - items.length;
  return {
    items,
    description: `the ${items.length} given candidates${left === 0 ? "" : `, without ${left} that the user has already`}`,
  };
}

interface Ranking {
  readonly userIndex: number;
  readonly history: Int32Array;
  readonly candidates: Int32Array | undefined;
  readonly top: number;
}

async function rank(recommender: Recommender, { userIndex, history, candidates, top }: Ranking): Promise<RankedList> {
  const [list] =
    candidates === undefined
      ? await recommender.rankSequential([{ userIndex, history }], top)
      : await recommender.rankDirect([{ userIndex, history, candidates }], top);
  return list!;
}
