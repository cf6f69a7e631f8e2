// One chain: three questions, each told the answers before it. The same walk asks (with a reasoner and a journal) and reads back
// (with the journal alone), so a text is found again exactly when its prompt would still be the same.
import { CancelledError } from "../base/errors.ts";
import { type Journal, type JournalEntry, journalKey } from "./journal.ts";
import { PROMPT_VERSION, renderPrompt } from "./prompts.ts";
import { type ChainTexts, type Reasoner, type ReasonRequest, STEPS, type Subject } from "./reasoner.ts";

/** Answers up to the first missing one. */
export type PartialChain = Partial<ChainTexts>;

/** Gives the answer to one question, or `undefined` when there is none, which ends the chain. */
type Answer = (request: ReasonRequest) => string | undefined | Promise<string | undefined>;

export async function walkChain(subject: Subject, domain: string, answer: Answer): Promise<PartialChain> {
  let texts: PartialChain = {};
  for (const step of STEPS) {
    const prompt = renderPrompt(subject, step, texts, domain);
    const text = await answer({ subject, step, prompt, earlier: texts });
    if (text === undefined) break;
    texts = { ...texts, [step]: text };
  }
  return texts;
}

/** Answers from the journal only. */
export function fromJournal(journal: Journal, source: Pick<Reasoner, "kind" | "model" | "parameters">): Answer {
  return ({ subject, step, prompt }) => {
    const found = journal.find(journalKey(subject, step, prompt, source));
    return found?.status === "answered" ? found.text : undefined;
  };
}

export interface ChainTally {
  /** Questions put to the reasoner in this run. */
  asked: number;
  /** Answers found in the journal. */
  reused: number;
  /** Empty replies of this run; asked again in the next one. */
  failed: number;
  promptTokens: number;
  completionTokens: number;
  /** Time spent in the reasoner, summed over concurrent chains. */
  milliseconds: number;
}

export function emptyTally(): ChainTally {
  return { asked: 0, reused: 0, failed: 0, promptTokens: 0, completionTokens: 0, milliseconds: 0 };
}

/**
 * Answers from the journal where it can, else from the reasoner, which it records; counts both into `tally`.
 * @throws CancelledError (from the returned function) when `signal` has fired.
 */
export function fromReasoner(journal: Journal, reasoner: Reasoner, tally: ChainTally, signal?: AbortSignal): Answer {
  return async (request) => {
    const { subject, step, prompt } = request;
    const key = journalKey(subject, step, prompt, reasoner);
    const found = journal.find(key);
    if (found?.status === "answered") {
      tally.reused++;
      return found.text;
    }
    if (signal?.aborted) throw new CancelledError("Reasoning was stopped; finished answers are kept.");
    const reply = await reasoner.complete(request, signal);
    const text = reply.text.trim();
    const status = text === "" ? "failed" : "answered";
    const attempt = (found?.attempt ?? 0) + 1;
    journal.record({ ...rowOf(request, reasoner), ...reply, key, text, attempt, status });
    tally.asked++;
    tally.promptTokens += reply.promptTokens;
    tally.completionTokens += reply.completionTokens;
    tally.milliseconds += reply.milliseconds;
    if (status === "failed") tally.failed++;
    return status === "answered" ? text : undefined;
  };
}

function rowOf({ subject, step }: ReasonRequest, { kind, model }: Reasoner) {
  return {
    subjectKind: subject.kind,
    subjectId: subject.id,
    step,
    provider: kind,
    model,
    promptVersion: PROMPT_VERSION,
    createdAt: new Date().toISOString(),
  } satisfies Partial<JournalEntry>;
}
