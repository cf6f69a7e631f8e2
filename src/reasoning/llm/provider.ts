// The contract of a language model behind a wire: one prompt in, one generation out. Providers know a server's format
// and nothing of chains, journals or retries.
import type { z } from "zod";
import { STEPS } from "../reasoner.ts";
import type { generationSettings } from "../settings.ts";

export interface GenerateRequest {
  readonly system?: string | undefined;
  readonly prompt: string;
  readonly seed: number;
  /** Longest reply, thinking included. */
  readonly tokenLimit: number;
  /** For providers that were made without one of their own. */
  readonly temperature?: number | undefined;
  /** No temperature is sent, whatever the provider was made with: some models refuse any but their own. */
  readonly isAtUsualTemperature?: boolean | undefined;
  /** The form that the server is to hold the answer to; absent: it writes freely. */
  readonly schema?: AnswerSchema | undefined;
}

/** `{ text: "Users who ...", thinking: "Okay, ...", promptTokens: 212, completionTokens: 391, ... }` */
export interface Generation {
  /** As the server gave it; may still hold a thinking block. */
  readonly text: string;
  /** Thinking that the server keeps apart from the text. */
  readonly thinking: string;
  /** Undefined where the server does not count. */
  readonly promptTokens: number | undefined;
  /** Of them, computed before (the server's prefix cache); undefined where it does not say. */
  readonly cachedTokens?: number | undefined;
  /** Thinking included. */
  readonly completionTokens: number | undefined;
  /** Where the server counts them apart. */
  readonly thinkingTokens?: number | undefined;
  /** It is not whole: the token limit or a filter ended it. */
  readonly isTruncated: boolean;
  /** Who answered, by the server's word. */
  readonly servedModel?: string | undefined;
}

export interface Provider {
  /** As in `--llm KIND:MODEL`. */
  readonly kind: string;
  readonly model: string;
  /** Tells a model's file from another one of the same name. */
  readonly file?: string | undefined;
  /** The one that it was made with, where that may differ from a reasoner's: answers are kept under it. */
  readonly temperature?: number | undefined;
  /** Requests at once when nobody says otherwise. */
  readonly concurrency: number;
  /** Its answers cost money, so that one under way is worth waiting for. */
  readonly isPaid?: boolean | undefined;
  /** `generate` throws `AnswerDeferred` where an answer has yet to come: no call waits, or is tried again. */
  readonly isDeferred?: boolean | undefined;
  /** Takes `schema` and holds answers to it; others are asked to write freely. */
  readonly knowsSchemas?: boolean | undefined;
  /** The models that a server answers with whatever name it is asked for; undefined where it goes by the name. */
  servedAnyway?(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** @throws ProviderError; AnswerDeferred where `isDeferred`. */
  generate(request: GenerateRequest, signal: AbortSignal): Promise<Generation>;
  /** Gives memory back that it holds between questions; it may be asked again. */
  release?(): Promise<void>;
}

/** What shapes an answer. */
export type GenerationOptions = Readonly<z.output<typeof generationSettings>>;

/** Model families that think before they answer... */
const THINKERS =
  /deepseek-r\d|\br1\b|qwq|qwen-?3|magistral|gpt-oss|gpt-5|think|reason|\bo[134]\b|cogito|phi-?4-mini-r|gemini-(?:2\.5|[3-9]|(?:pro|flash)-latest)/i;
/** ... and those of them that do not. */
const SPEAKERS = /qwen-?3.*(?:coder|instruct)|gpt-5.*chat|gemini-2\.5-flash-lite/i;

export function thinks(model: string, { think }: Pick<GenerationOptions, "think">): boolean {
  return think === "auto" ? THINKERS.test(model) && !SPEAKERS.test(model) : think === "on";
}

/** The limit that a server is told: an answer for every text of the form, and the thinking. */
export function tokenLimit(model: string, options: GenerationOptions, form: AnswerSchema = ANSWER_SCHEMA): number {
  return options.maxTokens * form.required.length + (thinks(model, options) ? options.thinkingTokens : 0);
}

/** A JSON schema of one level: an object of texts. */
export interface AnswerSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, { readonly type: "string"; readonly enum?: readonly string[] }>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** The form of a structured answer: one text, or one for each step, in their order. */
export const ANSWER_SCHEMA = schemaOf(["answer"]);
export const TOGETHER_SCHEMA = schemaOf(STEPS);

/** In a rejection: the server cannot hold answers to a schema. */
export const SCHEMA_WORDS = /response_format|json_schema|schema|grammar|guided|structured/i;

/** @param values the only ones that a field may have; absent: any text. */
export function schemaOf(names: readonly string[], values?: readonly string[]): AnswerSchema {
  const field = values === undefined ? { type: "string" as const } : { type: "string" as const, enum: values };
  const properties = Object.fromEntries(names.map((name) => [name, field]));
  return { type: "object", properties, required: names, additionalProperties: false };
}

/** Added to a prompt whose answer is JSON: models write better when they know the form. A sample would be copied. */
export function formHint({ required }: AnswerSchema): string {
  const names = required.map((name) => `"${name}"`);
  const fields =
    names.length === 1 ? `one text field, ${names[0]}` : `the text fields ${names.join(", ")}, in this order`;
  return `Write a JSON object with ${fields}.`;
}
