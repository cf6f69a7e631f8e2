// A GGUF file in this very process, through node-llama-cpp. That package is not among our dependencies: its
// installation may fetch and compile sources from outside the npm registry. It is looked for when a model is first
// asked.
import { availableParallelism } from "node:os";
import { OperationError } from "../../base/errors.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import { type GgufAccess, ggufIdentity, ggufPath, ggufSource } from "./gguf-file.ts";
import {
  type ChatItem,
  type ChatReply,
  type ChatWrapper,
  importNodeLlamaCpp,
  type LlamaModule,
  type Sequence,
  type Tokenizer,
} from "./node-llama-cpp.ts";
import {
  type AnswerSchema,
  type GenerateRequest,
  type Generation,
  type GenerationOptions,
  type Provider,
  thinks,
} from "./provider.ts";
import { SequencePool } from "./sequence-pool.ts";

interface Engine {
  readonly module: LlamaModule;
  readonly sequences: SequencePool<Sequence>;
  readonly chatWrapper: ChatWrapper;
  readonly tokenizer: Tokenizer;
  /** Made once for each form of an answer. */
  grammarOf(schema: AnswerSchema): Promise<object>;
  /** Gives weights and context back. */
  dispose(): Promise<void>;
}

/** Several answers at once share the reading of the weights, which is what a processor spends its time on. */
const SEQUENCES = 2;

/** What a chat's form may write into an answer, as a thinking block's marks, and the place of the next token. */
const SPARE_TOKENS = 16;

/** The one family of chats that the package can have begin behind an empty thinking block, by its name there. */
const UNTHINKING = { qwen: { thoughts: "discourage" } } as const;
const UNTHINKING_CHAT = "Qwen";

/** @param spec a GGUF file, or "hf:ORG/REPO/FILE.gguf". @throws as `ggufSource`. */
export function llamaCppProvider(spec: string, options: LlamaCppOptions, access: GgufAccess): Provider {
  const source = ggufSource(spec);
  const file = ggufIdentity(source);
  let path: Promise<string> | undefined;
  let isTold = false;
  /** A model that thinks all the same would have no room for it. */
  const tellOfThinking = ({ chatWrapper: { wrapperName } }: Engine) => {
    if (isTold || options.think !== "off" || wrapperName === UNTHINKING_CHAT) return;
    isTold = true;
    if (!thinks(source.name, { think: "auto" })) return;
    const message = `${source.name}: --think off is known in process for chats of Qwen's form only, and this model's is another (${wrapperName}). It may think, and be cut off: leave --think out.`;
    access.report({ kind: "warning", message });
  };
  return {
    kind: "llama-cpp",
    knowsSchemas: true,
    model: source.name,
    file,
    concurrency: options.concurrency ?? SEQUENCES,
    async generate(request, signal) {
      path ??= ggufPath(source, access, signal);
      return withEngine(await path, file, options, async (loaded) => {
        tellOfThinking(loaded);
        const { sequences, grammarOf } = loaded;
        const grammar = request.schema && (await grammarOf(request.schema));
        const question = { ...request, grammar };
        return sequences.use(request.prompt, (sequence) => say(loaded, sequence, question, options, signal));
      });
    },
    release,
  };
}

export type LlamaCppOptions = GenerationOptions & {
  /** Sequences of the context, each with its own part of the memory. */
  readonly concurrency?: number | undefined;
};

type Question = GenerateRequest & { readonly grammar: object | undefined };

async function say(
  engine: Engine,
  sequence: Sequence,
  { system, prompt, seed, tokenLimit, grammar }: Question,
  { temperature, timeoutSeconds }: LlamaCppOptions,
  stop: AbortSignal,
): Promise<Generation> {
  const { module, chatWrapper } = engine;
  const before = usage(sequence);
  const lateness = AbortSignal.timeout(timeoutSeconds * 1000);
  const signal = AbortSignal.any([stop, lateness]);
  // What the sequence holds of the prompt before stays: a prompt that begins alike is not computed from the start.
  const session = new module.LlamaChatSession({
    contextSequence: sequence,
    systemPrompt: system,
    forceAddSystemPrompt: system !== undefined,
    chatWrapper,
  });
  try {
    // The package would begin with a system message of its own.
    if (system === undefined) session.setChatHistory([]);
    const chatHistory = [
      ...session.getChatHistory(),
      { type: "user", text: prompt },
      { type: "model", response: [] },
    ] as const;
    const room = roomFor(chatHistory, engine, sequence);
    const maxTokens = Math.min(tokenLimit, room);
    const reply = await session.promptWithMeta(prompt, { temperature, maxTokens, seed, signal, grammar });
    return generationOf(reply, sequence, before);
  } catch (cause) {
    if (stop.aborted || !lateness.aborted) throw cause;
    throw new ProviderError("timeout", `No whole answer within ${timeoutSeconds} s (--timeout).`, { cause });
  } finally {
    session.dispose({ disposeSequence: false });
  }
}

