import { describe, expect, it } from "vitest";
import type { Answer } from "../../asking/answer.ts";
import type { ReplyOf } from "../../asking/server.ts";
import { hitOf } from "./hit.ts";

type Ranks = ReplyOf<"rank">["ranks"];

const here = (ranks: Ranks): Answer<ReplyOf<"rank">> => ({
  kind: "here",
  value: { run: "run", modelVersion: "1", ranks, notices: [] },
  isOld: false,
});

describe("the item taken next, in a column", () => {
  it("is hit within the list, and has its rank beyond it", () => {
    expect(hitOf(here([{ id: "lamp", rank: 10, of: 5000 }]), 10)).toEqual({ kind: "hit", words: "hit at rank 10" });
    expect(hitOf(here([{ id: "lamp", rank: 1204, of: 5000 }]), 10)).toEqual({
      kind: "miss",
      words: "rank 1,204 of 5,000",
    });
  });

  it("cannot be answered where the server ranks it nowhere", () => {
    expect(hitOf(here([{ id: "lamp", of: 5000 }]), 10).kind).toBe("none");
  });

  it("is not said to be out of reach where the server did not answer", () => {
    const refusal = { status: 429, message: "Too many questions wait.", todo: undefined };
    expect(hitOf({ kind: "failed", refusal }, 10)).toEqual({
      kind: "refused",
      words: "its rank is not known: Too many questions wait.",
    });
    expect(hitOf({ kind: "waiting" }, 10).kind).toBe("waiting");
  });
});
