// Put one task's questions to one recommender in blocks, verify every list and keep the ranks of the targets.
import { CancelledError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import { assertRanking, emptyRanks, enterRank, type Ranks } from "../../evaluation/index.ts";
import type { DirectRequest, RankedList, Recommender } from "../../recommenders/recommender.ts";
import type { Panel, Questions } from "./questions.ts";

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
  const { requests, task, count } = questions;
  const ranks = emptyRanks(requests.length);
  for (let from = 0; from < requests.length; from += block) {
    if (signal?.aborted) throw new CancelledError(`evaluation of ${recommender.name}: cancelled.`);
    const part = requests.slice(from, from + block);
    const lists = await rank(recommender, questions, part);
    part.forEach((request, i) => {
      const where = `${recommender.name}, ${task}, user index ${request.userIndex}`;
      assertRanking(lists[i]!, { count, exclude: request.history, ...onlyCandidates(request) }, where);
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

async function rank(
  recommender: Recommender,
  { task, count }: Questions,
  part: Questions["requests"],
): Promise<RankedList[]> {
  const lists =
    task === "sequential"
      ? await recommender.rankSequential(part, count)
      : await recommender.rankDirect(part as readonly DirectRequest[], count);
  if (lists.length === part.length) return lists;
  throw new Error(`${recommender.name}: ${lists.length} lists for ${part.length} requests, expected one each.`);
}

function onlyCandidates({ candidates }: Questions["requests"][number]): { only?: Int32Array } {
  return candidates === undefined ? {} : { only: candidates };
}
