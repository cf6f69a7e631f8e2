// The contract of a language model behind a wire: one prompt in, one generation out. Providers know a server's format
// and nothing of chains, journals or retries.
import type { z } from "zod";
import type { generationSettings } from "../settings.ts";
export interface GenerateRequest {
  readonly system?: string | undefined;
  readonly prompt: string;
  readonly seed: number;
}

/** `{ text: "Users who ...", thinking: "Okay, ...", promptTokens: 212, completionTokens: 391, ... }` */
export interface Generation {
  /** As the server gave it; may still hold a thinking block. */
  readonly text: string;
  /** Thinking that the server keeps apart from the text. */
  readonly thinking: string;
  /** Undefined where the server does not count. */
  readonly promptTokens: number | undefined;
  /** Thinking included. */
  readonly completionTokens: number | undefined;
  /** Where the server counts them apart. */
  readonly thinkingTokens?: number | undefined;
  /** The token limit ended it. */
  readonly isTruncated: boolean;
}

export interface Provider {
  /** As in `--llm KIND:MODEL`. */
  readonly kind: string;
  readonly model: string;
  /** Requests at once when nobody says otherwise. */
  readonly concurrency: number;
  /** Its answers cost money, so that one under way is worth waiting for. */
  readonly isPaid?: boolean | undefined;
  /** @throws ProviderError */
  generate(request: GenerateRequest, signal: AbortSignal): Promise<Generation>;
}

/** What shapes an answer. */
export type GenerationOptions = Readonly<z.output<typeof generationSettings>>;

/** Model families that think before they answer. */
const THINKERS = /deepseek-r\d|\br1\b|qwq|qwen-?3|magistral|gpt-oss|think|reason|\bo[134]\b|cogito|phi-?4-mini-r/i;

export function thinks(model: string, { think }: Pick<GenerationOptions, "think">): boolean {
  return think === "auto" ? THINKERS.test(model) : think === "on";
}

/** The limit that a server is told. */
export function tokenLimit(model: string, options: GenerationOptions): number {
  return options.maxTokens + (thinks(model, options) ? options.thinkingTokens : 0);
}

/** The form of a structured answer. */
export const ANSWER_SCHEMA = {
  type: "object",
  properties: { answer: { type: "string" } },
  required: ["answer"],
  additionalProperties: false,
} as const;

/** Added to a prompt whose answer is constrained: models write better when they know the form. */
export const STRUCTURED_HINT = 'Write the answer as JSON: {"answer": "..."}';
