import { describe, expect, it } from "vitest";
import type { Answer } from "../../asking/answer.ts";
import type { ReplyOf } from "../../asking/server.ts";
import { rankWords } from "./rank-words.ts";

type Ranks = ReplyOf<"rank">["ranks"];

const here = (ranks: Ranks, isOld = false): Answer<ReplyOf<"rank">> => ({
  kind: "here",
  value: { run: "run", modelVersion: "1", ranks, notices: [] },
  isOld,
});
const asItIs = { minus: [], plus: [], without: [] };

describe("the rank of an item that left the list", () => {
  it("is a number where the item may still be answered", () => {
    expect(rankWords(here([{ id: "lamp", rank: 1204, of: 5000 }]), "lamp", asItIs)).toBe("1,204");
  });

  it("is none for an item that was added to the history, which no answer holds", () => {
    expect(rankWords(here([{ id: "lamp", of: 5000 }]), "lamp", { ...asItIs, plus: ["lamp"] })).toBe("in the history");
  });

  it("is none for another item that the server does not rank", () => {
    expect(rankWords(here([{ id: "lamp", of: 5000 }]), "lamp", asItIs)).toBe("not answered");
  });

  it("is waited for while the question is on its way, also where the ranks of another one are there", () => {
    expect(rankWords({ kind: "waiting" }, "lamp", asItIs)).toBe("…");
    expect(rankWords(here([{ id: "lamp", rank: 3, of: 9 }], true), "lamp", asItIs)).toBe("…");
  });

  it("is waited for no more where the question was refused", () => {
    const refusal = { status: 503, message: "busy", todo: undefined };
    expect(rankWords({ kind: "failed", refusal }, "lamp", asItIs)).toBe("unknown");
  });
});
