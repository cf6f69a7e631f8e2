// One chain: three questions, each told the answers before it. The same walk asks (with a reasoner and a journal) and
// reads back (with the journal alone), so a text is found again exactly when its prompt would still be the same.
import { CancelledError, stopIf } from "../base/errors.ts";
import { sha256 } from "../base/files.ts";
import type { Adapting, Likeness } from "./adapted-texts.ts";
import { type AnswerStore, type Found, type Journal, journalKey } from "./journal.ts";
import type { JournalRecord } from "./journal-record.ts";
import { type PromptSet, STEPWISE_PROMPTS } from "./prompt-sets/index.ts";
import { openingRuleOf, renderPrompt } from "./prompts.ts";
import {
  type ChainTexts,
  type Reasoner,
  type ReasonReply,
  type ReasonRequest,
  STEPS,
  type Step,
  type Subject,
} from "./reasoner.ts";
import { REASONING_STOPPED } from "./stopped.ts";

/** Answers up to the first missing one. */
export type PartialChain = Partial<ChainTexts>;

/** Gives the answer to one question, or `undefined` when there is none, which ends the chain. */
export type Answer = (request: ReasonRequest) => string | undefined | Promise<string | undefined>;

/** What prompts are made of besides the subject. */
export interface Wording {
  /** The dataset's noun. */
  readonly domain: string;
  readonly prompts: PromptSet;
}

export async function walkChain(subject: Subject, wording: Wording | string, answer: Answer): Promise<PartialChain> {
  const { domain, prompts } = typeof wording === "string" ? { domain: wording, prompts: STEPWISE_PROMPTS } : wording;
  const isTogether = prompts.together !== undefined;
  let texts: PartialChain = {};
  for (const step of STEPS) {
    const isVerbatim = prompts.verbatim;
    const openingRule = isVerbatim === true ? undefined : openingRuleOf(subject.kind, step, domain, prompts);
    const prompt = renderPrompt(subject, step, texts, domain, prompts);
    const text = await answer({
      subject,
      step,
      prompt,
      openingRule,
      earlier: texts,
      isTogether,
      isVerbatim,
      system: prompts.system,
    });
    if (text === undefined) break;
    texts = { ...texts, [step]: text };
  }
  return texts;
}

/** Whether all three texts are there. */
export function isComplete(chain: PartialChain): chain is ChainTexts {
  return STEPS.every((step) => chain[step] !== undefined);
}

/** Hears under which key a usable answer lies, and whether it is an adapted text. */
export type KeyListener = (request: ReasonRequest, key: string, isAdapted?: boolean) => void;

/** Answers from the journal only: the subject's own, else those that were adapted to it. */
export function fromJournal(journal: Journal, source: Source & Likeness, onAnswered?: KeyListener): Answer {
  return (request) => {
    for (const key of keysOf(request, source)) {
      const found = journal.find(key);
      if (found?.status !== "answered") continue;
      onAnswered?.(request, key);
      return found.text;
    }
    return undefined;
  };
}

type Source = Pick<Reasoner, "kind" | "model" | "parameters">;

/** Under which keys a question's text may lie: the answer's, then that of an adapted text where such are taken. */
export function keysOf(request: ReasonRequest, source: Source & Likeness): string[] {
  const adapted = adaptedKeyOf(request, source);
  return [journalKeyOf(request, source), ...(adapted === undefined ? [] : [adapted])];
}

/** An adapted text is no answer: it lies elsewhere, for every threshold, and is found only where it is looked for. */
function adaptedKeyOf(request: ReasonRequest, source: Source & Likeness): string | undefined {
  const similar = request.subject.kind === "item" ? source.adaptItems : source.adaptUsers;
  if (similar === undefined) return undefined;
  return journalKeyOf(request, { ...source, parameters: { ...source.parameters, similar } });
}

/** What questions took. */
export interface Taken {
  /** Questions put to the reasoner in this run. */
  asked: number;
  /** Questions of this run without a usable answer; asked again in the next one. */
  failed: number;
  /** Calls to a model, repairs included. */
  calls: number;
  promptTokens: number;
  /** Of the prompts' tokens, those that the server had computed before (its prefix cache), where it counts them. */
  cachedTokens: number;
  /** Thinking included. */
  completionTokens: number;
  thinkingTokens: number;
  /** Time spent in the reasoner, summed over concurrent chains. */
  milliseconds: number;
  /** Replies that could not be used, by what was wrong with them. */
  flaws: Record<string, number>;
}

export interface ChainTally extends Taken {
  /** Answers found in the journal. */
  reused: number;
  /** Texts adapted from those of a similar subject, in this run or an earlier one. */
  adapted: number;
  /** Questions that failed in so many runs that they are not asked any more. */
  givenUp: number;
  /** Questions of this run that were answered at the second try. */
  repaired: number;
  /** The same by kind of subject and step; one call for all three is told with the step that it was made for. */
  steps: Partial<Record<`${Subject["kind"]} ${Step}`, Taken>>;
}

