import { describe, expect, it } from "vitest";
import { CancelledError, OperationError } from "../base/errors.ts";
import { dot, matrix } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { trainingLists } from "../data/index.ts";
import { ADAMW_DEFAULTS, compile, Parameters, trace } from "../engine/index.ts";
import { addIndividualParameters, individualInterests } from "./individual-interests.ts";
import { interactionGraph } from "./interaction-graph.ts";
import { type WarmStartOptions, warmStart } from "./warm-start.ts";

const options = {
  width: 8,
  layers: 1,
  sigma: 0.1,
  itemSource: "free",
} as const;

/** Fit `lists` and give the interests [nUsers + nItems, 8] and the loss of each epoch. */
async function warmed(
  lists: readonly Int32Array[],
  nItems: number,
  epochs: number,
  limits: Partial<WarmStartOptions> = {},
) {
  const edges = trainingLists([...lists]);
  const graph = {
    nUsers: edges.length,
    nItems,
    graph: interactionGraph(edges, nItems),
    embeddings: matrix(nItems, 2),
  };
  const parameters = new Parameters();
  addIndividualParameters(parameters, graph, options, Random.of(1));
  const build = individualInterests(graph, options);
  const losses: number[] = [];
  const optimiser = { ...ADAMW_DEFAULTS, learningRate: 0.05, weightDecay: 0 };
  const settings = { epochs, batch: 4, optimiser, regularisation: 0, ...limits };
  const random = (epoch: number) => Random.of(2, epoch);
  const onEpoch = (_: number, loss: number) => losses.push(loss);
  const passes = await warmStart(build, parameters, { edges, nItems }, settings, random, {}, onEpoch);
  const program = await compile(trace((t) => ({ y: build(t).interests })));
  const { y } = await program.run(parameters.feeds());
  await program.dispose();
  return { losses, passes, interests: y as Float32Array };
}

describe("the warm start", () => {
  it("ranks what a user has above what the user has not", async () => {
    const histories = [Int32Array.of(0, 1, 2), Int32Array.of(0, 2, 1), Int32Array.of(3, 4, 5), Int32Array.of(5, 4, 3)];
    const { losses, interests } = await warmed(histories, 6, 30);
    expect(losses[0]).toBeCloseTo(Math.log(2), 1);
    expect(losses.at(-1)).toBeLessThan(0.1);
    const row = (r: number) => interests.subarray(8 * r, 8 * r + 8);
    for (const [user, own] of histories.entries()) {
      const score = (item: number) => dot(row(user), row(4 + item));
      const others = [0, 1, 2, 3, 4, 5].filter((item) => !own.includes(item));
      expect(Math.min(...Array.from(own, score))).toBeGreaterThan(Math.max(...others.map(score)));
    }
  });

  it("ends after so many steps, or when the time is up, as a run of so many epochs would have been then", async () => {
    const lists = [Int32Array.of(0, 1, 2), Int32Array.of(0, 2, 1), Int32Array.of(3, 4, 5), Int32Array.of(5, 4, 3)];
    const whole = await warmed(lists, 6, 2);
    expect(whole.passes).toEqual({ steps: 6, epochs: 2, stopped: undefined });
    const short = await warmed(lists, 6, 9, { maxSteps: 6 });
    expect(short.passes).toEqual({ steps: 6, epochs: 2, stopped: "steps" });
    expect(short.interests).toEqual(whole.interests);
    let asked = 0;
    const late = await warmed(lists, 6, 9, { isOver: () => ++asked === 4 });
    expect(late.passes).toEqual({ steps: 4, epochs: 4 / 3, stopped: "time" });
    expect(late.losses).toHaveLength(2);
  });

  it("keeps the parameters of the best look, and ends when its patience does", async () => {
    const lists = [Int32Array.of(0, 1, 2), Int32Array.of(0, 2, 1), Int32Array.of(3, 4, 5), Int32Array.of(5, 4, 3)];
    const looked = (scores: number[], patience = 2) => {
      const left = [...scores];
      return { every: 2, patience, score: async () => left.shift()! };
    };
    const best = await warmed(lists, 6, 4);
    const ended = await warmed(lists, 6, 20, { check: looked([1, 3, 2, 3]) });
    expect(ended.passes).toEqual({ steps: 24, epochs: 8, stopped: "patience", best: 4 });
    expect(ended.interests).toEqual(best.interests);
    const whole = await warmed(lists, 6, 5, { check: looked([1, 3, 4]) });
    expect(whole.passes).toEqual({ steps: 15, epochs: 5, stopped: undefined, best: 5 });
    expect(whole.interests).toEqual((await warmed(lists, 6, 5)).interests);
  });

  it("refuses to go on with a loss that is no number, and names the option to lower", async () => {
    const lists = [Int32Array.of(0, 1, 2), Int32Array.of(3, 4, 5)];
    const optimiser = { ...ADAMW_DEFAULTS, learningRate: 1e30, weightDecay: 0 };
    const check = { every: 1, patience: 1, score: async () => 1 };
    const failed = warmed(lists, 6, 9, { optimiser, check });
    await expect(failed).rejects.toThrow(OperationError);
    await expect(failed).rejects.toThrow(/loss is (NaN|Infinity) in epoch \d.*lower warmStartLearningRate/);
  });

  it("hears a signal after the step in which it fires, in the middle of an epoch", async () => {
    const lists = [Int32Array.of(0, 1, 2), Int32Array.of(0, 2, 1), Int32Array.of(3, 4, 5), Int32Array.of(5, 4, 3)];
    const controller = new AbortController();
    let steps = 0;
    const isOver = () => {
      if (++steps === 1) controller.abort();
      return false;
    };
    await expect(warmed(lists, 6, 2, { isOver, signal: controller.signal })).rejects.toThrow(CancelledError);
    expect(steps).toBe(1);
  });

  it("ends for a user who has every item", async () => {
    const { losses } = await warmed([Int32Array.of(0, 1), Int32Array.of(1)], 2, 2);
    expect(losses.every(Number.isFinite)).toBe(true);
  });
});
