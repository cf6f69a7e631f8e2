// `whitening.safetensors` beside whitened vectors: what later texts are turned by.
import { join } from "node:path";
import { matrix } from "../base/matrix.ts";
import { floatTensor, readSafetensors, writeSafetensors } from "../engine/safetensors.ts";
import type { Whitening } from "./whiten.ts";

const FILE = "whitening.safetensors";

export async function writeWhitening(directory: string, { mean, axes }: Whitening): Promise<void> {
  await writeSafetensors(join(directory, FILE), {
    mean: { shape: [mean.length], data: mean },
    axes: { shape: [axes.rows, axes.columns], data: axes.data },
  });
}

/** @throws InputError when it is absent, damaged, or of other shapes. */
export async function readWhitening(directory: string, rows: number, columns: number): Promise<Whitening> {
  const path = join(directory, FILE);
  const tensors = await readSafetensors(path);
  const axes = floatTensor(path, tensors, "axes", [rows, columns]);
  return { mean: floatTensor(path, tensors, "mean", [columns]), axes: matrix(rows, columns, axes) };
}
