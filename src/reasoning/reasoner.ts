// The reasoning contract: a chain of three texts about a subject, and who writes them.
// positive -> negative -> feature, each step told the answers before it (paper, sections 3.1.1 and 3.2.1, Figures 6 and
// 7).
import type { Item } from "../data/index.ts";

export const STEPS = ["positive", "negative", "feature"] as const;

/** `feature` is the paper's I_se for items and P_se (its tag is [PREFERENCE]) for users. */
export type Step = (typeof STEPS)[number];

export type ChainTexts = Readonly<Record<Step, string>>;

export interface ItemSubject {
  readonly kind: "item";
  readonly id: string;
  readonly index: number;
  readonly item: Item;
}

export interface UserSubject {
  readonly kind: "user";
  readonly id: string;
  readonly index: number;
  /** Training items only, oldest first, each with its FEATURE text where there is one. */
  readonly history: readonly {
    readonly itemIndex: number;
    readonly item: Item;
    readonly feature?: string | undefined;
  }[];
}

export type Subject = ItemSubject | UserSubject;

/** One question. An LLM reads `prompt`; a reasoner without language works from the structure. */
export interface ReasonRequest {
  readonly subject: Subject;
  readonly step: Step;
  readonly prompt: string;
  /** Answers of the earlier steps. */
  readonly earlier: Partial<ChainTexts>;
  /** The prompt set's system message. */
  readonly system?: string | undefined;
  /** One call writes all three texts: `prompt` is the same for every step. */
  readonly isTogether?: boolean | undefined;
  /** Nothing may be added to the prompt. */
  readonly isVerbatim?: boolean | undefined;
  /** Asks for certain first words of an answer, when a reply could not be used. */
  readonly openingRule?: string | undefined;
  /** How often the question was asked in earlier runs without a usable answer. */
  readonly attempt?: number | undefined;
}

/** One text of a reply that holds all three. */
export type ReplyPart =
  | { readonly text: string; readonly flaws?: undefined }
  | { readonly text: ""; readonly flaws: readonly string[] };

export interface ReasonReply {
  /** The answer without any thinking block; empty means that there was none that can be used. */
  readonly text: string;
  /** Over all calls of this question; the same holds for the other figures. */
  readonly promptTokens: number;
  /** Of them, those that the server had computed before, where it counts them. */
  readonly cachedTokens?: number | undefined;
  /** Thinking tokens included. */
  readonly completionTokens: number;
  readonly thinkingTokens?: number | undefined;
  readonly milliseconds: number;
  /** Calls to the model, a repair included; 1 when absent. */
  readonly calls?: number | undefined;
  /** What was wrong with earlier replies and, when `text` is empty, with the last one. */
  readonly flaws?: readonly string[] | undefined;
  /** The texts of all steps, where one call wrote them together; `text` is that of the step that was asked. */
  readonly parts?: Readonly<Partial<Record<Step, ReplyPart>>> | undefined;
  /** The last reply as it came, when it could not be used. */
  readonly raw?: string | undefined;
}

/** How far a wave is, by the word of whoever answers. */
export interface WaveProgress {
  readonly done: number;
  readonly total: number;
  readonly note: string;
}

/**
 * What `complete` could not answer is gathered, sent together, and answered when it is put again. All of it is kept on
 * disk: a run that is killed puts its questions again, and those that were sent are not sent twice.
 */
export interface Waves {
  /** Opens what is kept for the time of `work`. @throws InUseError while another process has it open. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Questions gathered since the last wave. */
  readonly gathered: number;
  /** Nothing is gathered, and nothing on its way. */
  readonly isIdle: boolean;
  /**
   * Sends what was gathered and waits for answers; gives a sentence where nobody can wait here for them, which ends the
   * run.
   * @throws OperationError when no answer can be had.
   */
  next(tell: (progress: WaveProgress) => void, signal: AbortSignal): Promise<string | undefined>;
  /** Every question has been answered or given up, and is in the journal. */
  finish(): void;
}

/** A writer of chain texts: `{ kind: "offline", model: "rules-1", label: "rule-based (offline)", ... }`. */
export interface Reasoner {
  /** The provider's name in `--llm KIND:MODEL`. */
  readonly kind: string;
  readonly model: string;
  /** Shown wherever the texts appear, so that rules are never taken for a language model. */
  readonly label: string;
  /**
   * Everything else that shapes an answer (temperature, limits, data seen). Part of the journal key: a change asks
   * anew.
   */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** How many chains may be under way at once. */
  readonly concurrency: number;
  /** Answers cost time or money: processes that share a journal divide the chains instead of both asking. */
  readonly isCostly?: boolean | undefined;
  /** Knows nothing but the words of a question: equal ones are asked once, whoever they are about. */
  readonly readsPromptsOnly?: boolean | undefined;
  /** Holds answers to a form, where its server does: it can be asked for three texts in one call. */
  readonly holdsForms?: boolean | undefined;
  /** Answers are kept under `model` whatever model the server names. */
  readonly takesAnyModel?: boolean | undefined;
  /** Short figures for the progress line, such as "120 tokens/s, 8 at once". */
  note?(): string | undefined;
  /** Why nobody answers at the moment, and how long that is waited for. */
  trouble?(): string | undefined;
  /** What a person should know of how the answers came about, such as a form that the server refused; grows. */
  readonly remarks?: readonly string[] | undefined;
  /** Its answers come in waves: `complete` throws `AnswerDeferred` where one has yet to come. */
  readonly waves?: Waves | undefined;
  /**
   * @throws OperationError when no answer can be had from anyone; BudgetReached when the next call would not be paid
   *   for.
   * Either way the run stops and can be resumed.
   */
  complete(request: ReasonRequest, signal?: AbortSignal): Promise<ReasonReply>;
  /** Gives memory back that it holds between questions; it may be asked again. */
  release?(): Promise<void>;
}
