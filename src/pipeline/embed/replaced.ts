// Says which vectors an encoder is about to replace: names leave out who serves a model and how it is asked.
import { basename, dirname } from "node:path";
import type { Report } from "../../base/progress.ts";
import { differingOptions, type PretrainedEncoder, readEmbeddingsManifest } from "../../embedding/index.ts";

type Described = Pick<PretrainedEncoder, "kind" | "options">;

/** @param target Folder of the vectors: finished, damaged or not there. */
export async function tellOfReplaced(target: string, encoder: Described, report: Report): Promise<void> {
  const [dataset, name] = [dirname(dirname(target)), basename(target)];
  // One that cannot be read is what embedding again mends.
  const before = (await readEmbeddingsManifest(dataset, name).catch(() => undefined))?.encoder;
  if (before === undefined) return;
  const keys = differingOptions(before, encoder);
  if (keys.length === 0) return;
  const message = `${target} was made with ${words(before, keys)}; vectors with ${words(encoder, keys)} replace it when all are there. Runs that were trained with it will not find theirs: --name keeps both.`;
  report({ kind: "warning", message });
}

function words({ kind, options }: Described, keys: readonly string[]): string {
  const all: Readonly<Record<string, unknown>> = { encoder: kind, ...options };
  return keys.map((key) => (all[key] === undefined ? `no ${key}` : `${key} ${String(all[key])}`)).join(", ");
}
