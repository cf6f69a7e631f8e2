// How good a dataset's chains look, on a sample: every check of `CHECKS` as a share, what replies were worth, and the
// chains that pass least.

import { type Report, silent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import type { Dataset } from "../../data/index.ts";
import {
  CHECKS,
  type ChainTexts,
  type Check,
  STEPS,
  type Step,
  type Subject,
  scoreChain,
} from "../../reasoning/index.ts";
import { type ShownChain, showChain } from "./show.ts";

export interface JudgeOptions {
  readonly dataset: Dataset;
  /** Chains of each kind, drawn by the seed. */
  readonly sample: number;
  readonly seed: number;
  readonly report?: Report | undefined;
}

export interface JudgedChain {
  readonly kind: Subject["kind"];
  readonly id: string;
  readonly title?: string | undefined;
  readonly texts: ChainTexts;
  readonly missed: readonly Check[];
}

export interface KindReport {
  readonly kind: Subject["kind"];
  /** Chains that were drawn, and those of them with all three texts, which the shares are of. */
  readonly drawn: number;
  readonly complete: number;
  readonly passed: Readonly<Record<Check, number>>;
  /** Chains that pass every check. */
  readonly allPassed: number;
  /** FEATURE texts that another drawn chain has word for word. */
  readonly alike: number;
}

export interface JudgeReport {
  readonly source: string;
  readonly promptVersion: string;
  readonly kinds: readonly KindReport[];
  /** Those that miss most, worst first. */
  readonly worst: readonly JudgedChain[];
}

const SHOWN = 5;

/** Asks nothing. @throws InputError when nothing was reasoned there. */
export async function judgeReasoning({ dataset, sample, seed, report = silent }: JudgeOptions): Promise<JudgeReport> {
  const kinds: KindReport[] = [];
  const all: JudgedChain[] = [];
  let shown: ShownChain | undefined;
  for (const kind of ["item", "user"] as const) {
    const count = kind === "item" ? dataset.items.length : dataset.users.length;
    const judged: JudgedChain[] = [];
    const drawn = drawnFrom(count, sample, Random.of(seed, `judged ${kind}s`));
    for (const [done, index] of drawn.entries()) {
      report({ kind: "step", stage: "judge", done, total: drawn.length, unit: `${kind}s` });
      shown = await showChain({ dataset, kind, index });
      const chain = judgedChain(shown);
      if (chain !== undefined) judged.push(chain);
    }
    kinds.push(reportOf(kind, drawn.length, judged));
    all.push(...judged);
  }
  const worst = all.filter(({ missed }) => missed.length > 0).sort((a, b) => b.missed.length - a.missed.length);
  const { source = "", promptVersion = "" } = shown ?? {};
  return { source, promptVersion, kinds, worst: worst.slice(0, SHOWN) };
}

function drawnFrom(count: number, size: number, random: Random): number[] {
  const order = random.shuffle(Array.from({ length: count }, (_, i) => i));
  return order.slice(0, size).sort((a, b) => a - b);
}

function judgedChain({ kind, id, title, steps }: ShownChain): JudgedChain | undefined {
  const texts: Partial<Record<Step, string>> = {};
  const prompts: Partial<Record<Step, string>> = {};
  for (const { step, prompt, answer, revision } of steps) {
    prompts[step] = prompt;
    const text = revision?.text ?? (answer?.status === "answered" ? answer.text : undefined);
    if (text !== undefined) texts[step] = text;
  }
  if (!isWhole(texts) || !isWhole(prompts)) return undefined;
  const score = scoreChain({ texts, prompts });
  const missed = (Object.keys(CHECKS) as Check[]).filter((check) => !score[check]);
  return { kind, id, title, texts, missed };
}

function isWhole<T>(parts: Partial<Record<Step, T>>): parts is Record<Step, T> {
  return STEPS.every((step) => parts[step] !== undefined);
}

function reportOf(kind: Subject["kind"], drawn: number, judged: readonly JudgedChain[]): KindReport {
  const passed = Object.fromEntries(
    (Object.keys(CHECKS) as Check[]).map((check) => [
      check,
      judged.filter(({ missed }) => !missed.includes(check)).length,
    ]),
  ) as Record<Check, number>;
  const allPassed = judged.filter(({ missed }) => missed.length === 0).length;
  const features = judged.map(({ texts }) => texts.feature);
  const alike = features.filter(
    (feature, i) => features.indexOf(feature) !== i || features.lastIndexOf(feature) !== i,
  ).length;
  return { kind, drawn, complete: judged.length, passed, allPassed, alike };
}
