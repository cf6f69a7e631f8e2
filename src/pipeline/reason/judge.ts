// How good a dataset's chains look, on a sample: every check of `CHECKS` as a share, what replies were worth, and the
// chains that pass least.

import { stopIf } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import type { Dataset } from "../../data/index.ts";
import {
  CHECKS,
  type Check,
  quotedData,
  readReasoningManifest,
  STEPS,
  type Step,
  type Subject,
  scoreChain,
} from "../../reasoning/index.ts";
import type { JudgeCost } from "./ask-judge.ts";
import { type Calibration, calibrate } from "./calibration.ts";
import { type ChainWriting, writingOf } from "./chain-writing.ts";
import { type JudgedChain, misses } from "./judged-chain.ts";
import type { Judges } from "./judges.ts";
import { type ShownChain, showChain } from "./show.ts";
import { type KindVerdicts, verdictReport, verdictsOn } from "./verdicts.ts";

export interface JudgeOptions {
  readonly dataset: Dataset;
  /** Chains of each kind, drawn by the seed. */
  readonly sample: number;
  readonly seed: number;
  /** A model that judges them too. Its verdicts are kept beside the texts: the same is not asked twice. */
  readonly judges?: Judges | undefined;
  /** Whether it is first asked about replies that were labelled by hand. */
  readonly calibrates?: boolean | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
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
  readonly byModel?: KindVerdicts | undefined;
}

export interface JudgeReport {
  readonly source: string;
  readonly promptVersion: string;
  readonly kinds: readonly KindReport[];
  /** The model that judged too, and what asking it took in this run. */
  readonly judge?: (JudgeCost & { readonly model: string }) | undefined;
  /** How far that model agrees with people, where it was asked about labelled replies. */
  readonly calibration?: Calibration | undefined;
  /** Those that miss most, worst first. */
  readonly worst: readonly JudgedChain[];
}

/** What the report was made of. */
interface JudgedSample {
  readonly chains: readonly JudgedChain[];
  readonly writing: ChainWriting | undefined;
}

const SHOWN = 5;

/**
 * Every chain that was drawn, worst first. Asks nothing but the judge, where there is one.
 * @throws InputError when nothing was reasoned there; what `verdictsOn` throws.
 */
export async function judgeChains(options: JudgeOptions): Promise<JudgeReport & JudgedSample> {
  const { judges, calibrates = false, report, signal } = options;
  const { directory } = options.dataset;
  const asking = { directory, report, signal };
  const calibration = judges && calibrates ? await calibrate({ judge: judges.replies, ...asking }) : undefined;
  const drawn = [await drawChains(options, "item"), await drawChains(options, "user")] as const;
  const all = drawn.flatMap(({ chains }) => chains);
  const found = judges && (await verdictsOn(all, { judge: judges.chains, ...asking }));
  const kinds: KindReport[] = [];
  const withVerdicts: JudgedChain[] = [];
  for (const { kind, drawn: count, chains } of drawn) {
    const judged = chains.map((chain) => ({ ...chain, verdicts: found?.of.get(chain) }));
    kinds.push({ ...reportOf(kind, count, judged), byModel: found && verdictReport(judged) });
    withVerdicts.push(...judged);
  }
  const chains = withVerdicts.sort((a, b) => misses(b) - misses(a));
  const manifest = await readReasoningManifest(directory);
  const { label: source, promptVersion } = manifest;
  const writing = writingOf(manifest, directory);
  const worst = chains.filter((chain) => misses(chain) > 0).slice(0, SHOWN);
  const judge = judges && found && { model: `${judges.chains.model} (${judges.chains.kind})`, ...found.cost };
  return { source, promptVersion, kinds, judge, calibration, worst, chains, writing };
}

async function drawChains({ dataset, sample, seed, report = silent, signal }: JudgeOptions, kind: Subject["kind"]) {
  const count = kind === "item" ? dataset.items.length : dataset.users.length;
  const chains: JudgedChain[] = [];
  const drawn = drawnFrom(count, sample, Random.of(seed, `judged ${kind}s`));
  for (const [done, index] of drawn.entries()) {
    stopIf(signal, "Judging was stopped; verdicts that came in are kept.");
    report({ kind: "step", stage: "judge", done, total: drawn.length, unit: `${kind}s` });
    const chain = judgedChain(await showChain({ dataset, kind, index }));
    if (chain !== undefined) chains.push(chain);
  }
  return { kind, drawn: drawn.length, chains };
}

function drawnFrom(count: number, size: number, random: Random): number[] {
  const order = random.shuffle(Array.from({ length: count }, (_, i) => i));
  return order.slice(0, size).sort((a, b) => a - b);
}

/** Undefined where a text is missing. */
export function judgedChain({ kind, id, title, isVerbatim, steps }: ShownChain): JudgedChain | undefined {
  const texts: Partial<Record<Step, string>> = {};
  const prompts: Partial<Record<Step, string>> = {};
  const flaws: string[] = [];
  const took = { calls: 0, promptTokens: 0, cachedTokens: 0, completionTokens: 0, milliseconds: 0 };
  for (const { step, prompt, answer, revision } of steps) {
    prompts[step] = prompt;
    if (answer !== undefined) {
      for (const name of Object.keys(took) as (keyof typeof took)[]) took[name] += answer[name];
      flaws.push(...answer.flaws.split(",").filter((flaw) => flaw !== ""));
    }
    const text = revision?.text ?? (answer?.status === "answered" ? answer.text : undefined);
    if (text !== undefined) texts[step] = text;
  }
  if (!isWhole(texts) || !isWhole(prompts)) return undefined;
  const score = scoreChain({ texts, prompts, isVerbatim });
  const missed = (Object.keys(CHECKS) as Check[]).filter((check) => !score[check]);
  return { kind, id, title, data: quotedData(prompts.positive), texts, missed, flaws, took };
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
