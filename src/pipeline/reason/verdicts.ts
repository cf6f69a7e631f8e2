// What a model says of chains that another one wrote, and how far it agrees with the rules.
import { stopIf } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import type { Dataset } from "../../data/index.ts";
import {
  type Agreement,
  agreement,
  CHAIN_QUESTIONS,
  type JudgedTexts,
  type ModelJudge,
  refuseSilentJudge,
  VerdictLog,
  type Verdicts,
  verdictKey,
} from "../../reasoning/index.ts";
import type { ChainVerdicts, JudgedChain, ModelCheck } from "./judged-chain.ts";
import { runLanes } from "./lanes.ts";

const MODEL_CHECKS = Object.keys(CHAIN_QUESTIONS) as readonly ModelCheck[];

export interface KindVerdicts {
  /** Chains with a verdict, which the counts are of. */
  readonly judged: number;
  readonly passed: Readonly<Record<ModelCheck, number>>;
  /** Between the model and the check by rule of the same name. */
  readonly agreement: Readonly<Record<ModelCheck, Agreement>>;
}

export interface JudgeCost {
  readonly asked: number;
  /** Found among the verdicts of earlier runs. */
  readonly reused: number;
  /** Replies that said neither yes nor no. */
  readonly unclear: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

interface VerdictOptions {
  readonly dataset: Dataset;
  readonly judge: ModelJudge;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Replies that cannot be read, one after the other from the start, after which the model is of no use. */
const PATIENCE = 10;
const STOPPED = "Judging was stopped; verdicts that came in are kept. Run the same command to go on.";

/**
 * Verdicts on chains, from the log where they are, else from the judge.
 * @throws OperationError where no reply can be read, or the server stays away; CancelledError when stopped.
 */
export async function verdictsOn(
  chains: readonly JudgedChain[],
  { dataset, judge, report = silent, signal }: VerdictOptions,
): Promise<{ readonly of: ReadonlyMap<JudgedChain, ChainVerdicts>; readonly cost: JudgeCost }> {
  const log = await VerdictLog.open(dataset.directory);
  const of = new Map<JudgedChain, ChainVerdicts>();
  const asked: Verdicts[] = [];
  let reused = 0;
  const work = async (index: number) => {
    const chain = chains[index]!;
    const texts = judgedTexts(chain);
    const key = verdictKey(judge, judge.promptOf(texts));
    const known = log.find(key);
    if (known !== undefined) {
      reused++;
      of.set(chain, known.verdicts as ChainVerdicts);
      return true;
    }
    stopIf(signal, STOPPED);
    const reply = await judge.ask(texts, signal ?? new AbortController().signal);
    asked.push(reply);
    if (asked.length >= PATIENCE) refuseSilentJudge(judge, asked);
    const { verdicts, promptTokens, completionTokens, milliseconds } = reply;
    if (verdicts === undefined) return true;
    of.set(chain, verdicts as ChainVerdicts);
    const { model } = judge;
    const createdAt = new Date().toISOString();
    await log.add({ key, model, verdicts, promptTokens, completionTokens, milliseconds, createdAt });
    return true;
  };
  const onDone = (done: number) =>
    report({ kind: "step", stage: `judge by ${judge.model}`, done, total: chains.length, unit: "chains" });
  await runLanes([...chains.keys()], { lanes: judge.concurrency, work, onDone, signal });
  refuseSilentJudge(judge, asked);
  const sum = (name: "promptTokens" | "completionTokens") => asked.reduce((total, reply) => total + reply[name], 0);
  const unclear = asked.filter(({ verdicts }) => verdicts === undefined).length;
  const tokens = { promptTokens: sum("promptTokens"), completionTokens: sum("completionTokens") };
  return { of, cost: { asked: asked.length, reused, unclear, ...tokens } };
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
