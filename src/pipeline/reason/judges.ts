// Who can judge: the language models of `--llm KIND:MODEL`, at temperature 0.
import type { Report } from "../../base/progress.ts";
import {
  CHAIN_QUESTIONS,
  type ModelJudge,
  modelJudge,
  REASONER_DEFAULTS,
  REPLY_QUESTIONS,
} from "../../reasoning/index.ts";
import { makeProvider } from "./reasoners.ts";

export interface JudgeSettings {
  readonly anyModel: boolean;
  readonly concurrency?: number | undefined;
  readonly threads?: number | undefined;
}

export interface Judges {
  /** Of whole chains. */
  readonly chains: ModelJudge;
  /** Of single replies, to be set beside labels given by hand. */
  readonly replies: ModelJudge;
}

/**
 * One model, asked two kinds of questions. Nothing is contacted before the first one.
 * @throws UsageError as `makeProvider`.
 */
export function makeJudges(spec: string, settings: JudgeSettings, report: Report): Judges {
  const options = { ...REASONER_DEFAULTS, ...settings, temperature: 0 };
  const provider = makeProvider(spec, options, process.env, report);
  return {
    chains: modelJudge(provider, CHAIN_QUESTIONS, options),
    replies: modelJudge(provider, REPLY_QUESTIONS, options),
  };
}
