// One worker finds that a model gives nothing usable, is another one, or cannot read the prompts: then no other one is
// to find it out again, at the same price.
import { OperationError } from "../../../base/errors.ts";
import { sha256 } from "../../../base/files.ts";
import { type ObjectStore, removeFolder } from "../../../objects/index.ts";
import { BudgetReached } from "../../../reasoning/index.ts";
import { ProviderError } from "../../../servers/provider-error.ts";
import { folderOfRun } from "./messages.ts";

const folder = (run: string) => `${folderOfRun(run)}halted/`;

/** Of the run, not of this worker's network or server. */
export function concernsAll(error: unknown): error is OperationError {
  const isOfWorker = error instanceof ProviderError || error instanceof BudgetReached;
  return error instanceof OperationError && !isOfWorker;
}

export async function halt(objects: ObjectStore, run: string, message: string): Promise<void> {
  const text = JSON.stringify({ message });
  await objects.put(`${folder(run)}${sha256(text)}.json`, Buffer.from(text));
}

/** In the words of the worker that halted the run; undefined where none has. */
export async function whyHalted(objects: ObjectStore, run: string): Promise<string | undefined> {
  for await (const { name } of objects.list(folder(run))) {
    const { message } = JSON.parse(Buffer.from(await objects.get(name)).toString()) as { readonly message: string };
    return message;
  }
  return undefined;
}

/** Whoever runs the command again has mended it. */
export function unhalt(objects: ObjectStore, run: string): Promise<void> {
  return removeFolder(objects, folder(run));
}
