import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followTraining, type Watching } from "./follow-training.ts";

interface Curves {
  readonly running: boolean;
  readonly last: number;
}

/** One stream: whether it opens, and the points that it brings before it breaks off. */
type Stream = readonly number[] | "refused";

/** Follows over `streams`; the last reply of `replies` is given from then on. Everything that was told, in order. */
async function told(streams: readonly Stream[], replies: readonly (Curves | "away")[]) {
  const words: string[] = [];
  const [left, asked] = [[...streams], [...replies]];
  const started = Date.now();
  const watching: Watching<Curves, number> = {
    ask: async () => {
      const reply = asked.length > 1 ? asked.shift()! : asked[0]!;
      if (reply === "away") throw new Error("away");
      return reply;
    },
    listen: async (onOpen, onPoint) => {
      const stream = left.shift() ?? "refused";
      words.push(`listens at ${Math.round((Date.now() - started) / 1000)} s`);
      if (stream === "refused") throw new Error("refused");
      onOpen();
      await new Promise((done) => setTimeout(done, 1));
      for (const point of stream) onPoint(point);
    },
    onCurves: ({ last }) => words.push(`curves to ${last}`),
    onPoint: (point) => words.push(`point ${point}`),
    onState: (state) => words.push(state),
  };
  const done = followTraining(watching, new AbortController().signal);
  await vi.runAllTimersAsync();
  await done;
  return words;
}

const running = (last: number): Curves => ({ running: true, last });
const over = (last: number): Curves => ({ running: false, last });

describe("following a training", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("asks for the curves once it listens, so that no point is lost before, and says when the training has ended", async () => {
    expect(await told([[4]], [running(3), over(4)])).toEqual([
      "listens at 0 s",
      "live",
      "curves to 3",
      "point 4",
      "curves to 4",
      "ended",
    ]);
  });

  it("listens again where the stream broke off and the training runs on", async () => {
    const words = await told([[2], [5]], [running(1), running(3), running(4), over(5)]);
    expect(words.filter((word) => /listens|joining|ended|point/.test(word))).toEqual([
      "listens at 0 s",
      "point 2",
      "joining",
      "listens at 1 s",
      "point 5",
      "ended",
    ]);
  });

  it("leaves more time between tries that bring nothing, and takes no answer for no end", async () => {
    const words = await told(Array(8).fill("refused"), [...Array(7).fill("away"), over(9)]);
    expect(words.filter((word) => word.startsWith("listens"))).toEqual(
      [0, 1, 3, 7, 15, 31, 61, 91].map((at) => `listens at ${at} s`),
    );
    expect(words.at(-1)).toBe("ended");
  });

  it("stops when nobody looks any more", async () => {
    const [stop, states] = [new AbortController(), [] as string[]];
    const following = followTraining(
      {
        ask: async () => running(1),
        listen: async () => undefined,
        onCurves: () => undefined,
        onPoint: () => undefined,
        onState: (state) => states.push(state),
      },
      stop.signal,
    );
    await vi.advanceTimersByTimeAsync(100);
    stop.abort();
    await following;
    expect(states).toEqual(["joining"]);
  });
});
