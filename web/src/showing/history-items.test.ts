import { expect, it } from "vitest";
import { historyItems } from "./history-items.ts";

it("lists a history whole, with ids that the model does not know", () => {
  const tea = { id: "B001", title: "Green tea", categories: ["tea"] };
  const recommender = { item: (id: string) => (id === "B001" ? tea : undefined) };
  expect(historyItems(["B001", "gone"], recommender)).toEqual([
    tea,
    { id: "gone", title: "gone, not known here", categories: [] },
  ]);
});