/**
 * Tokens that an answer may have. The package would make room for more, and for longer prompts, by leaving out the
 * beginning of the question without a word.
 * @throws ProviderError where a prompt leaves none.
 */
function roomFor(
  chatHistory: readonly ChatItem[],
  { chatWrapper, tokenizer }: Engine,
  { contextSize }: Sequence,
): number {
  const tokens = chatWrapper.generateContextState({ chatHistory }).contextText.tokenize(tokenizer).length;
  const room = contextSize - tokens - SPARE_TOKENS;
  if (room > 0) return room;
  const message = `A prompt of ${tokens} tokens exceeds the context size of ${contextSize} (--context-tokens, as far as the model was trained for it).`;
  throw new ProviderError("rejected", message);
}

type Usage = { readonly input: number; readonly output: number };

function usage({ tokenMeter }: Sequence): Usage {
  return { input: tokenMeter.usedInputTokens, output: tokenMeter.usedOutputTokens };
}

function generationOf(reply: ChatReply, sequence: Sequence, before: Usage): Generation {
  const thoughts = reply.response.flatMap((part) =>
    typeof part === "object" && part !== null && "text" in part && typeof part.text === "string" ? part.text : [],
  );
  const after = usage(sequence);
  const completionTokens = after.output - before.output;
  const computed = after.input - before.input;
  // Everything that stands in the sequence now, but for the answer.
  const promptTokens = Math.max(computed, sequence.nextTokenIndex - completionTokens);
  return {
    text: reply.responseText,
    thinking: thoughts.join("\n"),
    promptTokens,
    cachedTokens: promptTokens - computed,
    completionTokens,
    isTruncated: reply.stopReason === "maxTokens",
  };
}

interface Kept {
  readonly key: string;
  readonly engine: Promise<Engine>;
  /** Answers under way. */
  users: number;
}

/** The last one of this process: shards, and chains that are asked for again, come one after another. */
let kept: Kept | undefined;

/** Whatever replaces an engine under way, it is let go behind its last answer. */
async function withEngine<T>(
  path: string,
  file: string,
  options: LlamaCppOptions,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const own = keptFor(path, file, options);
  own.users++;
  try {
    return await work(await own.engine);
  } finally {
    if (--own.users === 0 && kept !== own) await letGo(own);
  }
}

function keptFor(path: string, file: string, options: LlamaCppOptions): Kept {
  const { contextTokens, concurrency, threads, think } = options;
  const key = JSON.stringify([path, file, contextTokens, concurrency, threads, think === "off"]);
  if (kept?.key === key) return kept;
  // Two models at once may be more than there is memory for.
  const before = kept?.users === 0 ? letGo(kept) : Promise.resolve();
  const own: Kept = { key, engine: before.then(() => load(path, options)), users: 0 };
  kept = own;
  own.engine.catch(() => {
    if (kept === own) kept = undefined;
  });
  return own;
}

async function letGo({ engine }: Kept): Promise<void> {
  // One that could not be loaded holds nothing.
  await (await engine.catch(() => undefined))?.dispose();
}

/** Gives the memory back, unless somebody is asking. */
async function release(): Promise<void> {
  if (kept === undefined || kept.users > 0) return;
  const own = kept;
  kept = undefined;
  await letGo(own);
}

async function load(
  path: string,
  { contextTokens, concurrency = SEQUENCES, threads, think }: LlamaCppOptions,
): Promise<Engine> {
  const module = await importNodeLlamaCpp();
  try {
    const llama = await module.getLlama({
      build: "never",
      logLevel: "error",
      progressLogs: false,
      // Threads wait for each other by spinning: one too many, here or of a neighbour, and all stand still.
      maxThreads: threads ?? Math.max(1, availableParallelism() - 1),
    });
    const model = await llama.loadModel({ modelPath: path });
    const contextSize = Math.min(contextTokens, model.trainContextSize);
    const context = await model.createContext({ contextSize, sequences: concurrency });
    const sequences = new SequencePool(Array.from({ length: concurrency }, () => context.getSequence()));
    const grammars = new Map<AnswerSchema, Promise<object>>();
    const grammarOf = (schema: AnswerSchema) => {
      const grammar = grammars.get(schema) ?? llama.createGrammarForJsonSchema(schema);
      grammars.set(schema, grammar);
      return grammar;
    };
    const { tokenizer } = model;
    const customWrapperSettings = think === "off" ? UNTHINKING : undefined;
    const chatWrapper = module.resolveChatWrapper(model, { customWrapperSettings });
    const dispose = async () => {
      await model.dispose();
      await llama.dispose();
    };
    return { module, sequences, chatWrapper, tokenizer, grammarOf, dispose };
  } catch (cause) {
    throw new OperationError(`${path}: the model could not be loaded (${(cause as Error).message}).`, { cause });
  }
}
