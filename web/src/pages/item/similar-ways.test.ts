import { expect, it } from "vitest";
import type { SimilarItems } from "../../../../src/client/index.ts";
import type { Answer } from "../../asking/answer.ts";
import { shownWay } from "./similar-ways.ts";

it("shows the way by which the server answered until another is chosen", () => {
  const value = { by: "co-occurrence", items: [] } as unknown as SimilarItems;
  const answer: Answer<SimilarItems> = { kind: "here", value, isOld: false };
  expect(shownWay(undefined, { kind: "waiting" })).toBe("model");
  expect(shownWay(undefined, answer)).toBe("co-occurrence");
  expect(shownWay("texts", answer)).toBe("texts");
});
