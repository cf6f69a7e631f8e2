import { expect, it } from "vitest";
import type { Comparison } from "../../compare/comparison.ts";
import { printedCsv, printedTables } from "./printed.ts";

const SYSTEMS = ["gru4rec", "hgn", "sasrec", "bert4rec", "lightgcn", "pod", "p5", "elmrec", "isrf"];
const DATASETS = ["sports", "beauty", "toys"];

/** "DATA/SYSTEM" of a question's rows, by the mark at their printed figures. */
function marked(question: string): Record<string, string[]> {
  const comparison = {
    questions: [{ question, columns: [] }],
    systems: SYSTEMS.map((label) => ({ label })),
    datasets: DATASETS.map((name) => ({ name })),
  } as unknown as Comparison;
  const rows: Record<string, string[]> = { "!": [], "?": [], "": [] };
  for (const [i, { rows: drawn }] of printedTables(comparison).entries()) {
    for (const [label, ...cells] of drawn) {
      const texts = cells.flatMap((cell) => (typeof cell === "object" ? [cell.text] : []));
      const marks = new Set(texts.map((text) => text.split(" ")[1] ?? ""));
      expect(marks.size).toBe(1);
      rows[[...marks][0]!]!.push(`${DATASETS[i]}/${label}`);
    }
  }
  return rows;
}

it("marks printed rows where NDCG is above its hit rate or a shorter list finds more", () => {
  expect(marked("sequential")["!"]).toEqual(["beauty/gru4rec", "beauty/hgn", "beauty/sasrec", "toys/hgn"]);
  expect(marked("direct-uniform")["!"]).toEqual([]);
});

it("marks rows whose NDCG cannot grow so from 5 to 10 with one held-out item, rounding allowed for", () => {
  const direct = marked("direct-uniform");
  expect(direct["?"]).toEqual(DATASETS.flatMap((data) => [`${data}/elmrec`, `${data}/isrf`]));
  // POD on Beauty: .2677 - .1931 hits, .1639 - .1404 gained, .315 of them.
  expect(direct[""]).toContain("beauty/pod");
  expect(marked("sequential")[""]).toEqual(expect.arrayContaining(["sports/isrf", "beauty/isrf", "beauty/elmrec"]));
});

it("says in CSV of which question, data set and metric each value is, and what its printed row is marked with", () => {
  const columns = [{ dataset: "beauty", metric: "HR@10", cells: [{ value: 0.04, values: [0.04] }, null] }];
  const comparison = {
    questions: ["sequential", "direct-uniform"].map((question) => ({ question, columns })),
    systems: ["hgn", "isrf"].map((label) => ({ label })),
    datasets: [{ name: "beauty" }],
  } as unknown as Comparison;
  const [head, ...lines] = printedCsv(comparison).split("\n");
  expect(head).toBe("question,dataset,system,metric,value,printed,mark");
  expect(lines).toHaveLength(12);
  expect(lines).toContain("sequential,beauty,hgn,HR@10,0.04,0.0263,!");
  expect(lines).toContain("sequential,beauty,isrf,HR@10,,0.08,");
  expect(lines).toContain("direct-uniform,beauty,isrf,NDCG@10,,0.5352,?");
});
