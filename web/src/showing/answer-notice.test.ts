import { expect, it } from "vitest";
import { answerNotice } from "./answer-notice.ts";

it("tells an empty history from one whose items are all unknown, and says what was passed over", () => {
  expect(answerNotice({ made: "fallback", unknown: [] })).toBe("best sellers, as the history is empty");
  expect(answerNotice({ made: "fallback", unknown: ["x"] })).toBe(
    "best sellers, as no item of the history is known here",
  );
  expect(answerNotice({ made: "history-only", unknown: ["x"] })).toBe(
    "1 item of the history passed over: not known here",
  );
  expect(answerNotice({ made: "history-only", unknown: [] })).toBeUndefined();
});
