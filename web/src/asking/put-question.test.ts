import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { putQuestion } from "./put-question.ts";

type Reply = number | Error;

interface Asked {
  readonly stopAt?: number;
  readonly last?: number;
}

/** Replies that each take `ms`, repeated 700 ms after each one below 9. What was told, and when. */
async function told(
  replies: readonly Reply[],
  ms: number,
  { stopAt = Number.POSITIVE_INFINITY, last }: Asked = {},
): Promise<string[]> {
  const [words, left, stop] = [[] as string[], [...replies], new AbortController()];
  const started = Date.now();
  const tell = (word: string) => words.push(`${word} at ${Date.now() - started}`);
  if (Number.isFinite(stopAt)) setTimeout(() => stop.abort(), stopAt);
  void putQuestion<number>(
    {
      put: async (signal) => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        signal.throwIfAborted();
        const reply = left.shift() ?? 9;
        if (reply instanceof Error) throw reply;
        return reply;
      },
      onReply: (value) => tell(String(value)),
      onFailure: (error) => tell((error as Error).message),
      againAfter: (value) => (value < 9 ? 700 : undefined),
      last,
      isFinal: (error) => (error as Error).message === "no key",
    },
    stop.signal,
  );
  await vi.runAllTimersAsync();
  return words;
}

describe("a question that is put again and again", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("waits for answers that are slower than its pause", async () => {
    expect(await told([1, 2, 9], 2000)).toEqual(["1 at 2000", "2 at 4700", "9 at 7400"]);
  });

  it("goes on after one that failed, and ends with the first reply that asks for no more", async () => {
    expect(await told([1, new Error("away"), 9, 5], 100)).toEqual(["1 at 100", "away at 900", "9 at 2400"]);
  });

  it("is put less and less often while there is no answer, and as before after one", async () => {
    const times = async (replies: readonly Reply[]) =>
      (await told(replies, 0)).map((word) => Number(word.split(" ").at(-1)));
    const away = Array.from({ length: 8 }, () => new Error("away"));
    const found = await times([1, ...away, 1, 9]);
    const pauses = found.slice(1).map((at, index) => at - found[index]!);
    expect(pauses).toEqual([700, 1400, 2800, 5600, 11_200, 22_400, 30_000, 30_000, 30_000, 700]);
  });

  it("is put no more where it is refused for good", async () => {
    expect(await told([1, new Error("no key"), 9], 100)).toEqual(["1 at 100", "no key at 900"]);
  });

  it("is put again after a first look that failed where the reply of before asked for that", async () => {
    expect(await told([new Error("away"), 9], 100, { last: 1 })).toEqual(["away at 100", "9 at 1600"]);
    expect(await told([new Error("away"), 9], 100, { last: 9 })).toEqual(["away at 100"]);
  });

  it("is not repeated where it was never answered", async () => {
    expect(await told([new Error("away"), 1], 100)).toEqual(["away at 100"]);
  });

  it("tells nothing once it is left", async () => {
    expect(await told([1, 2, 9], 500, { stopAt: 600 })).toEqual(["1 at 500"]);
    expect(await told([1, 2, 9], 500, { stopAt: 400 })).toEqual([]);
  });
});
