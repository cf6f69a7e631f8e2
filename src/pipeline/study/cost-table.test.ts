import { expect, it } from "vitest";
import type { SystemCost } from "./cost-figures.ts";
import { costTables } from "./cost-table.ts";

const cost = (label: string, more: Partial<SystemCost> = {}): SystemCost => ({
  ...{ dataset: "shop", label, secondsPerEpoch: 1, epochs: 2, preparationSeconds: 3, totalSeconds: 5 },
  ...more,
});
const notesOf = (...systems: SystemCost[]) => costTables({ systems, texts: [] })[0]!.notes!.join("\n");

it("marks a training that was interrupted, whose memory and preparation are not known whole", () => {
  const [table] = costTables({ systems: [cost("isrf", { resumed: true }), cost("pod")], texts: [] });
  expect(table!.rows.map(([label]) => label)).toEqual(["shop isrf *", "shop pod"]);
  expect(table!.notes!.join("\n")).toContain("* was interrupted and went on");
  expect(notesOf(cost("pod"))).not.toContain("interrupted");
});

it("tells what texts took, tokens from the server's cache beside those in prompts", () => {
  const took = { dataset: "shop", calls: 9, promptTokens: 700, cachedTokens: 300, completionTokens: 80, seconds: 1 };
  const { head, rows } = costTables({ systems: [], texts: [{ ...took, textsBy: "m (openai)" }] })[1]!;
  const row = Object.fromEntries(head.map((name, at) => [name, rows[0]![at]]));
  expect(row).toMatchObject({ "prompt tokens": { value: 700 }, "of these cached": { value: 300 } });
});

it("says with how many threads rows were trained, and where these differ", () => {
  expect(notesOf(cost("isrf", { threads: 2 }), cost("pod", { threads: 2 }))).toContain(
    "CPU threads of each training: 2",
  );
  expect(notesOf(cost("isrf", { threads: 2 }), cost("pod", { threads: "one per core" }))).toContain(
    "CPU threads differ: shop isrf 2, shop pod one per core",
  );
  expect(notesOf(cost("isrf"))).not.toContain("threads");
});

it("says what readers should know of the rows", () => {
  expect(costTables({ systems: [], texts: [], notes: ["pod: two tasks"] })[0]!.notes).toContain("pod: two tasks");
});