export function emptyTally(): ChainTally {
  return { ...nothingTaken(), reused: 0, adapted: 0, givenUp: 0, repaired: 0, steps: {} };
}

export function nothingTaken(): Taken {
  const figures = { asked: 0, failed: 0, calls: 0, promptTokens: 0, cachedTokens: 0 };
  return { ...figures, completionTokens: 0, thinkingTokens: 0, milliseconds: 0, flaws: {} };
}

export interface AskingOptions {
  readonly journal: AnswerStore;
  readonly reasoner: Reasoner;
  readonly prompts: PromptSet;
  /** Counts what happens. */
  readonly tally: ChainTally;
  /** Runs that may ask a question that fails. */
  readonly attempts: number;
  readonly onAnswered?: KeyListener | undefined;
  /** Who takes whose texts; default: every subject is asked about. */
  readonly adapting?: Adapting | undefined;
  /** Questions that failed in this run already, in another process. */
  readonly isOver?: ((key: string) => boolean) | undefined;
  /** True: questions without an answer stay open; those in the words of an answered one are not without. */
  readonly isRecallOnly?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Answers from the journal where it can, else from the reasoner, which it records. A question that failed since this
 * function was made, here or in another process, is not asked again.
 * @throws CancelledError (from the returned function) when `signal` has fired.
 */
export function fromReasoner(options: AskingOptions): Answer {
  const { journal, reasoner, tally, attempts, onAnswered, isOver = () => false, signal } = options;
  const startedAt = new Date().toISOString();
  return async (request) => {
    const key = journalKeyOf(request, reasoner);
    const found = journal.find(key);
    if (found?.status === "answered") {
      tally.reused++;
      onAnswered?.(request, key);
      return found.text;
    }
    const adapted = adaptedText(request, options);
    if (adapted !== undefined) return adapted;
    const isOfThisRun = found !== undefined && (found.createdAt >= startedAt || isOver(key));
    if (isOfThisRun) return undefined;
    if (found !== undefined && found.attempt >= attempts) {
      tally.givenUp++;
      return undefined;
    }
    const same = reasoner.readsPromptsOnly === true ? inSameWords(request, options) : undefined;
    if (same?.status === "answered") {
      journal.record(recordOf(key, request, { ...NOTHING_SPENT, text: same.text }, options, found));
      tally.reused++;
      onAnswered?.(request, key);
      return same.text;
    }
    if (same !== undefined && same.createdAt >= startedAt) {
      tally.failed++;
      return undefined;
    }
    if (options.isRecallOnly === true) return undefined;
    stopIf(signal, REASONING_STOPPED);
    const reply = await reasoner
      .complete({ ...request, attempt: found?.attempt ?? 0 }, signal)
      .catch((cause: unknown) => {
        if (!signal?.aborted) throw cause;
        throw new CancelledError(REASONING_STOPPED, {
          cause,
        });
      });
    const record = recordOf(key, request, reply, options, found);
    const others = request.isTogether === true ? recordsOfOthers(request, reply, options) : [];
    journal.record(record, ...others);
    // The next step looks for what this call has answered already.
    if (request.isTogether === true) journal.flush();
    count(tally, request, reply, [record, ...others]);
    if (record.status !== "answered") return undefined;
    onAnswered?.(request, key);
    return record.text;
  };
}

/** What was adapted to the subject, or is now. */
function adaptedText(request: ReasonRequest, options: AskingOptions): string | undefined {
  const { adapting, journal, reasoner, tally, onAnswered } = options;
  if (adapting === undefined) return undefined;
  const { kind, model, parameters } = reasoner;
  const { adaptItems, adaptUsers } = adapting;
  const key = adaptedKeyOf(request, { kind, model, parameters, adaptItems, adaptUsers });
  if (key === undefined) return undefined;
  const text = journal.find(key)?.text ?? adapt(request, key, options, adapting);
  if (text === undefined) return undefined;
  tally.adapted++;
  onAnswered?.(request, key, true);
  return text;
}

/** Takes a similar subject's text, and records it. */
function adapt(request: ReasonRequest, key: string, options: AskingOptions, adapting: Adapting): string | undefined {
  const taken = adapting.textsFor(request.subject);
  if (taken === undefined) return undefined;
  const { texts, from: adaptedFrom, similarity } = taken;
  // What was answered about the subject itself is not gone on with in another one's words.
  if (STEPS.some((step) => (request.earlier[step] ?? texts[step]) !== texts[step])) return undefined;
  const isShared = options.reasoner.readsPromptsOnly === true && inSameWords(request, options)?.status === "answered";
  if (isShared) return undefined;
  const text = texts[request.step];
  const record = recordOf(key, request, { ...NOTHING_SPENT, text }, options, undefined);
  options.journal.record({ ...record, adaptedFrom, similarity });
  return text;
}

/** The record of the same question about somebody else, an answered one first. */
function inSameWords(request: ReasonRequest, { journal, reasoner }: AskingOptions): JournalRecord | undefined {
  const { step, prompt } = request;
  const same = journal.inWords(sha256(prompt), step, reasoner).filter(({ key, subjectKind, subjectId }) => {
    // The key says whether system message and settings were the same too.
    const subject = { ...request.subject, kind: subjectKind, id: subjectId } as Subject;
    return key === journalKeyOf({ ...request, subject }, reasoner);
  });
  return same.find(({ status }) => status === "answered") ?? same.at(-1);
}

/**
 * Answers of a reasoner that are not recorded. A call that writes all three texts is made once.
 * @param onReply hears of every text's reply, usable or not; the cost of a call for three is told with the first.
 */
export function fromCalls(
  ask: (request: ReasonRequest) => Promise<ReasonReply>,
  onReply?: (step: Step, reply: ReasonReply) => void,
): Answer {
  let together: { readonly prompt: string; readonly reply: ReasonReply } | undefined;
  return async (request) => {
    const { step, prompt, isTogether } = request;
    const known = isTogether === true && together?.prompt === prompt ? together.reply.parts?.[step] : undefined;
    const reply = known === undefined ? await ask(request) : { ...NOTHING_SPENT, ...known };
    if (known === undefined) together = { prompt, reply };
    onReply?.(step, reply);
    return reply.text.trim() || undefined;
  };
}

const NOTHING_SPENT = {
  promptTokens: 0,
  cachedTokens: 0,
  completionTokens: 0,
  thinkingTokens: 0,
  milliseconds: 0,
  calls: 0,
};

/**
 * What a call wrote for the steps behind the one that it was made for, as far as they have no answer yet. A text was
 * written from those before it: behind one that cannot be used none is kept, as the next call writes another.
 */
function recordsOfOthers(request: ReasonRequest, reply: ReasonReply, options: AskingOptions): JournalRecord[] {
  const records: JournalRecord[] = [];
  let before = reply.text;
  for (const step of STEPS.slice(STEPS.indexOf(request.step) + 1)) {
    const part = reply.parts?.[step];
    if (part === undefined || before.trim() === "") break;
    before = part.text;
    const of = { ...request, step };
    const key = journalKeyOf(of, options.reasoner);
    const found = options.journal.find(key);
    if (found?.status === "answered") continue;
    const own = { ...NOTHING_SPENT, text: part.text, flaws: part.flaws, raw: reply.raw };
    records.push(recordOf(key, of, own, options, found));
  }
  return records;
}

/** The journal key of a question as a chain puts it. */
export function journalKeyOf(
  { subject, step, prompt, system }: ReasonRequest,
  source: Parameters<typeof journalKey>[3],
): string {
  // The system message is part of the question where there is one.
  return journalKey(subject, step, system === undefined ? prompt : `${system}\n${prompt}`, source);
}

function count(
  tally: ChainTally,
  { subject, step }: ReasonRequest,
  reply: ReasonReply,
  records: readonly JournalRecord[],
) {
  const failed = records.filter(({ status }) => status !== "answered").length;
  if ((reply.flaws?.length ?? 0) > 0) tally.repaired += records.length - failed;
  const place = `${subject.kind} ${step}` as const;
  const ofStep = tally.steps[place] ?? nothingTaken();
  tally.steps[place] = ofStep;
  for (const taken of [tally, ofStep]) {
    taken.asked += records.length;
    taken.failed += failed;
    taken.calls += reply.calls ?? 1;
    taken.promptTokens += reply.promptTokens;
    taken.cachedTokens += reply.cachedTokens ?? 0;
    taken.completionTokens += reply.completionTokens;
    taken.thinkingTokens += reply.thinkingTokens ?? 0;
    taken.milliseconds += reply.milliseconds;
    for (const flaw of flawsOf(reply)) taken.flaws[flaw] = (taken.flaws[flaw] ?? 0) + 1;
  }
}

/** A reasoner that says nothing, and not why, gave an empty answer. */
function flawsOf({ text, flaws = [] }: ReasonReply): readonly string[] {
  return text.trim() === "" && flaws.length === 0 ? ["empty"] : flaws;
}

function recordOf(
  key: string,
  { subject, step, prompt }: ReasonRequest,
  reply: ReasonReply,
  { reasoner, prompts }: AskingOptions,
  found: Found | undefined,
): JournalRecord {
  const text = reply.text.trim();
  return {
    key,
    subjectKind: subject.kind,
    subjectId: subject.id,
    step,
    provider: reasoner.kind,
    model: reasoner.model,
    promptVersion: prompts.version,
    promptHash: sha256(prompt),
    text,
    promptTokens: reply.promptTokens,
    cachedTokens: reply.cachedTokens ?? 0,
    completionTokens: reply.completionTokens,
    thinkingTokens: reply.thinkingTokens ?? 0,
    milliseconds: reply.milliseconds,
    calls: reply.calls ?? 1,
    attempt: (found?.attempt ?? 0) + 1,
    flaws: flawsOf(reply).join(","),
    raw: text === "" ? (reply.raw ?? "") : "",
    createdAt: new Date().toISOString(),
    status: text === "" ? "failed" : "answered",
    adaptedFrom: "",
    similarity: 0,
  };
}
