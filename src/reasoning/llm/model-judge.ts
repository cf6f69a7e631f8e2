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
import { type AnswerSchema, type Provider, schemaOf, thinks } from "./provider.ts";
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

class Asking {
  private readonly schema: AnswerSchema;
  private readonly tokenLimit: number;
  private served: Promise<void> | undefined;

  constructor(
    private readonly provider: Provider,
    private readonly questions: VerdictQuestions,
    private readonly options: ReasonerOptions,
    private readonly patience: PatienceOptions,
  ) {
    this.schema = schemaOf(Object.keys(questions), ["yes", "no"]);
    const thinking = thinks(provider.model, options) ? options.thinkingTokens : 0;
    this.tokenLimit = TOKENS_PER_QUESTION * this.schema.required.length + thinking;
  }

  async ask(texts: JudgedTexts, signal: AbortSignal): Promise<Verdicts> {
    const { provider, patience, options } = this;
    this.served ??= options.anyModel ? Promise.resolve() : checkServedModels(provider, signal);
    await this.served;
    const prompt = verdictPrompt(texts, this.questions);
    const start = patience.clock.now();
    const question = { system: VERDICT_SYSTEM, prompt, seed: options.seed, tokenLimit: this.tokenLimit };
    try {
      // Models that think would have to do so inside the schema.
      const schema = provider.knowsSchemas === true && !thinks(provider.model, options) ? this.schema : undefined;
      const generation = await generatePatiently(provider, { ...question, schema }, patience, signal);
      if (!options.anyModel) checkServedModel(provider.model, generation.servedModel);
      const verdicts = readVerdicts(splitThinking(generation.text).answer, this.questions);
      return {
        verdicts,
        raw: verdicts === undefined ? generation.text : undefined,
        promptTokens: generation.promptTokens ?? estimateTokens(prompt),
        completionTokens: generation.completionTokens ?? estimateTokens(generation.text),
        milliseconds: patience.clock.now() - start,
      };
    } catch (error) {
      if (!(error instanceof ProviderError) || error.trouble === "refused") throw error;
      const milliseconds = patience.clock.now() - start;
      return { verdicts: undefined, raw: error.message, promptTokens: 0, completionTokens: 0, milliseconds };
    }
  }
}

/** @throws OperationError where nothing at all could be read: more of it would cost without use. */
export function refuseSilentJudge(judge: Pick<ModelJudge, "model">, asked: readonly Verdicts[]): void {
  if (asked.length === 0 || asked.some(({ verdicts }) => verdicts !== undefined)) return;
  throw new OperationError(
    `${judge.model} answered none of ${asked.length} questions by yes and no. The last time: ${JSON.stringify(asked.at(-1)!.raw)}. Take another model (--by).`,
  );
}
