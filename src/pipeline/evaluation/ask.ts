// Put one task's questions to one recommender in blocks, verify every list and keep the ranks of the targets.
import { CancelledError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import { assertRanking, emptyRanks, enterRank, LONGEST_RANK, type Ranks } from "../../evaluation/index.ts";
import type { DirectRequest, RankedList, Recommender, Task } from "../../recommenders/recommender.ts";
import type { Panel, Questions } from "./questions.ts";

/** No metric looks further. A generative recommender pays for every item asked for, in both tasks alike. */
const LIST_LENGTH = LONGEST_RANK;

export interface AskOptions {
  readonly recommender: Recommender;
  readonly questions: Questions;
  readonly panel: Panel;
  /** Users per call. */
  readonly block: number;
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

/** @throws EvaluationError when a list breaks the recommender's contract; CancelledError when aborted. */
export async function askAll({ recommender, questions, panel, block, report, signal }: AskOptions): Promise<Ranks> {
  const { requests, task } = questions;
  const ranks = emptyRanks(requests.length);
  for (let from = 0; from < requests.length; from += block) {
    if (signal?.aborted) throw new CancelledError(`evaluation of ${recommender.name}: cancelled.`);
    const part = requests.slice(from, from + block);
    const lists = await rank(recommender, task, part);
    part.forEach((request, i) => {
      const where = `${recommender.name}, ${task}, user index ${request.userIndex}`;
      assertRanking(lists[i]!, { count: LIST_LENGTH, exclude: request.history, ...onlyCandidates(request) }, where);
      enterRank(ranks, from + i, lists[i]!, panel.targets[from + i]!);
    });
    const done = from + part.length;
    report({
      kind: "step",
      stage: `evaluate ${recommender.name} ${task}`,
      done,
      total: requests.length,
      unit: "users",
    });
  }
  return ranks;
}

async function rank(recommender: Recommender, task: Task, part: Questions["requests"]): Promise<RankedList[]> {
  const lists =
    task === "sequential"
      ? await recommender.rankSequential(part, LIST_LENGTH)
      : await recommender.rankDirect(part as readonly DirectRequest[], LIST_LENGTH);
  if (lists.length === part.length) return lists;
  throw new Error(`${recommender.name}: ${lists.length} lists for ${part.length} requests, expected one each.`);
}

function onlyCandidates({ candidates }: Questions["requests"][number]): { only?: Int32Array } {
  return candidates === undefined ? {} : { only: candidates };
}
