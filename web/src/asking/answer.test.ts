import { describe, expect, it } from "vitest";
import { type Answer, type AnswerState, isSettled, onlyCurrent, refused } from "./answer.ts";

const refusal = { status: 0, message: "The server does not answer.", todo: undefined };
const answered: AnswerState<number> = { question: "a", key: "k", answer: { kind: "here", value: 7, isOld: false } };

describe("a question that the server refuses", () => {
  it("keeps its last answer where it was answered before, and says that it is the last", () => {
    expect(refused(answered, "a", "k", refusal)).toEqual({
      ...answered,
      answer: { kind: "here", value: 7, isOld: false, missed: refusal },
    });
  });

  it("has failed where it never was answered here", () => {
    const failed = { question: "b", answer: { kind: "failed", refusal } };
    expect(refused(answered, "b", "k", refusal)).toEqual(failed);
    expect(refused({ ...answered, question: "b", key: undefined }, "b", "k", refusal)).toEqual(failed);
  });

  it("has failed where another key was answered", () => {
    expect(refused(answered, "a", "other", refusal).answer.kind).toBe("failed");
  });
});

describe("an answer", () => {
  it("is settled once it is of the last question, or refused", () => {
    expect(isSettled({ kind: "waiting" })).toBe(false);
    expect(isSettled({ kind: "here", value: 7, isOld: true })).toBe(false);
    expect(isSettled({ kind: "here", value: 7, isOld: false })).toBe(true);
    expect(isSettled({ kind: "failed", refusal })).toBe(true);
  });

  it("to a former question is none where nobody else's may be shown", () => {
    const here: Answer<number> = { kind: "here", value: 7, isOld: false };
    expect(onlyCurrent(here)).toBe(here);
    expect(onlyCurrent({ ...here, isOld: true })).toEqual({ kind: "waiting" });
    expect(onlyCurrent({ kind: "failed", refusal })).toEqual({ kind: "failed", refusal });
  });
});
