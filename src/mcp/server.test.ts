import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ProgressEvent } from "../base/progress.ts";
import type { RunDesk } from "./desk.ts";
import { answered } from "./server.ts";
import { defineTool } from "./tool.ts";
import { Turns } from "./turns.ts";

/** A tool that does `work`, at a desk that is nothing but its turns. */
function stage(work: (word: string) => Promise<string>) {
  const turns = new Turns(10);
  const told: ProgressEvent[] = [];
  const tool = defineTool({
    name: "say",
    title: "Say",
    description: "Says a word.",
    input: z.object({ word: z.string() }),
    output: z.object({ word: z.string() }),
    answer: async (_, { word }) => ({ data: { word }, text: await work(word) }),
  });
  const desk = { inTurn: (ask) => turns.take(ask) } as Pick<RunDesk, "inTurn"> as RunDesk;
  const ask = (word: string, signal: AbortSignal) =>
    answered(tool, desk, { given: { word }, signal }, (event) => told.push(event));
  return { ask, told };
}

describe("a question of an agent", () => {
  it("is not worked on once it was cancelled while it waited, and nobody is warned", async () => {
    const [done, cancelled] = [[] as string[], new AbortController()];
    const { ask, told } = stage(async (word) => {
      if (word === "first") cancelled.abort();
      done.push(word);
      return word;
    });
    const waiting = new AbortController().signal;
    const all = [ask("first", waiting), ask("second", cancelled.signal), ask("third", waiting)];
    const answers = await Promise.all(all);
    expect(done).toEqual(["first", "third"]);
    expect(answers.map(({ isError }) => isError ?? false)).toEqual([false, true, false]);
    expect(told).toEqual([]);
  });

  it("that fails tells who runs the server why, and the agent that it failed", async () => {
    const { ask, told } = stage(async () => {
      throw new Error("/secret/place is full");
    });
    const { content } = await ask("word", new AbortController().signal);
    expect(JSON.stringify(content)).not.toContain("secret");
    expect(told).toEqual([{ kind: "warning", message: "say: /secret/place is full" }]);
  });
});
