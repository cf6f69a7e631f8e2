import { expect, test } from "vitest";
import { commentComplaints, pageComplaints, type Repository } from "../../scripts/check-prose.ts";

const GUIDE = "# Guide\n\n## What it reaches, and why\n\n| L2 | numbers |\n";
const repository: Repository = {
  paths: new Set(["README.md", "docs/guide.md", "docs/decisions/0001.md", "src/data", "src/data/split.ts"]),
  scripts: new Set(["demo", "bench:engine"]),
  commands: new Set(["train", "data import"]),
  pages: new Map([["docs/guide.md", GUIDE]]),
};

test("true words pass: links, anchors, paths by their end, scripts, commands", () => {
  const page = [
    "See [the guide](docs/guide.md#what-it-reaches-and-why), `src/data/split.ts`, `data/split.ts`, `src/data/`.",
    "`npm run demo`, `isrf train shop`, [elsewhere](https://example.org/x). Copy to `results/NAME`.",
    "```",
    "isrf data import --interactions purchases.csv",
    `npm run bench:engine -- ${"--long ".repeat(30)}`,
    "```",
    `| a table | ${"may be wide ".repeat(20)}|`,
  ].join("\n");
  expect(pageComplaints("README.md", page, repository)).toEqual([]);
});

test.each([
  ["a wide line", "word ".repeat(25), "1: has 125 characters, more than 120"],
  ["a lost file", "[a](docs/gone.md)", "1: links to docs/gone.md, which is not there"],
  ["a lost heading", "[a](docs/guide.md#what)", "1: links to docs/guide.md#what, which is not there"],
  ["a lost path", "`src/data/gone.ts`", "1: names src/data/gone.ts, which is not there"],
  ["a lost folder", "`src/gone/`", "1: names src/gone/, which is not there"],
  ["a lost script", "`npm run gone`", "1: names npm run gone, which is not there"],
  ["a lost command", "`isrf gone shop`", "1: names isrf gone, no command"],
  ["a commit", "as of 729c469 it is", "1: names a commit"],
])("%s is told", (_, text, complaint) => {
  expect(pageComplaints("README.md", text, repository)).toContain(complaint);
});

test("decisions may name commits", () => {
  expect(pageComplaints("docs/decisions/0001.md", "as of 729c469 it is", repository)).toEqual([]);
});

test("comments are as wide as code, and cite pages, rows and headings that are there", () => {
  const cited = '// docs/guide.md, L2; docs/guide.md, "What it reaches, and why"; docs/guide.md';
  expect(commentComplaints(cited, repository)).toEqual([]);
  expect(commentComplaints(`const a = 1;\n// ${"word ".repeat(25)}`, repository)).toEqual([
    "2: has 128 characters, more than 120",
  ]);
  expect(commentComplaints("// docs/guide.md, L3\n/** docs/gone.md */", repository)).toEqual([
    "1: cites docs/guide.md, L3, which is not there",
    "2: cites docs/gone.md, which is not there",
  ]);
});
