// A comparison as Markdown, LaTeX, text, CSV and JSON.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import type { Comparison } from "./compare.ts";
import { formatComparison } from "./formats.ts";
import { readComparison, writeComparison } from "./write-comparison.ts";

describe("formats", () => {
  const cell = (value: number, more: object = {}) => ({ value, values: [value], ...more });
  const test = (pValue: number) => ({
    difference: 0.1,
    statistic: 2,
    pValue,
    pairs: 9,
    adjusted: Math.min(1, 2 * pValue),
  });
  const users = (p: number) => ({ users: { tTest: test(p), wilcoxon: test(p) } });
  const comparison: Comparison = {
    format: 1,
    kind: "comparison",
    productVersion: "0",
    protocol: "strict",
    split: "test",
    runs: [],
    systems: [
      { label: "isrf", kind: "model", usesHistory: false, seeds: [1, 2], differences: [] },
      { label: "sasrec", kind: "model", usesHistory: true, seeds: [1, 2], differences: [] },
      { label: "popularity", kind: "yardstick", usesHistory: false, seeds: [], differences: [] },
    ],
    reference: 0,
    datasets: [],
    questions: [
      {
        question: "direct-uniform",
        columns: [
          {
            dataset: "beauty_5",
            metric: "HR@5",
            cells: [cell(0.25, { deviation: 0.01 }), cell(0.2, { deviation: 0.02, ...users(0.01) }), cell(0.1)],
            best: 0,
            second: 1,
            gain: { over: 1, absolute: 0.05, relative: 0.25, pValue: 0.02 },
          },
          {
            dataset: "toys",
            metric: "NDCG@5",
            cells: [cell(0.1), cell(0.2, users(0.3)), null],
            best: 1,
            second: 0,
            gain: { over: 1, absolute: -0.1, relative: -0.5, pValue: 0.6 },
          },
        ],
      },
    ],
  };

  it("draws Markdown with best and second best", () => {
    expect(formatComparison(comparison, "markdown")).toMatchInlineSnapshot(`
      "### Direct recommendation, 99 uniform negatives

      |  | beauty_5 HR@5 | toys NDCG@5 |
      |---|---:|---:|
      | sasrec † | <u>0.2000 ± 0.0200</u> | **0.2000** |
      | popularity ‡ | 0.1000 |  |
      | isrf | **0.2500 ± 0.0100** | <u>0.1000</u> |
      | Gain | +25.00 %\\* | -50.00 % |

      **Best**, <u>second best</u>.

      - ± standard deviation over training seeds (1, 2)
      - Gain: isrf over the best of the others in each column; \\* paired t-test over users, p < 0.05 after Holm's correction over this table's tests
      - † reads the user's history beside the candidates
      - ‡ needs no training"
    `);
  });

  it("marks what answers in a way of ours", () => {
    const [isrf, ...others] = comparison.systems;
    const marked = { ...comparison, systems: [{ ...isrf!, isOurs: true }, ...others] };
    const page = formatComparison(marked, "markdown");
    expect(page).toContain("| isrf § | **0.2500");
    expect(page).toContain("- § answers in a way that is ours, and no paper's");
    expect(formatComparison(marked, "latex")).toContain("isrf \\S{} & ");
    expect(formatComparison(comparison, "markdown")).not.toContain("§");
  });

  it("draws LaTeX in the layout of the paper's tables", () => {
    expect(formatComparison(comparison, "latex")).toMatchInlineSnapshot(`
      "\\begin{table}
      \\caption{Direct recommendation, 99 uniform negatives. $\\pm$ standard deviation over training seeds (1, 2). Gain: isrf over the best of the others in each column; $^*$ paired t-test over users, p $<$ 0.05 after Holm's correction over this table's tests. $^\\dagger$ reads the user's history beside the candidates. $^\\ddagger$ needs no training.}
      \\begin{tabular}{lrr}
      \\toprule
       & \\multicolumn{1}{c}{beauty\\_5} & \\multicolumn{1}{c}{toys} \\\\
       & H@5 & N@5 \\\\
      \\midrule
      sasrec $^\\dagger$ & \\underline{0.2000 $\\pm$ 0.0200} & \\textbf{0.2000} \\\\
      popularity $^\\ddagger$ & 0.1000 &  \\\\
      isrf & \\textbf{0.2500 $\\pm$ 0.0100} & \\underline{0.1000} \\\\
      \\midrule
      Gain & +25.00 \\%$^*$ & -50.00 \\% \\\\
      \\bottomrule
      \\end{tabular}
      \\end{table}"
    `);
  });

  it("draws text for a terminal", () => {
    expect(formatComparison(comparison)).toMatchInlineSnapshot(`
      "Direct recommendation, 99 uniform negatives
      ┌──────────────┬─────────────────────┬────────────┐
      │              │            beauty_5 │       toys │
      │              │                HR@5 │     NDCG@5 │
      ├──────────────┼─────────────────────┼────────────┤
      │ sasrec †     │ 0.2000 ± 0.0200 (2) │ 0.2000 (1) │
      ├──────────────┼─────────────────────┼────────────┤
      │ popularity ‡ │              0.1000 │            │
      ├──────────────┼─────────────────────┼────────────┤
      │ isrf         │ 0.2500 ± 0.0100 (1) │ 0.1000 (2) │
      ├──────────────┼─────────────────────┼────────────┤
      │ Gain         │           +25.00 %* │   -50.00 % │
      └──────────────┴─────────────────────┴────────────┘
      (1) best, (2) second best
      ± standard deviation over training seeds (1, 2)
      Gain: isrf over the best of the others in each column; * paired t-test over users, p < 0.05 after Holm's correction over this table's tests
      † reads the user's history beside the candidates
      ‡ needs no training"
    `);
  });

  it("writes one CSV line per value", () => {
    expect(formatComparison(comparison, "csv")).toMatchInlineSnapshot(`
      "question,dataset,metric,system,kind,seeds,value,deviation,low,high,place,reference,difference,t_p,t_p_holm,wilcoxon_p,wilcoxon_p_holm,seeds_difference,seeds_t_p,seeds_t_p_holm,seeds_wilcoxon_p,seeds_wilcoxon_p_holm,item_count,users,split,protocol,limit,differences
      direct-uniform,beauty_5,HR@5,isrf,model,1 2,0.25,0.01,,,best,isrf,,,,,,,,,,,,,test,strict,,
      direct-uniform,beauty_5,HR@5,sasrec,model,1 2,0.2,0.02,,,second,isrf,0.1,0.01,0.02,0.01,0.02,,,,,,,,test,strict,,
      direct-uniform,beauty_5,HR@5,popularity,yardstick,,0.1,,,,,isrf,,,,,,,,,,,,,test,strict,,
      direct-uniform,toys,NDCG@5,isrf,model,1 2,0.1,,,,second,isrf,,,,,,,,,,,,,test,strict,,
      direct-uniform,toys,NDCG@5,sasrec,model,1 2,0.2,,,,best,isrf,0.1,0.3,0.6,0.3,0.6,,,,,,,,test,strict,,"
    `);
  });

  it("marks in CSV what cannot answer, and what may not stand beside the reference", () => {
    const [isrf, sasrec, popularity] = comparison.systems;
    const [column] = comparison.questions[0]!.columns;
    const cells = [cell(0.25), cell(0, { limit: "no answer" }), cell(0.1)];
    const marked: Comparison = {
      ...comparison,
      systems: [isrf!, sasrec!, { ...popularity!, differences: ["users: all and 9", "split: a and b"] }],
      questions: [{ question: "sequential", columns: [{ ...column!, cells, gain: undefined }] }],
    };
    const [, , second, third] = formatComparison(marked, "csv").split("\n");
    expect(second).toMatch(/^sequential,beauty_5,HR@5,sasrec,model,1 2,,,,,second,isrf,.*,test,strict,no answer,$/);
    expect(third).toMatch(/,test,strict,,users: all and 9; split: a and b$/);
  });

  it("says of validation items that they are, in every format", () => {
    const chosen: Comparison = { ...comparison, split: "valid" };
    const page = formatComparison(chosen, "markdown");
    expect(page).toContain("### Direct recommendation, 99 uniform negatives, validation items\n");
    expect(page).toContain("- VALIDATION ITEMS: settings, checkpoints and weights of terms were chosen on them");
    expect(formatComparison(chosen, "latex")).toContain("negatives, validation items. VALIDATION ITEMS: ");
    expect(formatComparison(chosen)).toMatch(/^Direct recommendation, 99 uniform negatives, validation items\n/);
    expect(formatComparison(chosen, "csv")).toMatch(/,valid,strict,,$/m);
    expect(formatComparison({ ...apart(users(0.01)), split: "valid" }, "markdown")).toContain(
      "negatives, validation items: HR@10 by how often training saw the right answer",
    );
    expect(formatComparison(comparison, "markdown")).not.toMatch(/validation/i);
  });

  /** Of the first question, users apart; the third system stands there untested. */
  const apart = (tested: object): Comparison => {
    const column = {
      dataset: "beauty_5",
      users: 4594,
      best: 1,
      second: 0,
      metric: "HR@10",
      cells: [cell(0.1, { deviation: 0.01 }), cell(0.2, tested), cell(0.05)],
    } as const;
    const gain = { over: 1, absolute: -0.1, relative: -0.5, pValue: 0.02 };
    const isTested = Object.keys(tested).length > 0;
    const columns = [
      { ...column, itemCount: "0", users: 138 },
      { ...column, itemCount: "1-4", ...(isTested ? { gain } : {}) },
    ];
    return { ...comparison, questions: [{ ...comparison.questions[0]!, columns: [], byItemCount: columns }] };
  };

  it("draws users apart with the gain, its star, and who is not tested", () => {
    const [, page] = formatComparison(apart(users(0.01)), "markdown").split("\n\n### ");
    expect(page).toMatchInlineSnapshot(`
      "Direct recommendation, 99 uniform negatives: HR@10 by how often training saw the right answer

      |  | 0 (138) | 1-4 (4,594) |
      |---|---:|---:|
      | sasrec † | **0.2000** | **0.2000** |
      | popularity ‡ | 0.0500 | 0.0500 |
      | isrf | <u>0.1000 ± 0.0100</u> | <u>0.1000 ± 0.0100</u> |
      | Gain |  | -50.00 %\\* |

      **Best**, <u>second best</u>.

      - ± standard deviation over training seeds (1, 2)
      - Gain: isrf over the best of the others in each column; \\* paired t-test over users, p < 0.05 after Holm's correction over this question's tests in all ranges, of both metrics and all data sets
      - † reads the user's history beside the candidates
      - ‡ needs no training
      - in brackets: users who are asked for such an item
      - not tested against isrf, means alone: popularity (earlier versions did not keep how often training saw each answer: evaluate and compare again)"
    `);
    const latex = formatComparison(apart(users(0.01)), "latex");
    expect(latex).toContain("Gain &  & -50.00 \\%$^*$");
    expect(latex).toContain("& 0 (138) & 1-4 (4,594)");
    expect(formatComparison(apart(users(0.01)))).toContain("-50.00 %*");
    expect(formatComparison(apart(users(0.01)), "csv").split("\n")).toContain(
      "direct-uniform by item count,beauty_5,HR@10,sasrec,model,1 2,0.2,,,,best,isrf,0.1,0.01,0.02,0.01,0.02,,,,,,1 to 4,4594,test,strict,,",
    );
  });

  it("says of users apart that nothing is tested, and why", () => {
    const means = formatComparison(apart({}), "markdown");
    expect(means).not.toContain("Gain");
    expect(means).toContain(
      "- not tested against isrf, means alone: sasrec, popularity (earlier versions did not keep how often training saw",
    );
    const overSeeds = formatComparison({ ...apart(users(0.01)), testedOver: "seeds" }, "markdown");
    expect(overSeeds).toContain("means alone: sasrec, popularity (fewer than two seeds in common, or one and the same");
  });

  it("writes all files, and draws the same again from the JSON alone", async () => {
    const folder = await temporaryDirectory();
    const paths = await writeComparison(folder, comparison);
    expect(paths.map((path) => path.split(".").at(-1))).toEqual(["md", "tex", "csv", "json"]);
    const again = await readComparison(join(folder, "comparison.json"));
    expect(`${formatComparison(again, "latex")}\n`).toBe(await readFile(join(folder, "comparison.tex"), "utf8"));
  });
});
