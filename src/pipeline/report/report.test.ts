import { describe, expect, expectTypeOf, test } from "vitest";
import { reportExample as data } from "../../../test/support/report-example.ts";
import type { TaskEvaluation } from "../evaluate/evaluation-record.ts";
import type { ExplainedItem, ExplainedTerm, GroupSupport } from "../explain/explanation.ts";
import { renderReport } from "./report.ts";
import type { ReportData, TaskMetrics } from "./report-data.ts";

const page = renderReport(data);

/** `data` with `poison` in place of every text in it, however deep; fixed words stay. */
function poisoned(value: unknown, poison: string, key = ""): unknown {
  if (typeof value === "string")
    return ["kind", "task", "candidates", "by", "verdict", "protocol"].includes(key) ? value : poison;
  if (Array.isArray(value)) return value.map((each) => poisoned(each, poison, key));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, poisoned(each, poison, name)]);
  return Object.fromEntries(entries);
}

describe("safety", () => {
  test("no text of the data becomes markup, in tables nor in figures", () => {
    const hostile = `</text></svg></style><script>alert(1)</script><img src=x onerror="a('b')">`;
    const infected = renderReport(poisoned(data, hostile) as ReportData);
    expect(infected).not.toContain("<script");
    expect(infected).not.toContain("<img");
    expect(infected.match(/<\/style>/g)).toHaveLength(1);
    expect(infected.match(/<svg/g)).toHaveLength(page.match(/<svg/g)!.length);
    expect(infected).toContain("&lt;script&gt;");
  });
  test("names of metrics are escaped too", () => {
    const systems = [{ name: "isrf", kind: "model" as const, metrics: { "<b>": { value: 1 } } }];
    const html = renderReport({ ...data, tasks: [{ task: "direct", users: 1, answers: 100, systems }] });
    expect(html).toContain("&lt;b&gt;");
  });
  test("loads nothing: no address, no script, no import, and a policy that forbids them", () => {
    expect(page).not.toMatch(/\b(src|href|xlink:href|action)="(?!#)/);
    expect(page).not.toMatch(/url\(|@import|<script|<link|<iframe/);
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).toContain("default-src 'none'");
  });
});

describe("content", () => {
  test("the same data gives the same page", () => {
    expect(renderReport(data) === page).toBe(true);
  });
  test("figures: one per curve, one per task, one for the two interests", () => {
    expect(page.match(/<svg/g)).toHaveLength(data.curves.length + data.tasks.length + 1);
  });
  test("curves can be read without being seen, and say that their axes are cut", () => {
    expect(page).toContain('role="img" aria-label="Training losses, loss by epoch. sequential from ');
    expect(page.match(/axes need not begin at 0/g)).toHaveLength(data.curves.length);
  });
  test("the reasoner is named at the user's texts, at the evidence and where the model was made", () => {
    expect(page.split("rule-based (offline)").length - 1).toBe(3);
  });
  test("says who is ahead of the model without training", () => {
    expect(page).toContain("Ahead of it without any training: item-knn (29.0 %).");
  });
  test("marks the best value of a column, whoever has it", () => {
    expect(page).toContain('<span class="best">0.2900</span>');
    expect(page).not.toContain('<span class="best">0.2725</span>');
  });
  test("marks the recommendation that the user took next, once", () => {
    expect(page.match(/>taken next</g)).toHaveLength(1);
  });
  test("shows evidence of both kinds and which moved the rank", () => {
    expect(page).toContain("moved by group interest");
    expect(page).toContain("shared: camping, compact");
    expect(page).toMatch(/User u0333 .*bought Single Origin Beans, Huila, Headlamp 400/);
    expect(page).toContain("Rank 2; without individual interest 3, without group interest 14.");
  });
  test("shows command, seed, fingerprint and checks with their verdicts in words", () => {
    for (const text of [data.provenance.command, data.provenance.fingerprint, ">warn</td>", "isrf 0.1.0"]) {
      expect(page).toContain(text);
    }
  });
  test("a result under the paper protocol carries its warning", () => {
    const paper = { ...data, provenance: { ...data.provenance, protocol: "paper" as const } };
    expect(renderReport(paper)).toContain("contains test information");
    expect(page).not.toContain("contains test information");
  });
});

describe("tasks", () => {
  test("the tasks of an evaluation record fit as they are", () => {
    expectTypeOf<TaskEvaluation>().toExtend<TaskMetrics>();
  });
  test("says how many answers there are, also where a small catalogue has no 99 others", () => {
    const small = { ...data.tasks[1]!, answers: 48 };
    expect(renderReport({ ...data, tasks: [small] })).toContain(
      "Which of these 48? One item that the user took and 47",
    );
    expect(page).toContain("Asked to choose among 100 items");
  });
  test("popular candidates have a part of their own and no headline", () => {
    const popular = { ...data.tasks[1]!, candidates: "popularity" as const };
    const html = renderReport({ ...data, tasks: [popular] });
    expect(html).toContain("Direct recommendation among popular items");
    expect(html).not.toContain("Asked to choose");
  });
  test("what a random order scores stands below the systems", () => {
    expect(page).toMatch(/random order.*0\.0436/);
  });
});

test("says who recommended in the model's place, and why", () => {
  const by = (isWinner: boolean) =>
    renderReport({ ...data, example: { ...data.example!, answeredBy: { name: "item-knn", isWinner } } });
  expect(by(true)).toContain("Recommended by item-knn, which won on validation items, in its order;");
  expect(by(false)).toContain("Recommended by item-knn, as asked, in its order;");
  expect(page).not.toContain("Recommended by");
});

test("where nobody wrote texts, no reasoner is named", () => {
  const reasoner = { label: "attributes of the catalogue", isRuleBased: true, hasWritten: false };
  const { texts: _, ...example } = data.example!;
  const html = renderReport({ ...data, reasoner, example });
  expect(html).toContain("No texts were written: the catalogue's own words were embedded.");
  expect(html).toContain("title words of the catalogue.</p>");
  expect(html).not.toMatch(/reasoner|the texts follow rules/);
});

test("says that steps of a chain read each other only where they did", () => {
  const texts = { positive: "Campers.", negative: "Others.", feature: "Light." };
  const took = { calls: 3, promptTokens: 9, cachedTokens: 0, completionTokens: 9, milliseconds: 5 };
  const chain = { kind: "item" as const, id: "i1", data: "Title: Lamp", texts, missed: [], flaws: [], took };
  const by = (chainsBy: ReportData["chainsBy"]) => renderReport({ ...data, chains: [chain], chainsBy });
  expect(by("rules")).toContain("reasoner, each text by itself: no step reads another&#39;s. All of them");
  expect(by("steps")).toContain("reasoner, each step told the answers before it. All of them");
  expect(by(undefined)).toContain("reasoner. All of them");
});

describe("gaps", () => {
  test("a report without example, curves and intervals is whole", () => {
    const { example: _, ...rest } = data;
    const systems = [{ name: "isrf", kind: "model" as const, metrics: { "HR@10": { value: 0.5 } } }];
    const html = renderReport({ ...rest, curves: [], tasks: [{ task: "sequential", users: 3, answers: 9, systems }] });
    expect(html).not.toContain('id="example"');
    expect(html).toContain("0.5000");
    expect(html).not.toMatch(/undefined|NaN/);
  });
  test("a metric that a system lacks shows a dash", () => {
    const systems = [
      { name: "isrf", kind: "model" as const, metrics: { "HR@10": { value: 0.5 }, MRR: { value: 0.1 } } },
      { name: "popularity", kind: "yardstick" as const, metrics: { "HR@10": { value: 0.2 } } },
    ];
    const html = renderReport({ ...data, tasks: [{ task: "sequential", users: 3, answers: 9, systems }] });
    expect(html).toContain('<td class="number muted">-</td>');
  });
});

test("counts of similar users stand beside the share of all users", () => {
  const example = data.example!;
  const support = {
    neighbours: 20,
    bought: 7,
    boughtAlike: 3,
    shareOfAll: 0.0675,
    shareOfAllAlike: 0.1,
    isSupport: true,
  };
  const withSupport = (support: GroupSupport) => {
    const recommendations = [{ ...(example.recommendations[0] as ExplainedItem), support }];
    return renderReport({ ...data, example: { ...example, recommendations } });
  };
  const html = withSupport(support);
  expect(html).toContain("7 of 20 similar users have it (of all users 6.8 %), 3 more something like it.");
  expect(html).not.toContain("no evidence for it");
  expect(withSupport({ ...support, isSupport: false })).toContain("No more than of all users: no evidence for it.");
  expect(page).not.toContain("similar users have it");
});

describe("a score that is a sum", () => {
  const term = (name: string, ahead: number, says: string): ExplainedTerm => {
    return { name, describes: `what ${name} is`, says, adds: ahead, typical: 0, ahead, behind: [] };
  };
  const { item } = data.example!.recommendations[0]!;
  const behind = [{ kind: "item", item, strength: 1, shares: ["tea", "<b>"], text: "A <text>." }] as const;
  const terms = [
    term("group", -0.5, "1 of 50 similar users have it"),
    { ...term("text", 2, "its text speaks for it"), behind },
  ];
  const recommendations = [{ item, score: 3.25, typicalScore: 1.75, terms }];
  const html = renderReport({ ...data, example: { ...data.example!, recommendations } });

  test("has a bar for each term, to the right for what speaks for the item and to the left for what speaks against it", () => {
    expect(html).toContain("Score 3.25: 1.75 as for other items, and the terms below.");
    expect(html).toMatch(
      />text<[\s\S]*class="for" x="60.00" y="1" width="60.00"[\s\S]*>\+2.00<[\s\S]*its text speaks for it/,
    );
    expect(html).toMatch(
      />group<[\s\S]*class="against" x="45.00" y="1" width="15.00"[\s\S]*>-0.50<[\s\S]*1 of 50 similar users/,
    );
    expect(html.lastIndexOf(">text<")).toBeLessThan(html.lastIndexOf(">group<"));
    expect(html).not.toContain("moved by");
  });
  test("shows what is behind a term, escaped", () => {
    expect(html).toContain("in common: tea, &lt;b&gt;");
    expect(html).toContain("text: A &lt;text&gt;.");
  });
});
