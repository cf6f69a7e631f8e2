// A language model as a reasoner: asks, reads strictly, asks once more with an opening, and says what it took.
import type { z } from "zod";
import { OperationError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import { decimals } from "../../base/written-numbers.ts";
import { ownDraws } from "../../servers/backoff.ts";
import { CLOCK, type Clock } from "../../servers/clock.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import { AnswerDeferred } from "../answer-deferred.ts";
import type { Reasoner, ReasonReply, ReasonRequest } from "../reasoner.ts";
import { reasonerSettings } from "../settings.ts";
import { estimateTokens } from "../token-count.ts";
import { type Attempt, attemptOf, isRepairable, replyOf, withLost } from "./attempt.ts";
import { Budget, type BudgetLimits, BudgetReached, type Prices, QuestionAccount, type Settle } from "./budget.ts";
import { Gate } from "./gate.ts";
import { generatePatiently, type PatienceOptions } from "./patient-provider.ts";
import {
  ANSWER_SCHEMA,
  formHint,
  type GenerateRequest,
  type Generation,
  type Provider,
  SCHEMA_WORDS,
  TOGETHER_SCHEMA,
  thinks,
  tokenLimit,
} from "./provider.ts";
import { checkServedModel, checkServedModels } from "./served-model.ts";
import { Usefulness } from "./usefulness.ts";

export interface ReasonerOptions extends Readonly<z.output<typeof reasonerSettings>> {
  readonly budget: BudgetLimits;
  readonly prices: Prices;
  /** A model's file is known by its name alone, as in journals of before its content was. */
  readonly isKeyedByName?: boolean | undefined;
  /**
   * Answers are kept as those of this context, where they were asked with another one: no answer is cut by it, since
   * what does not fit is refused. Default: `contextTokens`.
   */
  readonly keyedContextTokens?: number | undefined;
  /** Judged over several reasoners of one model; by default each is judged for itself. */
  readonly usefulness?: Usefulness | undefined;
}

export const REASONER_DEFAULTS: ReasonerOptions = {
  ...reasonerSettings.parse({}),
  budget: {},
  prices: { input: 0, output: 0 },
};

/** Questions rejected in a row, with none answered, that mean that the settings are wrong and not the questions. */
const REJECTIONS_LIMIT = 5;
/** Chat templates add words that prompts do not show. */
const TEMPLATE_TOKENS = 32;
const NO_SIGNAL = new AbortController().signal;

/** @param remarks Takes what a person should know; it is the reasoner's `remarks`. */
export function languageModelReasoner(
  provider: Provider,
  options: ReasonerOptions = REASONER_DEFAULTS,
  clock: Clock = CLOCK,
  remarks: string[] = [],
): Reasoner {
  const conversation = new Conversation(provider, options, clock, remarks);
  const { maxTokens, think, thinkingTokens, structured, seed } = options;
  const contextTokens = options.keyedContextTokens ?? options.contextTokens;
  const temperature = temperatureOf(provider, options);
  const parameters = { temperature, maxTokens, think, thinkingTokens, contextTokens, structured, seed };
  const { file } = provider;
  return {
    kind: provider.kind,
    model: provider.model,
    label: `${provider.model} (${provider.kind})`,
    parameters: options.isKeyedByName === true || file === undefined ? parameters : { ...parameters, file },
    concurrency: options.concurrency ?? provider.concurrency,
    isCostly: true,
    readsPromptsOnly: true,
    holdsForms: structured === "json" || (structured === "auto" && provider.knowsSchemas === true),
    takesAnyModel: options.anyModel,
    complete: (request, signal = NO_SIGNAL) => conversation.complete(request, signal),
    release: async () => provider.release?.(),
    note: () => conversation.note(),
    trouble: () => conversation.trouble(),
    remarks,
  };
}

class Conversation {
  private readonly patience: PatienceOptions;
  private readonly gate: Gate;
  private readonly budget: Budget;
  private readonly usefulness: Usefulness;
  /** Calls of waves that are not back yet, by what is asked. */
  private readonly deferred = new Map<string, Settle>();
  private schemaRefused = false;
  private rejectionTold = false;
  private served: Promise<void> | undefined;
  private rejections = 0;
  private tokens = 0;
  private startedAt: number | undefined;

  constructor(
    private readonly provider: Provider,
    private readonly options: ReasonerOptions,
    private readonly clock: Clock,
    /** What a person should know of how answers came about. */
    private readonly remarks: string[],
  ) {
    const most = options.concurrency ?? provider.concurrency;
    this.gate = new Gate({ most, clock, giveUpMs: options.giveUpMinutes * 60_000 });
    this.patience = { gate: this.gate, clock, random: ownDraws(options.seed, "backoff"), tries: options.tries };
    this.budget = new Budget(options.budget, options.prices);
    this.usefulness = options.usefulness ?? new Usefulness();
  }

  async complete(request: ReasonRequest, signal: AbortSignal): Promise<ReasonReply> {
    this.usefulness.check();
    this.served ??= this.options.anyModel ? Promise.resolve() : checkServedModels(this.provider, signal);
    await this.served;
    const reply = await this.converse(request, signal);
    this.usefulness.add(request, reply, this.isThinker);
    return reply;
  }

  private async converse(request: ReasonRequest, signal: AbortSignal): Promise<ReasonReply> {
    // Another seed for every try: the same one would give the same useless answer.
    const seed = this.options.seed + 2 * (request.attempt ?? 0);
    const first = await this.ask(request, request.prompt, seed, signal);
    if (!isRepairable(first)) return replyOf([first], request.step);
    // The first call was paid for: it is told even when a second one cannot be.
    const second = await this.ask(request, repairPrompt(request), seed + 1, signal).catch((error: unknown) => {
      if (error instanceof BudgetReached) return undefined;
      // A wave of repairs costs as much as the wave before it: a model that is of no use is seen by now.
      if (error instanceof AnswerDeferred && error.accept !== undefined)
        this.usefulness.add(request, replyOf([first], request.step), this.isThinker);
      throw error;
    });
    return replyOf(second === undefined ? [first] : [first, second], request.step);
  }

  note(): string | undefined {
    if (this.startedAt === undefined) return undefined;
    const seconds = (this.clock.now() - this.startedAt) / 1000;
    const pause = this.gate.pauseMs > 0 ? `, asked to wait ${Math.ceil(this.gate.pauseMs / 1000)} s` : "";
    const down = this.gate.breaker.isOpen ? ", server down" : "";
    return `${decimals(this.tokens / Math.max(seconds, 1e-3), 0)} tokens/s, ${this.gate.atOnce} at once${pause}${down}`;
  }

  trouble(): string | undefined {
    const { currentTrouble, patienceMs } = this.gate;
    if (currentTrouble === undefined) return undefined;
    return `${currentTrouble.message} Trying again for at most ${Math.round(patienceMs / 1000)} s (--give-up).`;
  }

  private async ask(request: ReasonRequest, prompt: string, seed: number, signal: AbortSignal): Promise<Attempt> {
    const start = this.clock.now();
    this.startedAt ??= start;
    const form = request.isTogether === true ? TOGETHER_SCHEMA : ANSWER_SCHEMA;
    const isConstrained = this.isConstrained && request.isVerbatim !== true;
    const isJson = request.isTogether === true || isConstrained;
    const words = isJson ? `${prompt}\n${formHint(form)}` : prompt;
    const promptGuess = estimateTokens(`${request.system ?? ""} ${words}`) + TEMPLATE_TOKENS;
    const limit = tokenLimit(this.provider.model, this.options, form);
    const schema = isConstrained ? form : undefined;
    const temperature = temperatureOf(this.provider, this.options);
    const question = { prompt: words, seed, tokenLimit: limit, temperature, system: request.system, schema };
    const worst = { promptTokens: promptGuess, completionTokens: limit };
    const account = new QuestionAccount(() => this.setAside(question, promptGuess), worst);
    try {
      const generation = await this.generate(question, account, signal);
      this.rejections = 0;
      if (!this.options.anyModel) checkServedModel(this.provider.model, generation.servedModel);
      const milliseconds = this.clock.now() - start;
      const { language } = this.options;
      const attempt = attemptOf(generation, { request, isJson, language, promptGuess, milliseconds });
      account.close(attempt);
      this.tokens += attempt.completionTokens;
      return withLost(attempt, account.lost);
    } catch (error) {
      if (error instanceof AnswerDeferred) this.defer(error, question, promptGuess);
      else if (this.isLost(error)) account.lose();
      else account.close({ promptTokens: 0, completionTokens: 0 });
      if (schema === undefined || !this.refusesSchema(error))
        return this.givenUp(request, error, account, this.clock.now() - start);
    }
    return this.ask(request, prompt, seed, signal);
  }

  /** A call that may be paid for, though there is no reply. */
  private isLost(error: unknown): boolean {
    return error instanceof ProviderError && error.trouble === "timeout" && this.provider.isDeferred !== true;
  }

  private generate(question: GenerateRequest, account: QuestionAccount, signal: AbortSignal): Promise<Generation> {
    if (this.provider.isDeferred === true) return this.provider.generate(question, signal);
    const onRetry = (error: ProviderError) => {
      if (this.isLost(error)) account.again();
    };
    return generatePatiently(this.provider, question, this.patience, signal, onRetry);
  }

  /** What a call may cost at its worst is set aside before it is made; the returned function settles it. */
  private setAside(question: GenerateRequest, promptGuess: number): Settle {
    if (this.provider.isDeferred !== true) return this.budget.reserve(promptGuess, question.tokenLimit);
    // Set aside when it was deferred; nothing is, where an earlier run sent it.
    const key = keyOf(question);
    const settle = this.deferred.get(key);
    return (used) => {
      settle?.(used);
      this.deferred.delete(key);
    };
  }

  /** Lets a call go into the next wave. @throws BudgetReached when it might not be paid for. */
  private defer({ accept }: AnswerDeferred, question: GenerateRequest, promptGuess: number): void {
    if (accept === undefined) return;
    this.deferred.set(keyOf(question), this.budget.reserve(promptGuess, question.tokenLimit));
    accept();
  }

  private get isThinker(): boolean {
    return thinks(this.provider.model, this.options);
  }

  /** Whether the server is to hold answers to a schema. Models that think would have to do so inside it. */
  private get isConstrained(): boolean {
    const { structured } = this.options;
    if (structured !== "auto") return structured === "json";
    return this.provider.knowsSchemas === true && !this.schemaRefused && !this.isThinker;
  }

  /**
   * A question with a schema: a server that knows none is asked without from now on, unless schemas were asked for by
   * name.
   */
  private refusesSchema(error: unknown): boolean {
    if (this.options.structured !== "auto" || !(error instanceof ProviderError) || error.trouble !== "rejected")
      return false;
    if (!SCHEMA_WORDS.test(error.message)) return false;
    if (!this.schemaRefused)
      this.remarks.push(`${error.message} Answers are asked for without a schema (--structured).`);
    this.schemaRefused = true;
    return true;
  }

  /** Once: the count of rejected questions does not say why. */
  private tellRejection({ message }: ProviderError): void {
    if (this.rejectionTold) return;
    this.rejectionTold = true;
    this.remarks.push(`A question was rejected and is asked again in the next run, others go on: ${message}`);
  }

  /** One question's failure. @throws what concerns all questions. */
  private givenUp(
    { attempt = 0 }: ReasonRequest,
    error: unknown,
    { lost }: QuestionAccount,
    milliseconds: number,
  ): Attempt {
    if (!(error instanceof ProviderError) || error.trouble === "refused") throw error;
    if (isOverflow(error)) throw new OperationError(`${error.message} ${OVERFLOW_HINT}`, { cause: error });
    // Questions of an earlier run are those that it failed at: they say nothing of the settings.
    const counts = error.trouble === "rejected" && attempt === 0;
    if (counts && ++this.rejections >= REJECTIONS_LIMIT) {
      const message = `${this.rejections} questions in a row were rejected. The last time: ${error.message}`;
      throw new OperationError(message, { cause: error });
    }
    if (error.trouble === "rejected") this.tellRejection(error);
    const calls = this.isLost(error) ? 0 : 1;
    const spent = { calls, promptTokens: 0, cachedTokens: 0, completionTokens: 0, thinkingTokens: 0, milliseconds };
    return withLost({ text: "", flaw: error.trouble, raw: error.message, ...spent }, lost);
  }
}

function temperatureOf(provider: Provider, options: Pick<ReasonerOptions, "temperature">): number {
  return provider.temperature ?? options.temperature;
}

function keyOf(question: GenerateRequest): string {
  return sha256(JSON.stringify(question));
}

/**
 * The same question with the words that an answer begins with. Neither the bad reply nor what was wrong with it is
 * told: small models answer that instead.
 */
function repairPrompt({ prompt, openingRule }: ReasonRequest): string {
  return openingRule === undefined ? prompt : `${prompt}\n${openingRule}`;
}

/** A prompt that is longer than the server's context: the longest histories never fit, however often they are asked. */
function isOverflow({ trouble, message }: ProviderError): boolean {
  return (
    trouble === "rejected" && /context (?:size|length|window)|maximum context|context_length_exceeded/i.test(message)
  );
}

const OVERFLOW_HINT =
  "Nothing was recorded against this question. Start the server with a larger context (llama-server -c 8192, vllm --max-model-len 8192; " +
  "--context-tokens for Ollama and llama-cpp), " +
  "or show fewer items (--history-items) or shorter ones (limits of --prompts); then run again to go on.";
