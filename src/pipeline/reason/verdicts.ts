// What a model says of chains that another one wrote, and how far it agrees with the rules.
import { type Agreement, agreement, CHAIN_QUESTIONS, type JudgedTexts } from "../../reasoning/index.ts";
import { askJudge, type JudgeAsking, type JudgeCost } from "./ask-judge.ts";
import type { ChainVerdicts, JudgedChain, ModelCheck } from "./judged-chain.ts";

const MODEL_CHECKS = Object.keys(CHAIN_QUESTIONS) as readonly ModelCheck[];

export interface KindVerdicts {
  /** Chains with a verdict, which the counts are of. */
  readonly judged: number;
  readonly passed: Readonly<Record<ModelCheck, number>>;
  /** Between the model and the check by rule of the same name. */
  readonly agreement: Readonly<Record<ModelCheck, Agreement>>;
}

/**
 * Verdicts on chains, from the log where they are, else from the judge.
 * @throws as `askJudge`.
 */
export async function verdictsOn(
  chains: readonly JudgedChain[],
  options: JudgeAsking,
): Promise<{ readonly of: ReadonlyMap<JudgedChain, ChainVerdicts>; readonly cost: JudgeCost }> {
  const { verdicts, cost } = await askJudge(chains.map(judgedTexts), options, "chains");
  return { of: new Map([...verdicts].map(([i, said]) => [chains[i]!, said as ChainVerdicts])), cost };
}

function judgedTexts({ data, texts: { positive, negative, feature } }: JudgedChain): JudgedTexts {
  return { data, texts: { POSITIVE: positive, NEGATIVE: negative, FEATURE: feature } };
}

/** Counts over chains of one kind, and how far the rules say the same. */
export function verdictReport(chains: readonly JudgedChain[]): KindVerdicts {
  const judged = chains.filter(({ verdicts }) => verdicts !== undefined);
  const each = <T>(value: (check: ModelCheck) => T) =>
    Object.fromEntries(MODEL_CHECKS.map((check) => [check, value(check)])) as Record<ModelCheck, T>;
  return {
    judged: judged.length,
    passed: each((check) => judged.filter(({ verdicts }) => verdicts![check]).length),
    agreement: each((check) =>
      agreement(judged.map(({ verdicts, missed }) => [verdicts![check], !missed.includes(check)] as const)),
    ),
  };
}
