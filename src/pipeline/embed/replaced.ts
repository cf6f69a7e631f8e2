// Says which vectors an encoder is about to replace: names leave out who serves a model and how it is asked.
import { basename, dirname } from "node:path";
import type { Report } from "../../base/progress.ts";
import { differingOptions, type PretrainedEncoder, readEmbeddingsManifest } from "../../embedding/index.ts";

type Described = Pick<PretrainedEncoder, "kind" | "options">;

/** How vectors are about to be made. */
export interface Making extends Described {
  /** 0: not at all. */
  readonly whiten: number;
  /** Where it draws anything. */
  readonly seed?: number | undefined;
}

/** @param target Folder of the vectors: finished, damaged or not there. */
export async function tellOfReplaced(target: string, making: Making, report: Report): Promise<void> {
  const [dataset, name] = [dirname(dirname(target)), basename(target)];
  // One that cannot be read is what embedding again mends.
  const manifest = await readEmbeddingsManifest(dataset, name).catch(() => undefined);
  if (manifest === undefined) return;
  const before: Making = { ...manifest.encoder, whiten: manifest.whiten?.power ?? 0, seed: manifest.seed };
  const keys = differingOptions(before, making);
  if (before.whiten !== making.whiten) keys.push("whiten");
  if (making.kind === before.kind && making.seed !== undefined && making.seed !== before.seed) keys.push("seed");
  if (keys.length === 0) return;
  const message = `${target} was made with ${words(before, keys)}; vectors with ${words(making, keys)} replace it when all are there. Runs that were trained with it will not find theirs: --name keeps both.`;
  report({ kind: "warning", message });
}

function words({ kind, options, whiten, seed }: Making, keys: readonly string[]): string {
  const all: Readonly<Record<string, unknown>> = { encoder: kind, ...options, whiten, seed };
  return keys.map((key) => (all[key] === undefined ? `no ${key}` : `${key} ${String(all[key])}`)).join(", ");
}
