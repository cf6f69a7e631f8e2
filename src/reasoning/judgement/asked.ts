// What rules may know of a question: its parts, taken from the prompt's words, so that an exported answer can be judged
// as well as one that has just come in.
import type { ReasonRequest } from "../reasoner.ts";

export type AskedQuestion = Pick<ReasonRequest, "prompt" | "step" | "earlier" | "system" | "isVerbatim">;

/** `{ instruction: "Based on the provided [ATTRIBUTES], ...", data: "[ATTRIBUTES]: Title: ...", tag: "[POSITIVE]" }` */
export interface PromptParts {
  readonly instruction: string;
  /** What is quoted: catalogue, histories, earlier answers. */
  readonly data: string;
  /** Of the answer; empty where the prompt ends otherwise. */
  readonly tag: string;
}

const HEADINGS = /^(Instruction|Information|Response)$/gm;

/** The parts of a prompt by its headings, in whatever order they stand. */
export function partsOf(prompt: string): PromptParts {
  const pieces = prompt.split(HEADINGS);
  const part = (name: string) => {
    const at = pieces.indexOf(name);
    return at < 0 ? "" : pieces[at + 1]!.trim();
  };
  const tag = /^\[[^\]\s]+\](?=:)/.exec(part("Response"))?.[0] ?? "";
  return { instruction: part("Instruction"), data: part("Information"), tag };
}

/** What a prompt quotes, without the fence around it. */
export function quotedData(prompt: string): string {
  return partsOf(prompt)
    .data.replace(/<\/?data>/g, "")
    .trim();
}
