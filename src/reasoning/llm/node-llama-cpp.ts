// The few parts of node-llama-cpp (3.x) that are used, and where the package is looked for.
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { OperationError } from "../../base/errors.ts";
import type { AnswerSchema } from "./provider.ts";

export interface LlamaModule {
  getLlama(options: {
    readonly build: "never";
    readonly logLevel: "error";
    readonly progressLogs: false;
    readonly maxThreads: number;
  }): Promise<Llama>;
  readonly LlamaChatSession: new (options: {
    readonly contextSequence: Sequence;
    /** Absent: the package's own words about a helpful assistant. */
    readonly systemPrompt?: string | undefined;
    /** Even where the model's chat has no such message: it is put before the question then, not left out. */
    readonly forceAddSystemPrompt?: boolean | undefined;
    readonly chatWrapper: ChatWrapper;
  }) => ChatSession;
  /** By trying templates on each other, which takes as long as some tokens of an answer. */
  resolveChatWrapper(
    model: LlamaModel,
    options?: {
      /** By the name of a family of chats, for those that have a form of its own in the package. */
      readonly customWrapperSettings?: { readonly qwen: { readonly thoughts: "discourage" } } | undefined;
    },
  ): ChatWrapper;
}

/** How a model's chat is written. It has no state: all sessions of a model share it. */
export interface ChatWrapper {
  readonly wrapperName: string;
  /** The very text that a model is to go on from. */
  generateContextState(options: { readonly chatHistory: readonly ChatItem[] }): {
    readonly contextText: { tokenize(tokenizer: Tokenizer): { readonly length: number } };
  };
}

export type ChatItem =
  | { readonly type: "system" | "user"; readonly text: string | object }
  | { readonly type: "model"; readonly response: readonly unknown[] };

export type Tokenizer = object;

interface Llama {
  loadModel(options: { readonly modelPath: string }): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: AnswerSchema): Promise<object>;
  dispose(): Promise<void>;
}

interface LlamaModel {
  /** Of the contexts that it was trained with. */
  readonly trainContextSize: number;
  readonly tokenizer: Tokenizer;
  createContext(options: {
    readonly contextSize: number;
    readonly sequences: number;
  }): Promise<{ getSequence(): Sequence }>;
  /** Its contexts, too. */
  dispose(): Promise<void>;
}

export interface Sequence {
  readonly tokenMeter: { readonly usedInputTokens: number; readonly usedOutputTokens: number };
  /** Tokens that it holds. */
  readonly nextTokenIndex: number;
  /** Tokens that it can hold. */
  readonly contextSize: number;
}

export interface ChatReply {
  readonly responseText: string;
  readonly response: readonly unknown[];
  readonly stopReason: string;
}

interface ChatSession {
  getChatHistory(): readonly ChatItem[];
  setChatHistory(chatHistory: readonly ChatItem[]): void;
  promptWithMeta(
    prompt: string,
    options: {
      readonly temperature: number;
      readonly maxTokens: number;
      readonly seed: number;
      readonly signal: AbortSignal;
      readonly grammar?: object | undefined;
    },
  ): Promise<ChatReply>;
  dispose(options?: { readonly disposeSequence?: boolean | undefined }): void;
}

const PACKAGE = "node-llama-cpp";

/**
 * Beside our own package, else in the folder where the command runs: a globally installed isrf has no neighbours there.
 */
export async function importNodeLlamaCpp(): Promise<LlamaModule> {
  const own = await import(PACKAGE).catch(() => undefined);
  if (own !== undefined) return own as LlamaModule;
  try {
    const here = createRequire(join(process.cwd(), "package.json")).resolve(PACKAGE);
    return (await import(pathToFileURL(here).href)) as LlamaModule;
  } catch (cause) {
    throw new OperationError(
      `--llm llama-cpp needs the package ${PACKAGE}, which is not installed. Add it where you run isrf: npm install ${PACKAGE}@3`,
      { cause },
    );
  }
}
