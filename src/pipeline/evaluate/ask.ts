// Put one task's questions to one recommender in blocks, verify every list, and keep the ranks of the targets and what
// the lists showed; the lists themselves are not kept.
import { stopIf } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import { assertRanking, emptyRanks, enterRank, type Ranks, ShownItems } from "../../evaluation/index.ts";
import type {
  DirectRequest,
  RankedList,
  Recommender,
  SequentialRequest,
  Task,
} from "../../recommenders/recommender.ts";
import type { PublicAnswers } from "./public-answers.ts";
import type { Panel, Questions } from "./questions.ts";

/** Places of a list that its statistics look at. */
const SHOWN_PLACES = 10;

/**
 * Lists by somebody else: for all requests, block by block, in their order.
 * @param count Length of a list.
 */
export type RankElsewhere = (
  task: Task,
  requests: Questions["requests"],
  count: number,
  block: number,
) => AsyncGenerator<readonly RankedList[], void>;

export interface AskOptions {
  readonly recommender: Recommender;
  readonly questions: Questions;
  readonly panel: Panel;
  readonly nItems: number;
  /** No metric looks further. A generative recommender pays for every item asked for, in both tasks alike. */
  readonly listLength: number;
  /** Users per call. */
  readonly block: number;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
  /** Hears what was generated freely. */
  readonly publicAnswers?: PublicAnswers | undefined;
  /** Makes the lists instead of `recommender`. */
  readonly elsewhere?: RankElsewhere | undefined;
}

export interface Answered {
  readonly ranks: Ranks;
  readonly shown: ShownItems;
  /** People whom it cannot answer: they have no list, and their ranks say "not found". */
  readonly unanswered: number;
}

/** @throws EvaluationError when a list breaks the recommender's contract; CancelledError when aborted. */
export async function askAll(options: AskOptions): Promise<Answered> {
  const { recommender, questions, panel, nItems, listLength, block, report, signal } = options;
  const { requests, task } = questions;
  const ranks = emptyRanks(requests.length);
  const answersAll = recommender.answersNewUsers?.includes(task) ?? false;
  const places = [...requests.keys()].filter((place) => answersAll || requests[place]!.userIndex !== undefined);
  const shown = new ShownItems(nItems, SHOWN_PLACES);
  const answersTo = answerSets();
  const wanted = places.map((place) => requests[place]!);
  const ahead = options.elsewhere?.(task, wanted, listLength, block);
  for (let from = 0; from < places.length; from += block) {
    stopIf(signal, `evaluation of ${recommender.name}: cancelled.`);
    const chosen = places.slice(from, from + block);
    const part = wanted.slice(from, from + block);
    const lists = ahead === undefined ? await rank(recommender, task, part, listLength) : await next(ahead, part);
    part.forEach((request, i) => {
      const where = `${recommender.name}, ${task}, ${whoIs(request)}`;
      assertRanking(lists[i]!, { count: listLength, exclude: request.history, only: answersTo(request) }, where);
      enterRank(ranks, chosen[i]!, lists[i]!, panel.targets[chosen[i]!]!);
      shown.add(lists[i]!.items);
      const { generated } = lists[i]!;
      if (generated !== undefined) options.publicAnswers?.add(generated, request, panel.targets[chosen[i]!]!);
    });
    const done = from + part.length;
    if (ahead !== undefined) continue;
    report({
      kind: "step",
      stage: `evaluate ${recommender.name} ${task}`,
      done,
      total: places.length,
      unit: "users",
      isPart: true,
    });
  }
  return { ranks, shown, unanswered: requests.length - places.length };
}

function whoIs({ userIndex, history }: SequentialRequest): string {
  return userIndex === undefined ? `somebody who has the items ${history.join(", ")}` : `user index ${userIndex}`;
}

async function rank(
  recommender: Recommender,
  task: Task,
  part: Questions["requests"],
  count: number,
): Promise<RankedList[]> {
  const lists =
    task === "sequential"
      ? await recommender.rankSequential(part, count)
      : await recommender.rankDirect(part as readonly DirectRequest[], count);
  return complete(lists, part, recommender.name);
}

async function next(ahead: ReturnType<RankElsewhere>, part: Questions["requests"]): Promise<readonly RankedList[]> {
  return complete((await ahead.next()).value ?? [], part, "workers");
}

function complete<Lists extends readonly RankedList[]>(lists: Lists, part: Questions["requests"], who: string): Lists {
  if (lists.length === part.length) return lists;
  throw new Error(`${who}: ${lists.length} lists for ${part.length} requests, expected one each.`);
}

/** The answers that a question allows: of questions that share their items, one set. */
function answerSets(): (request: Questions["requests"][number]) => Int32Array | ReadonlySet<number> | undefined {
  const shared = new Map<Int32Array, ReadonlySet<number>>();
  return ({ candidates, among }) => {
    if (candidates !== undefined || among === undefined) return candidates;
    if (!shared.has(among)) shared.set(among, new Set(among));
    return shared.get(among);
  };
}
