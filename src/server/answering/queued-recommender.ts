// A recommender whose questions go through a queue; to whoever asks it is one like any other.
import type { Recommender } from "../../recommenders/recommender.ts";
import type { ModelQueue } from "./model-queue.ts";

export function queued(inner: Recommender, queue: ModelQueue): Recommender {
  return {
    name: inner.name,
    tasks: inner.tasks,
    itemOrder: inner.itemOrder,
    describeScores: inner.describeScores && ((task) => inner.describeScores!(task)),
    block: inner.block,
    dependsOnBatch: inner.dependsOnBatch,
    unreadHistory: inner.unreadHistory,
    answersNewUsers: inner.answersNewUsers,
    answersColdItems: inner.answersColdItems,
    vectors: inner.vectors,
    decoding: inner.decoding,
    explainer: inner.explainer,
    evidence: inner.evidence,
    rankSequential: (requests, count) =>
      Promise.all(requests.map((request) => queue.ask(inner, "sequential", request, count))),
    rankDirect: (requests, count) => Promise.all(requests.map((request) => queue.ask(inner, "direct", request, count))),
    dispose: () => inner.dispose(),
  };
}
