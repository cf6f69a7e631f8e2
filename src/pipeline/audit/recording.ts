// A recommender that answers as before and writes down what it was really asked and what it answered.
import { createHash } from "node:crypto";
import type {
  DirectRequest,
  RankedList,
  Recommender,
  SequentialRequest,
  Task,
} from "../../recommenders/recommender.ts";

/** One question as it reached the model, and its answer. */
export interface Recorded {
  readonly task: Task;
  readonly userIndex: number | undefined;
  readonly history: Int32Array;
  /** Before the model saw them; direct only. */
  readonly candidates?: Int32Array | undefined;
  readonly areDrawn?: boolean | undefined;
  readonly list: RankedList;
}

export interface Recording extends Recommender {
  /** In the order of asking. */
  readonly records: readonly Recorded[];
  /** Requests whose history or candidates the model changed in place. */
  readonly changedRequests: number;
}

/** Requests are handed on as they come: a model that writes into them is seen, not stopped. */
export function recording(inner: Recommender): Recording {
  const records: Recorded[] = [];
  let changedRequests = 0;
  const kept = (requests: readonly (SequentialRequest & Partial<DirectRequest>)[]) =>
    requests.map(({ userIndex, history, candidates, areDrawn }) => ({
      userIndex,
      history: history.slice(),
      candidates: candidates?.slice(),
      areDrawn,
    }));
  const hashOf = ({ history, candidates }: { history: Int32Array; candidates?: Int32Array | undefined }) =>
    createHash("sha256")
      .update(history)
      .update(candidates ?? "")
      .digest("hex");
  const write = (
    task: Task,
    before: ReturnType<typeof kept>,
    after: readonly SequentialRequest[],
    lists: RankedList[],
  ) => {
    before.forEach((request, i) => {
      if (hashOf(request) !== hashOf(after[i]!)) changedRequests++;
      records.push({ task, ...request, list: lists[i]! });
    });
    return lists;
  };
  return {
    name: inner.name,
    tasks: inner.tasks,
    answersNewUsers: inner.answersNewUsers,
    answersColdItems: inner.answersColdItems,
    itemOrder: inner.itemOrder,
    decoding: inner.decoding,
    get records() {
      return records;
    },
    get changedRequests() {
      return changedRequests;
    },
    async rankSequential(requests, count) {
      const before = kept(requests);
      return write("sequential", before, requests, await inner.rankSequential(requests, count));
    },
    async rankDirect(requests, count) {
      const before = kept(requests);
      return write("direct", before, requests, await inner.rankDirect(requests, count));
    },
    async dispose() {},
  };
}
