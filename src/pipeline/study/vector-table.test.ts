import { expect, it } from "vitest";
import type { VectorFigures } from "./vector-figures.ts";
import { vectorTable } from "./vector-table.ts";

const STRICT = { verdict: "absent", reason: "from training prefixes alone" } as const;
const figures = (embeddings: string, more: Partial<VectorFigures> = {}): VectorFigures => ({
  ...{ dataset: "shop", embeddings, labels: [embeddings], textsBy: "m (openai)", encoder: "lsa", dimensions: 256 },
  items: { text: "feature", coverage: 1, emptyRows: 0 },
  users: { text: "feature", coverage: 1, emptyRows: 0 },
  graph: {
    ...{ neighbours: 100, search: "exact", agreement: 0.006, chance: 0.002 },
    ...{ skewness: 1.25, most: 1234, unlisted: 0.05 },
  },
  leak: STRICT,
  ...more,
});
const cellsOf = (own: VectorFigures) => {
  const { head, rows } = vectorTable([own]);
  const words = rows[0]!.map((cell) => (typeof cell === "object" ? cell.text : cell));
  return Object.fromEntries(head.map((name, at) => [name, words[at]]));
};

it("sets agreement beside chance, and names hubs and those whom nobody lists", () => {
  expect(cellsOf(figures("chains"))).toEqual({
    ...{ "": "shop chains", "texts by": "m (openai)", vectors: "lsa, 256", k: "100" },
    ...{ "neighbours share": "0.00600", "by chance": "0.00200", "times chance": "3.00" },
    ...{ skewness: "1.25", "in most lists": "1,234", "in nobody's": "5.0 %", "leak L5": "absent" },
  });
});

it("names no ratio where chance gives nothing, and the rows that read vectors of another name", () => {
  const own = figures("lsa", { labels: ["isrf", "sasrec-text"], graph: { ...figures("x").graph, chance: 0 } });
  expect(cellsOf(own)).toMatchObject({ "": "shop lsa (isrf, sasrec-text)", "times chance": undefined });
});

it("says why of each verdict once, and which texts are the attributes of subjects without a chain", () => {
  const leaky = figures("full", { leak: { verdict: "present", reason: "made from full histories" } });
  const { notes } = vectorTable([figures("rules"), figures("chains", { items: leaky.items }), leaky]);
  expect(notes!.filter((note) => note.startsWith("L5"))).toEqual([
    "L5 absent: from training prefixes alone (shop rules; shop chains)",
    "L5 present: made from full histories (shop full)",
  ]);
  expect(vectorTable([figures("rules"), figures("chains")]).notes).toContain("L5 absent: from training prefixes alone");
  const gappy = figures("chains", { users: { text: "feature", coverage: 0.9, emptyRows: 0 } });
  expect(vectorTable([gappy]).notes!.join("\n")).toContain("shop chains 100.0 % of the items, 90.0 % of the users");
});
