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
  for (let from = 0; from < places.length; from += block) {
    stopIf(signal, `evaluation of ${recommender.name}: cancelled.`);
    const chosen = places.slice(from, from + block);
    const part = chosen.map((place) => requests[place]!);
    const lists = await rank(recommender, task, part, listLength);
    part.forEach((request, i) => {
      const where = `${recommender.name}, ${task}, ${whoIs(request)}`;
      assertRanking(lists[i]!, { count: listLength, exclude: request.history, only: answersTo(request) }, where);
      enterRank(ranks, chosen[i]!, lists[i]!, panel.targets[chosen[i]!]!);
      shown.add(lists[i]!.items);
      const { generated } = lists[i]!;
      if (generated !== undefined) options.publicAnswers?.add(generated, request, panel.targets[chosen[i]!]!);
    });
    const done = from + part.length;
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
  if (lists.length === part.length) return lists;
  throw new Error(`${recommender.name}: ${lists.length} lists for ${part.length} requests, expected one each.`);
}

function answersTo({ candidates, among }: Questions["requests"][number]): Int32Array | undefined {
  return candidates ?? among;
}
