// How right the rules on replies are, on the labelled ones (test/judgement), as the tables of docs/reasoning.md. Run as
// a script, it writes them there; a test holds them equal.
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Agreement, agreement, type ChainTexts, type Step, type Subject } from "../src/reasoning/index.ts";
import { FLAWS, type Flaw, readAnswer } from "../src/reasoning/judgement/index.ts";

const PARTS = ["seen", "held-out", "by hand"] as const;

export interface Labelled {
  readonly model: string;
  readonly part: (typeof PARTS)[number];
  readonly kind: Subject["kind"];
  readonly step: Step;
  readonly prompt: string;
  readonly earlier: Partial<ChainTexts>;
  readonly isJson: boolean;
  readonly isTruncated: boolean;
  readonly reply: string;
  readonly labels: readonly (Flaw | "usable" | "weak")[];
}

export interface Verdict extends Labelled {
  /** What the rules say; undefined: it passes. */
  readonly said: Flaw | undefined;
}

export function labelledAnswers(): readonly Labelled[] {
  const lines = readFileSync(resolve(import.meta.dirname, "../test/judgement/labelled-answers.jsonl"), "utf8");
  return lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Labelled);
}

export function verdicts(): readonly Verdict[] {
  return labelledAnswers().map((labelled) => ({ ...labelled, said: saidOf(labelled) }));
}

/** What the rules say of a reply. */
export function saidOf(labelled: Labelled): Flaw | undefined {
  const { reply, isTruncated, isJson } = labelled;
  const reading = readAnswer(reply, { request: labelled, isTruncated, isJson, language: "en" });
  return reading.kind === "flaw" ? reading.flaw : undefined;
}

/** A rule beside its label. A reply has all the flaws of its labels; a rule names the first that it finds. */
export interface RuleFigures {
  readonly rule: Flaw;
  /** Replies with its label, and those of them refused by it, and by whichever rule. */
  readonly labelled: number;
  readonly byName: number;
  readonly byAny: number;
  /** Replies refused by it, and what they are: of its label, else weak, usable, or with other flaws alone. */
  readonly refused: number;
  readonly right: number;
  readonly weak: number;
  readonly usable: number;
  readonly otherFlaw: number;
}

export function ruleFigures(all: readonly Verdict[]): readonly RuleFigures[] {
  return (Object.keys(FLAWS) as Flaw[]).map((rule) => {
    const labelled = all.filter(({ labels }) => labels.includes(rule));
    const refused = all.filter(({ said }) => said === rule);
    const wrong = refused.filter(({ labels }) => !labels.includes(rule));
    const weak = wrong.filter(({ labels }) => labels.includes("weak")).length;
    const usable = wrong.filter(({ labels }) => labels.includes("usable")).length;
    return {
      rule,
      labelled: labelled.length,
      byName: labelled.filter(({ said }) => said === rule).length,
      byAny: labelled.filter(({ said }) => said !== undefined).length,
      refused: refused.length,
      right: refused.length - wrong.length,
      weak,
      usable,
      otherFlaw: wrong.length - weak - usable,
    };
  });
}

/** Replies by what they are as a whole. */
export const GRADES = {
  "flawed alone": ({ labels }) => !labels.includes("usable") && !labels.includes("weak"),
  "weak, with a flaw": ({ labels }) => labels.includes("weak") && labels.length > 1,
  "weak alone": ({ labels }) => labels.length === 1 && labels[0] === "weak",
  usable: ({ labels }) => labels.includes("usable"),
} as const satisfies Readonly<Record<string, (verdict: Verdict) => boolean>>;

export function isGood({ labels }: Labelled): boolean {
  return labels.length === 1 && labels[0] === "usable";
}

/** Whether rules and labels call the same replies good: "usable" alone, and what passes. */
export function rulesWithLabels(all: readonly Verdict[]): Agreement {
  return agreement(all.map((verdict) => [verdict.said === undefined, isGood(verdict)] as const));
}

function gradeLines(all: readonly Verdict[]): string[] {
  const cell = (part: (typeof PARTS)[number], holds: (verdict: Verdict) => boolean) => {
    const own = all.filter((verdict) => verdict.part === part && holds(verdict));
    return `${own.filter(({ said }) => said !== undefined).length} of ${own.length}`;
  };
  const kappa = (part: (typeof PARTS)[number]) => {
    const { share, kappa: beyond = 0 } = rulesWithLabels(all.filter((verdict) => verdict.part === part));
    return `${share.toFixed(2)}, ${beyond.toFixed(2)}`;
  };
  return [
    "| replies | seen while rules were written: refused | held out: refused | written by hand, other catalogues: refused |",
    "|---|---:|---:|---:|",
    ...Object.entries(GRADES).map(
      ([name, holds]) => `| ${name} | ${PARTS.map((part) => cell(part, holds)).join(" | ")} |`,
    ),
    `| share on which rules and labels agree, kappa | ${PARTS.map(kappa).join(" | ")} |`,
  ];
}

function ruleLines(all: readonly Verdict[]): string[] {
  const share = (part: number, whole: number) => (whole === 0 ? "-" : (part / whole).toFixed(2));
  return [
    "| rule | replies labelled so | recall by its name | recall by any rule | refused by it | precision | weak | usable |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
    ...ruleFigures(all).map(({ rule, labelled, byName, byAny, refused, right, weak, usable }) => {
      const recall = [share(byName, labelled), share(byAny, labelled)];
      return `| ${[rule, labelled, ...recall, refused, share(right, refused), weak, usable].join(" | ")} |`;
    }),
  ];
}

const BEGIN = "<!-- npx tsx scripts/rule-table.ts -->";
const END = "<!-- end -->";

/** Replies that a model gave; what people wrote says nothing of how often models err. */
export function isOfModel({ part }: Labelled): boolean {
  return part !== "by hand";
}

/** The tables between the marks of a page. */
export function ruleTables(all: readonly Verdict[]): string {
  return [BEGIN, "", ...gradeLines(all), "", ...ruleLines(all.filter(isOfModel)), "", END].join("\n");
}

export const PAGE = resolve(import.meta.dirname, "../docs/reasoning.md");

async function main(): Promise<void> {
  const page = await readFile(PAGE, "utf8");
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${PAGE}: found no place between "${BEGIN}" and "${END}"`);
  await writeFile(PAGE, page.slice(0, from) + ruleTables(verdicts()) + page.slice(to + END.length));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
