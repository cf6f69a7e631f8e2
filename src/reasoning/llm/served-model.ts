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

/** "gpt-4.1-mini" is answered by "gpt-4.1-mini-2025-04-14", and "org/model" by "/models/model.gguf". */
function isSame(a: string, b: string): boolean {
  const [first, second] = [plainName(a), plainName(b)];
  return first.startsWith(second) || second.startsWith(first);
}

function plainName(name: string): string {
  return name
    .split(/[\\/]/)
    .at(-1)!
    .toLowerCase()
    .replace(/\.gguf$/, "");
}
