// How many values a run learnt, by the part that they are of. A run of ISRF has several: its checkpoint is the backbone
// with the interests, and the sequence model, the text map and the witnesses' weights lie beside it.
import { join } from "node:path";
import { exists } from "../../base/files.ts";
import { readSafetensors } from "../../engine/safetensors.ts";
import { loadEvidence } from "../../recommenders/isrf/index.ts";
import { evidencePart, sequencePart } from "../../recommenders/part-folders.ts";
import { Checkpoints } from "../../training/checkpoints.ts";

/** Trained values by part; a part that the run lacks is absent. */
export interface ParameterCounts {
  /** The best checkpoint: tables of interests before propagation, and the model's own. */
  readonly model: number;
  readonly sequence?: number | undefined;
  readonly textMap?: number | undefined;
  /** How far witnesses are believed, in both tasks. */
  readonly weights?: number | undefined;
}

/** Undefined for a run without a best checkpoint. @throws InputError for files that cannot be read. */
export async function countParameters(run: string): Promise<ParameterCounts | undefined> {
  const model = await ofCheckpoint(run);
  if (model === undefined) return undefined;
  return { model, sequence: await ofCheckpoint(sequencePart(run)), ...(await ofEvidence(evidencePart(run))) };
}

export function totalOf({ model, sequence = 0, textMap = 0, weights = 0 }: ParameterCounts): number {
  return model + sequence + textMap + weights;
}

async function ofCheckpoint(run: string): Promise<number | undefined> {
  const checkpoint = await Checkpoints.ofRun(run).find("best");
  if (checkpoint === undefined) return undefined;
  const sizes = async (file: string): Promise<[string, number][]> => {
    const path = join(checkpoint, file);
    if (!(await exists(path))) return [];
    const { tensors } = await readSafetensors(path);
    return Array.from(tensors, ([name, { data }]) => [name, data instanceof Float32Array ? data.length : 0]);
  };
  const sum = (all: readonly [string, number][]) => all.reduce((total, [, size]) => total + size, 0);
  // "set/name" is trained, a bare name a constant; a system of one set keeps all its model there.
  const trained = (await sizes("parameters.safetensors")).filter(([name]) => name.includes("/"));
  if (trained.some(([name]) => name.startsWith("model/"))) return sum(trained);
  const model = (await sizes("model.safetensors")).filter(([name]) => !name.includes("centroids"));
  return sum(trained) + sum(model);
}

async function ofEvidence(directory: string): Promise<Pick<ParameterCounts, "textMap" | "weights">> {
  if (!(await exists(directory))) return {};
  const { tables, learned } = await loadEvidence(directory);
  const map = tables.texts?.map;
  const weights = Object.values(learned.weights).flatMap(({ first, final }) => [first, ...(final ? [final] : [])]);
  return {
    textMap: map && map.down.length + map.up.length,
    weights: weights.reduce((total, { values }) => total + values.length, 0),
  };
}
