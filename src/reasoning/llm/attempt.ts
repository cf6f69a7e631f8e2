// What one call to a model gave, and the reply that several calls to one question make together.
import type { ProviderError } from "../../servers/provider-error.ts";
import { FLAWS, type Flaw, type Judged, readAnswer, readTogether } from "../judgement/index.ts";
import type { Language } from "../judgement/language.ts";
import { type ReasonReply, type ReasonRequest, type ReplyPart, STEPS, type Step } from "../reasoner.ts";
import { estimateTokens } from "../token-count.ts";
import type { QuestionAccount } from "./budget.ts";
import { ANSWER_SCHEMA, formHint, type Generation, TOGETHER_SCHEMA } from "./provider.ts";

export interface Attempt {
  readonly text: string;
  readonly flaw?: Flaw | ProviderError["trouble"] | undefined;
  readonly parts?: Readonly<Record<Step, Judged>> | undefined;
  readonly raw: string;
  /** Calls that it took; those that timed out count as much as they may have cost. */
  readonly calls: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly thinkingTokens: number;
  readonly milliseconds: number;
}

export interface Circumstances {
  readonly request: ReasonRequest;
  readonly isJson: boolean;
  readonly language: Language | "any";
  /** Tokens of the prompt, where the server does not count. */
  readonly promptGuess: number;
  readonly milliseconds: number;
}

/** Reads a generation strictly. */
export function attemptOf(generation: Generation, circumstances: Circumstances): Attempt {
  const { request, isJson, language, promptGuess, milliseconds } = circumstances;
  const { isTruncated, text } = generation;
  const expected = { request, isTruncated, isJson, language, added: addedTo(request, isJson) };
  const reading = request.isTogether === true ? readParts(text, request, expected) : readOne(text, expected);
  const thinking = generation.thinking + reading.thinking;
  const completionTokens = generation.completionTokens ?? estimateTokens(`${generation.thinking} ${text}`);
  return {
    ...reading.result,
    raw: text,
    calls: 1,
    promptTokens: generation.promptTokens ?? promptGuess,
    cachedTokens: generation.cachedTokens ?? 0,
    completionTokens,
    thinkingTokens: generation.thinkingTokens ?? thinkingShare(thinking, text, reading.thinking, completionTokens),
    milliseconds,
  };
}

/** What models are told behind the prompt, and give back. */
function addedTo({ openingRule, isTogether }: ReasonRequest, isJson: boolean): string[] {
  const hint = isJson ? [formHint(isTogether === true ? TOGETHER_SCHEMA : ANSWER_SCHEMA)] : [];
  return [...(openingRule === undefined ? [] : [openingRule]), ...hint];
}

/** With calls of the same question that timed out. */
export function withLost(attempt: Attempt, lost: QuestionAccount["lost"]): Attempt {
  return {
    ...attempt,
    calls: attempt.calls + lost.calls,
    promptTokens: attempt.promptTokens + lost.promptTokens,
    completionTokens: attempt.completionTokens + lost.completionTokens,
  };
}

type Result = Pick<Attempt, "text" | "flaw" | "parts">;
type Expected = Parameters<typeof readAnswer>[1];

function readOne(reply: string, expected: Expected): { readonly result: Result; readonly thinking: string } {
  const reading = readAnswer(reply, expected);
  const { thinking } = reading;
  return { result: reading.kind === "answer" ? { text: reading.text } : { text: "", flaw: reading.flaw }, thinking };
}

function readParts(reply: string, { step }: ReasonRequest, expected: Expected) {
  const { parts, thinking } = readTogether(reply, expected);
  const own = parts[step];
  const first = STEPS.map((name) => parts[name]).find((part) => part.kind === "flaw");
  const result: Result = { text: own.kind === "answer" ? own.text : "", flaw: first?.flaw, parts };
  return { result, thinking };
}

/** Servers that failed several times are not asked again in other words. */
export function isRepairable({ flaw }: Attempt): boolean {
  return flaw !== undefined && Object.hasOwn(FLAWS, flaw);
}

export function replyOf(attempts: readonly Attempt[], step: Step): ReasonReply {
  const last = attempts.at(-1)!;
  const total = (
    name: "calls" | "promptTokens" | "cachedTokens" | "completionTokens" | "thinkingTokens" | "milliseconds",
  ) => attempts.reduce((sum, attempt) => sum + attempt[name], 0);
  const parts = bestParts(attempts);
  return {
    text: parts === undefined ? last.text : (parts[step]?.text ?? ""),
    promptTokens: total("promptTokens"),
    cachedTokens: total("cachedTokens"),
    completionTokens: total("completionTokens"),
    thinkingTokens: total("thinkingTokens"),
    milliseconds: total("milliseconds"),
    calls: total("calls"),
    flaws: attempts.flatMap(({ flaw }) => flaw ?? []),
    raw: last.flaw === undefined ? undefined : last.raw,
    parts,
  };
}

/** Texts that were written together stay together: those of the attempt with the most usable ones from the first on. */
function bestParts(attempts: readonly Attempt[]): Readonly<Partial<Record<Step, ReplyPart>>> | undefined {
  const usable = ({ parts }: Attempt) => {
    const flawed = STEPS.findIndex((step) => parts?.[step].kind !== "answer");
    return flawed === -1 ? STEPS.length : flawed;
  };
  const [best] = attempts.filter(({ parts }) => parts !== undefined).sort((a, b) => usable(b) - usable(a));
  if (best?.parts === undefined) return undefined;
  return Object.fromEntries(STEPS.map((step) => [step, partOf(best.parts![step])]));
}

function partOf(judged: Judged): ReplyPart {
  return judged.kind === "answer" ? { text: judged.text } : { text: "", flaws: [judged.flaw] };
}

/** The thinking's part of all tokens, by its part of the letters. */
function thinkingShare(thinking: string, text: string, inText: string, tokens: number): number {
  const outside = thinking.length - inText.length;
  const letters = text.length + outside;
  return letters === 0 ? 0 : Math.round((tokens * Math.min(thinking.length, letters)) / letters);
}
