// Who can judge: the language models of `--llm KIND:MODEL`, at temperature 0.
import type { Report } from "../../base/progress.ts";
import { CHAIN_QUESTIONS, type ModelJudge, modelJudge, REASONER_DEFAULTS } from "../../reasoning/index.ts";
import { makeProvider } from "./reasoners.ts";

export interface JudgeSettings {
  readonly anyModel: boolean;
  readonly concurrency?: number | undefined;
  readonly threads?: number | undefined;
}

/** @throws UsageError as `makeProvider`. Nothing is contacted before the first question. */
export function makeJudge(spec: string, settings: JudgeSettings, report: Report): ModelJudge {
  const options = { ...REASONER_DEFAULTS, ...settings, temperature: 0 };
  return modelJudge(makeProvider(spec, options, process.env, report), CHAIN_QUESTIONS, options);
}
