// A GGUF file in this very process, through node-llama-cpp. That package is not among our dependencies: its
// installation may fetch and compile sources from outside the npm registry. It is looked for when a model is first
// asked.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { InputError, OperationError } from "../../base/errors.ts";
import type { AnswerSchema, Generation, GenerationOptions, Provider } from "./provider.ts";

/** The few parts of node-llama-cpp (3.x) that we use. */
interface LlamaModule {
  getLlama(options: {
    readonly build: "never";
    readonly logLevel: "error";
    readonly progressLogs: false;
  }): Promise<Llama>;
  readonly LlamaChatSession: new (options: {
    readonly contextSequence: Sequence;
    readonly systemPrompt?: string | undefined;
  }) => ChatSession;
}

interface Llama {
  loadModel(options: { readonly modelPath: string }): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: AnswerSchema): Promise<object>;
}

interface LlamaModel {
  readonly trainContextSize: number;
  tokenize(text: string): readonly number[];
  createContext(options: { readonly contextSize: number }): Promise<{ getSequence(): Sequence }>;
}

interface Sequence {
  readonly tokenMeter: { readonly usedInputTokens: number; readonly usedOutputTokens: number };
  clearHistory(): Promise<void>;
}

interface ChatSession {
  promptWithMeta(
    prompt: string,
    options: {
      readonly temperature: number;
      readonly maxTokens: number;
      readonly seed: number;
      readonly signal: AbortSignal;
      readonly grammar?: object | undefined;
    },
  ): Promise<{ readonly responseText: string; readonly response: readonly unknown[]; readonly stopReason: string }>;
  dispose(options?: { readonly disposeSequence?: boolean | undefined }): void;
}

interface Engine {
  readonly module: LlamaModule;
  readonly sequence: Sequence;
  /** Made once for each form of an answer. */
  grammarOf(schema: AnswerSchema): Promise<object>;
}

const PACKAGE = "node-llama-cpp";

/** @param path a GGUF file. @throws InputError when there is none. */
export function llamaCppProvider(path: string, options: GenerationOptions): Provider {
  if (!existsSync(path)) {
    throw new InputError({ where: `--llm llama-cpp:${path}`, found: "no such file", expected: "a GGUF model file" });
  }
  let engine: Promise<Engine> | undefined;
  return {
    kind: "llama-cpp",
    model: basename(path),
    // One model, one context: a second question would only wait.
    concurrency: 1,
    async generate({ system, prompt, seed, tokenLimit, schema }, signal) {
      engine ??= load(path, options);
      const { module, sequence, grammarOf } = await engine;
      const grammar = schema === undefined ? undefined : await grammarOf(schema);
      await sequence.clearHistory();
      const before = { ...usage(sequence) };
      const session = new module.LlamaChatSession({
        contextSequence: sequence,
        systemPrompt: system,
      });
      try {
        const reply = await session.promptWithMeta(prompt, {
          temperature: options.temperature,
          maxTokens: tokenLimit,
          seed,
          signal,
          grammar,
        });
        return generationOf(reply, before, usage(sequence));
      } finally {
        session.dispose({ disposeSequence: false });
      }
    },
  };
}

type Reply = Awaited<ReturnType<ChatSession["promptWithMeta"]>>;
type Usage = { readonly input: number; readonly output: number };

function generationOf(reply: Reply, before: Usage, after: Usage): Generation {
  const thoughts = reply.response.flatMap((part) =>
    typeof part === "object" && part !== null && "text" in part && typeof part.text === "string" ? part.text : [],
  );
  return {
    text: reply.responseText,
    thinking: thoughts.join("\n"),
    promptTokens: after.input - before.input,
    completionTokens: after.output - before.output,
    isTruncated: reply.stopReason === "maxTokens",
  };
}

function usage({ tokenMeter }: Sequence): Usage {
  return { input: tokenMeter.usedInputTokens, output: tokenMeter.usedOutputTokens };
}

async function load(path: string, { contextTokens }: GenerationOptions): Promise<Engine> {
  const module = await importPackage();
  try {
    const llama = await module.getLlama({ build: "never", logLevel: "error", progressLogs: false });
    const model = await llama.loadModel({ modelPath: path });
    const context = await model.createContext({ contextSize: Math.min(contextTokens, model.trainContextSize) });
    const grammars = new Map<AnswerSchema, Promise<object>>();
    const grammarOf = (schema: AnswerSchema) => {
      const grammar = grammars.get(schema) ?? llama.createGrammarForJsonSchema(schema);
      grammars.set(schema, grammar);
      return grammar;
    };
    return { module, sequence: context.getSequence(), grammarOf };
  } catch (cause) {
    throw new OperationError(`${path}: the model could not be loaded (${(cause as Error).message}).`, { cause });
  }
}

/**
 * Beside our own package, else in the folder where the command runs: a globally installed isrf has no neighbours there.
 */
async function importPackage(): Promise<LlamaModule> {
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
