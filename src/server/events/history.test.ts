import { expect, test } from "vitest";
import { eventsSince, heldUntil, historyOf, itemsSince } from "./history.ts";
import type { KnownEvent } from "./store.ts";

const ids = ["tea", "mug", "pot", "tray"];
const history = {
  held: Int32Array.of(0, 1, 2),
  until: 100,
  indexOf: (id: string) => (ids.includes(id) ? ids.indexOf(id) : undefined),
};
const event = (item: string, at: number): KnownEvent => ({
  seq: at,
  item,
  kind: "purchase",
  at,
});

test("an event that the data hold already keeps its place among them", () => {
  expect([...historyOf(history, [event("tea", 100)])]).toEqual([0, 1, 2]);
  expect(eventsSince(history, [event("tea", 100), event("mug", 101)]).map(({ item }) => item)).toEqual(["mug"]);
});

test("what was taken again, or late, stands last; unknown items are passed over", () => {
  const events = [event("tray", 50), event("tea", 101), event("cup", 102), event("tray", 103), event("mug", 104)];
  expect([...itemsSince(history, events)]).toEqual([0, 3, 1]);
  expect([...historyOf(history, events)]).toEqual([2, 0, 3, 1]);
  expect(eventsSince(history, events)).toHaveLength(5);
});

test("data without times reach until the run was trained", () => {
  const trainedAt = new Date(7);
  expect([heldUntil({ trainedAt, lastDataAt: 3 }), heldUntil({ trainedAt, lastDataAt: undefined })]).toEqual([3, 7]);
});
