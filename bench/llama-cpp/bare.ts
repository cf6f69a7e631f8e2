// node-llama-cpp called bare: a context of one sequence, tokens in and tokens out, without a chat session.
import { importNodeLlamaCpp } from "../../src/reasoning/llm/node-llama-cpp.ts";

type Tokens = readonly number[];

/** The parts of node-llama-cpp (3.x) that only this yardstick uses. */
interface BareModule {
  getLlama(options: {
    readonly build: "never";
    readonly logLevel: "error";
    readonly progressLogs: false;
    readonly maxThreads: number;
  }): Promise<{ loadModel(options: { readonly modelPath: string }): Promise<BareModel> }>;
  resolveChatWrapper(model: BareModel): {
    generateContextState(options: { readonly chatHistory: readonly object[] }): {
      readonly contextText: { tokenize(tokenizer: unknown): Tokens };
    };
  };
}

interface BareModel {
  readonly tokenizer: unknown;
  createContext(options: { readonly contextSize: number }): Promise<{ getSequence(): BareSequence }>;
}

interface BareSequence {
  clearHistory(): Promise<void>;
  evaluate(
    tokens: Tokens,
    options: { readonly temperature: number; readonly seed: number },
  ): AsyncGenerator<number, void, void>;
}

export interface BareQuestion {
  readonly system: string;
  readonly prompt: string;
  readonly seed: number;
  /** Tokens of the answer, at the most: a model may end it. */
  readonly tokenLimit: number;
}

/** @returns a function that answers, and counts the tokens that were computed and those that were written. */
export async function bareModel(
  path: string,
  { threads, contextTokens, temperature }: { threads: number; contextTokens: number; temperature: number },
): Promise<(question: BareQuestion) => Promise<{ readonly computed: number; readonly written: number }>> {
  const { getLlama, resolveChatWrapper } = (await importNodeLlamaCpp()) as unknown as BareModule;
  const llama = await getLlama({ build: "never", logLevel: "error", progressLogs: false, maxThreads: threads });
  const model = await llama.loadModel({ modelPath: path });
  const sequence = (await model.createContext({ contextSize: contextTokens })).getSequence();
  const chat = resolveChatWrapper(model);
  return async ({ system, prompt, seed, tokenLimit }) => {
    const chatHistory = [
      { type: "system", text: system },
      { type: "user", text: prompt },
      { type: "model", response: [] },
    ];
    const tokens = chat.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer);
    await sequence.clearHistory();
    let written = 0;
    for await (const _ of sequence.evaluate(tokens, { temperature, seed })) if (++written === tokenLimit) break;
    return { computed: tokens.length, written };
  };
}
