import { expect, test } from "vitest";
import type { RankedList, Recommender, SequentialRequest } from "../../recommenders/recommender.ts";
import { RequestError } from "../request-error.ts";
import { ModelQueue } from "./model-queue.ts";

/** Answers with the first of the history; notes each call, and that no two are under way together. */
function noting(name = "noting") {
  const calls: number[][] = [];
  let underWay = 0;
  const recommender = {
    name,
    tasks: ["sequential"],
    async rankSequential(requests: readonly SequentialRequest[], count: number): Promise<RankedList[]> {
      expect(++underWay).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay--;
      calls.push(requests.map(({ history }) => history[0]!));
      if (requests.some(({ history }) => history[0] === 666)) throw new Error("cannot");
      return requests.map(({ history }) => ({
        items: Int32Array.from({ length: count }, (_, at) => history[0]! + at),
        scores: Float32Array.from({ length: count }, (_, at) => -at),
      }));
    },
  } as unknown as Recommender;
  return { calls, recommender };
}

const queueOf = (options: object = {}) => {
  const sizes: number[] = [];
  const onBatch = (size: number) => sizes.push(size);
  return { sizes, queue: new ModelQueue({ maxBatch: 64, maxWaiting: 100, windowMs: 0, onBatch, ...options }) };
};
const question = (first: number, among?: Int32Array) => ({ userIndex: 0, history: Int32Array.of(first), among });

test("questions that wait are put together, one call at a time, and those about as many items alone", async () => {
  const { calls, recommender } = noting();
  const { queue, sizes } = queueOf();
  const early = [1, 2, 3].map((first) => queue.ask(recommender, "sequential", question(first), first === 2 ? 1 : 3));
  await new Promise((resolve) => setTimeout(resolve, 2));
  const late = [4, 5].map((first) => queue.ask(recommender, "sequential", question(first), 2));
  const lists = await Promise.all([...early, ...late]);
  expect(calls).toEqual([[1, 3], [2], [4, 5]]);
  expect(sizes).toEqual([2, 1, 2]);
  expect(lists.map(({ items }) => [...items])).toEqual([[1, 2, 3], [2], [3, 4, 5], [4, 5], [5, 6]]);
});

test("a model that looks deeper for more items answers each as if nobody else asked", async () => {
  // As beam search may: the best item is found by who looks for three.
  const recommender = {
    name: "deep",
    tasks: ["sequential"],
    rankSequential: async (requests: readonly SequentialRequest[], count: number): Promise<RankedList[]> =>
      requests.map(() => ({
        items: Int32Array.of(9, 8, 7).slice(3 - count),
        scores: Float32Array.of(3, 2, 1).slice(3 - count),
      })),
  } as unknown as Recommender;
  const { queue } = queueOf();
  const [one, , three] = await Promise.all([1, 2, 3].map((n) => queue.ask(recommender, "sequential", question(n), n)));
  expect([...one!.items]).toEqual([7]);
  expect([...three!.items]).toEqual([9, 8, 7]);
});

test("a model whose answers depend on what is asked with them is asked one question at a time", async () => {
  const { calls, recommender } = noting();
  const { queue } = queueOf();
  const alone: Recommender = { ...recommender, dependsOnBatch: true };
  await Promise.all([1, 2].map((first) => queue.ask(alone, "sequential", question(first), 1)));
  expect(calls).toEqual([[1], [2]]);
});

test("an idle model waits the window for more questions, which go in the same call", async () => {
  const { calls, recommender } = noting();
  const { queue } = queueOf({ windowMs: 60 });
  const started = performance.now();
  const first = queue.ask(recommender, "sequential", question(1), 1);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await Promise.all([first, queue.ask(recommender, "sequential", question(2), 1)]);
  expect(calls).toEqual([[1, 2]]);
  // Timers may be early by less than a millisecond.
  expect(performance.now() - started).toBeGreaterThan(59);
});

test("no more than so many go together, and questions about a part of the catalogue apart", async () => {
  const { calls, recommender } = noting();
  const { queue } = queueOf({ maxBatch: 2 });
  const part = Int32Array.of(1, 2);
  const asked = [question(1), question(2, part), question(3), question(4), question(5, part)];
  await Promise.all(asked.map((one) => queue.ask(recommender, "sequential", one, 1)));
  expect(calls).toEqual([[1, 3], [2, 5], [4]]);
});

test("a question that cannot be answered spoils no other", async () => {
  const { recommender } = noting();
  const { queue } = queueOf();
  const settled = await Promise.allSettled(
    [1, 666, 3].map((first) => queue.ask(recommender, "sequential", question(first), 1)),
  );
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});

test("work that wants the model alone has it, and questions go on after it", async () => {
  const { calls, recommender } = noting();
  const { queue } = queueOf();
  const order: string[] = [];
  const asked = queue.ask(recommender, "sequential", question(1), 1).then(() => order.push("asked"));
  const alone = queue.alone(async () => {
    expect(calls).toEqual([]);
    order.push("alone");
  });
  await Promise.all([asked, alone]);
  expect(order).toEqual(["alone", "asked"]);
});

test("more than may wait are refused, with a time to ask again", async () => {
  const { recommender } = noting();
  const { queue } = queueOf({ maxWaiting: 2 });
  const asked = [1, 2].map((first) => queue.ask(recommender, "sequential", question(first), 1));
  try {
    await queue.ask(recommender, "sequential", question(3), 1);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(RequestError);
    expect((error as RequestError).code).toBe("too_many");
    expect((error as RequestError).facts.retryAfter).toBeGreaterThanOrEqual(1);
  }
  await Promise.all(asked);
});
