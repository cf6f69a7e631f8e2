// A language model as a judge: questions of yes and no about texts, through the same traffic control as reasoning.
import { OperationError } from "../../base/errors.ts";
import { ownDraws } from "../../servers/backoff.ts";
import { CLOCK, type Clock } from "../../servers/clock.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import { splitThinking } from "../judgement/thinking.ts";
import {
  type JudgedTexts,
  readVerdicts,
  VERDICT_SYSTEM,
  type VerdictQuestions,
  verdictPrompt,
} from "../judgement/verdicts.ts";
import { estimateTokens } from "../token-count.ts";
import { Gate } from "./gate.ts";
import type { ReasonerOptions } from "./language-model-reasoner.ts";
import { generatePatiently, type PatienceOptions } from "./patient-provider.ts";
import {
  type AnswerSchema,
  type GenerateRequest,
  type Generation,
  type Provider,
  SCHEMA_WORDS,
  schemaOf,
  thinks,
} from "./provider.ts";
import { checkServedModel, checkServedModels } from "./served-model.ts";

export interface Verdicts {
  /** By question; undefined where the reply answered not all of them by yes or no, or none came. */
  readonly verdicts: Readonly<Record<string, boolean>> | undefined;
  /** What came instead, where nothing could be read. */
  readonly raw?: string | undefined;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly milliseconds: number;
}

export interface ModelJudge {
  readonly kind: string;
  readonly model: string;
  /** Calls at once. */
  readonly concurrency: number;
  /** The question in its words: what makes two of them the same. */
  promptOf(texts: JudgedTexts): string;
  /** @throws ProviderError when the server refuses whoever asks; OperationError when it stays away or is another. */
  ask(texts: JudgedTexts, signal: AbortSignal): Promise<Verdicts>;
}

/** A yes or no, the question's name, and the signs around them. */
const TOKENS_PER_QUESTION = 16;

/** Temperature and other settings of the provider are those that it was made with; a judge's is 0. */
export function modelJudge(
  provider: Provider,
  questions: VerdictQuestions,
  options: ReasonerOptions,
  clock: Clock = CLOCK,
): ModelJudge {
  const concurrency = options.concurrency ?? provider.concurrency;
  const gate = new Gate({ most: concurrency, clock, giveUpMs: options.giveUpMinutes * 60_000 });
  const patience = { gate, clock, random: ownDraws(options.seed, "judge backoff"), tries: options.tries };
  const asking = new Asking(provider, questions, options, patience);
  return {
    kind: provider.kind,
    model: provider.model,
    concurrency,
    promptOf: (texts) => verdictPrompt(texts, questions),
    ask: (texts, signal) => asking.ask(texts, signal),
  };
}

/** What was learnt of the model by what it refused, and how it answered. */
interface Manner {
  /** Holds answers to a schema. */
  readonly takesSchema: boolean;
  /** Answers at another temperature than its own. */
  readonly takesTemperature: boolean;
  /** Needs room for it, and would have to do so inside a schema. */
  readonly thinks: boolean;
}

class Asking {
  private readonly schema: AnswerSchema;
  private learnt: Manner;
  private served: Promise<void> | undefined;

  constructor(
    private readonly provider: Provider,
    private readonly questions: VerdictQuestions,
    private readonly options: ReasonerOptions,
    private readonly patience: PatienceOptions,
  ) {
    this.schema = schemaOf(Object.keys(questions), ["yes", "no"]);
    const takesSchema = provider.knowsSchemas === true;
    this.learnt = { takesSchema, takesTemperature: true, thinks: thinks(provider.model, options) };
  }

  async ask(texts: JudgedTexts, signal: AbortSignal): Promise<Verdicts> {
    const { provider, patience, options } = this;
    this.served ??= options.anyModel ? Promise.resolve() : checkServedModels(provider, signal);
    await this.served;
    const prompt = verdictPrompt(texts, this.questions);
    const start = patience.clock.now();
    const spent = { promptTokens: 0, completionTokens: 0 };
    const outcome = (verdicts: Verdicts["verdicts"], raw: string): Verdicts => ({
      verdicts,
      raw: verdicts === undefined ? raw : undefined,
      ...spent,
      milliseconds: patience.clock.now() - start,
    });
    // Of this question: another one that is under way may learn meanwhile.
    for (let manner = this.learnt; ; ) {
      let change: Partial<Manner> | undefined;
      try {
        const generation = await generatePatiently(provider, this.questionOf(prompt, manner), patience, signal);
        if (!options.anyModel) checkServedModel(provider.model, generation.servedModel);
        spent.promptTokens += generation.promptTokens ?? estimateTokens(prompt);
        spent.completionTokens += generation.completionTokens ?? estimateTokens(generation.text);
        const verdicts = readVerdicts(splitThinking(generation.text).answer, this.questions);
        change = verdicts === undefined ? thoughtOf(generation, manner) : undefined;
        if (change === undefined) return outcome(verdicts, generation.text);
      } catch (error) {
        if (!(error instanceof ProviderError) || error.trouble === "refused") throw error;
        change = refusedIn(error, manner);
        if (change === undefined) return outcome(undefined, error.message);
      }
      this.learnt = { ...this.learnt, ...change };
      manner = { ...manner, ...change };
    }
  }

  private questionOf(prompt: string, { takesSchema, takesTemperature, thinks: isThinking }: Manner): GenerateRequest {
    const { seed, thinkingTokens } = this.options;
    return {
      system: VERDICT_SYSTEM,
      prompt,
      seed,
      tokenLimit: TOKENS_PER_QUESTION * this.schema.required.length + (isThinking ? thinkingTokens : 0),
      isAtUsualTemperature: takesTemperature ? undefined : true,
      schema: takesSchema && !isThinking ? this.schema : undefined,
    };
  }
}

/** A model that thinks though its name does not say so, and was cut off while it did. */
function thoughtOf({ text, thinking, thinkingTokens = 0 }: Generation, manner: Manner): Partial<Manner> | undefined {
  const hasThought = thinking !== "" || thinkingTokens > 0 || splitThinking(text).thinking !== "";
  return hasThought && !manner.thinks ? { thinks: true } : undefined;
}

/** What a rejection is about; undefined where asking otherwise is no help. */
function refusedIn({ trouble, message }: ProviderError, manner: Manner): Partial<Manner> | undefined {
  if (trouble !== "rejected") return undefined;
  if (manner.takesTemperature && /temperature/i.test(message)) return { takesTemperature: false };
  const hasSchema = manner.takesSchema && !manner.thinks;
  return hasSchema && SCHEMA_WORDS.test(message) ? { takesSchema: false } : undefined;
}

/** @throws OperationError where nothing at all could be read: more of it would cost without use. */
export function refuseSilentJudge(judge: Pick<ModelJudge, "model">, asked: readonly Verdicts[]): void {
  if (asked.length === 0 || asked.some(({ verdicts }) => verdicts !== undefined)) return;
  throw new OperationError(
    `${judge.model} answered none of ${asked.length} questions by yes and no. The last time: ${JSON.stringify(asked.at(-1)!.raw)}. Mend what a server refuses, or take another model (--by).`,
  );
}
