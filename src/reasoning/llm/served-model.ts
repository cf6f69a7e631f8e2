// Whether the model that answers is the one that was asked for: answers are kept under its name.
import { OperationError } from "../../base/errors.ts";
import type { Provider } from "./provider.ts";

/** @throws OperationError where the server answers by its own model whatever the name. */
export async function checkServedModels({ model, servedAnyway }: Provider, signal: AbortSignal): Promise<void> {
  const served = await servedAnyway?.(signal);
  if (served === undefined || serves(served, model)) return;
  throw wrongModel(model, served.join(", "));
}

/** Whether the model that is asked for is among those of a server. */
export function serves(served: readonly string[], asked: string): boolean {
  return served.some((name) => isSame(name, asked));
}

/** @throws OperationError where the reply names another model. */
export function checkServedModel(asked: string, served: string | undefined): void {
  if (served !== undefined && !isSame(served, asked)) throw wrongModel(asked, served);
}

function wrongModel(asked: string, served: string): OperationError {
  return new OperationError(
    `The server answers by ${JSON.stringify(served)}, not by "${asked}". Texts are kept under the model's name: ` +
      `write --llm openai:${served}, start the server under that name (llama-server --alias, vllm --served-model-name), ` +
      "or let any model answer (--any-model).",
  );
}

/** What a name may go on with and still be the model's: a release, or how its weights are stored. */
const RELEASE = /latest|\d{4}-\d\d-\d\d|\d\d-\d\d|\d{3,8}|v\d+(?:[.:]\d+)*/.source;
const STORAGE = /(?:(?:ud|i1)-)?i?q\d(?:_\w+)?|b?f16|f32|fp8|fp16|mxfp4|awq|gptq|(?:bnb-)?[48]-?bit|int[48]/.source;
const FILE = /gguf|mlx|\d{5}-of-\d{5}/.source;
const MORE_EXACT = new RegExp(`^(?:[-@:._](?:${RELEASE}|${STORAGE}|${FILE}))*$`);
/** What may be asked for and not be told again. */
const LESS_EXACT = new RegExp(`^(?:[-@:._](?:latest|${STORAGE}|${FILE}))*(?::[^:]+)?$`);

/**
 * "gpt-4.1-mini" is answered by "gpt-4.1-mini-2025-04-14", "org/model" by "/models/model-Q4_K_M.gguf", and "model:free"
 * by "model"; none of them by "gpt-4.1" or "model-instruct".
 */
function isSame(served: string, asked: string): boolean {
  const [answering, wanted] = [plainName(served), plainName(asked)];
  const base = wanted.replace(/[-:]latest$/, "");
  return goesOn(answering, base, MORE_EXACT) || goesOn(wanted, answering, LESS_EXACT);
}

function goesOn(name: string, beginning: string, rest: RegExp): boolean {
  return name.startsWith(beginning) && rest.test(name.slice(beginning.length));
}

function plainName(name: string): string {
  return name
    .split(/[\\/]/)
    .at(-1)!
    .toLowerCase()
    .replace(/\.gguf$/, "");
}
