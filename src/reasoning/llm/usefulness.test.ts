import { expect, it } from "vitest";
import type { ReasonReply } from "../reasoner.ts";
import { Usefulness } from "./usefulness.ts";

const reply = (text: string): ReasonReply => ({ text, promptTokens: 1, completionTokens: 1, milliseconds: 1 });
const ask = (usefulness: Usefulness, n: number, text: string) =>
  usefulness.add({ step: "negative", prompt: `question ${n}` }, reply(text));
const TEXT = "Users who want a heavy tent.";

it("a question that a wave asks again is not counted as another one", () => {
  const usefulness = new Usefulness();
  for (let n = 0; n < 20; n++) ask(usefulness, n, TEXT);
  for (let n = 20; n < 60; n++) ask(usefulness, n, TEXT);
  for (let wave = 0; wave < 3; wave++) for (let n = 0; n < 160; n++) ask(usefulness, 1000 + n, "");
  usefulness.check();
});

it("begins anew after a reset", () => {
  const usefulness = new Usefulness();
  for (let n = 0; n < 20; n++) ask(usefulness, n, "");
  expect(() => usefulness.check()).toThrow(/0 \(0 %\) have a usable answer for NEGATIVE/);
  usefulness.reset();
  usefulness.check();
  for (let n = 0; n < 20; n++) ask(usefulness, n, TEXT);
  usefulness.check();
});

it("does not count questions that an earlier run failed at", () => {
  const usefulness = new Usefulness();
  for (let n = 0; n < 40; n++)
    usefulness.add({ step: "negative", prompt: `question ${n}`, attempt: 1 }, reply(n % 20 === 0 ? TEXT : ""));
  usefulness.check();
  for (let n = 0; n < 20; n++) ask(usefulness, n, "");
  expect(() => usefulness.check()).toThrow(/Of 20 questions in a row 0/);
});

it("advises by what was wrong: room for thinking that no name told of, and longer waiting", () => {
  const verdictOf = (flaw: string, thinkingTokens: number, isThinker: boolean) => {
    const usefulness = new Usefulness();
    for (let n = 0; n < 20; n++) {
      const thought = { ...reply(""), thinkingTokens, flaws: [flaw] };
      usefulness.add({ step: "positive", prompt: `question ${n}` }, thought, isThinker);
    }
    try {
      usefulness.check();
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  expect(verdictOf("truncated", 90, false)).toMatch(/Take --think on, since/);
  expect(verdictOf("truncated", 90, true)).not.toMatch(/--think on/);
  expect(verdictOf("truncated", 0, false)).toMatch(/or a longer --max-tokens\.$/);
  expect(verdictOf("timeout", 0, false)).toMatch(/Take a longer --timeout,/);
});
