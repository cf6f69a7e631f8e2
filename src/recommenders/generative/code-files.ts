// Codes of items and users as tensors of a model's files: the tokens, and what those of each level stand for.
import type { ItemCodes } from "../../backbone/item-codes.ts";
import { InputError } from "../../base/errors.ts";
import { type Matrix, matrix } from "../../base/matrix.ts";
import type { TensorData } from "../../engine/index.ts";
import { floatTensor, type Safetensors } from "../../engine/safetensors.ts";

type Tensors = Record<string, { readonly shape: readonly number[]; readonly data: TensorData }>;

/** `codes` [rows, width] and, where something is known of it, `codes.centroids.0` [k, columns] and on. */
export function codeTensors(name: string, codes: ItemCodes | undefined): Tensors {
  if (codes === undefined) return {};
  const { tokens, width, centroids = [] } = codes;
  const levels = centroids.map(({ rows, columns, data }, level) => [
    centroidsName(name, level),
    { shape: [rows, columns], data },
  ]);
  return { [name]: { shape: [tokens.length / width, width], data: tokens }, ...Object.fromEntries(levels) };
}

/** Codes as `codeTensors` wrote them. Runs of older versions have no centroids. */
export function readCodes(
  path: string,
  file: Safetensors,
  { name, rows, width, vocabulary }: { name: string; rows: number; width: number; vocabulary: number },
): ItemCodes {
  const tokens = intTensor(path, file, name, width * rows);
  if (!file.tensors.has(centroidsName(name, 0))) return { tokens, width, vocabulary };
  const centroids = Array.from({ length: width }, (_, level) => centroidsOf(path, file, centroidsName(name, level)));
  return { tokens, width, vocabulary, centroids };
}

const centroidsName = (name: string, level: number): string => `${name}.centroids.${level}`;

function centroidsOf(path: string, file: Safetensors, name: string): Matrix {
  const data = floatTensor(path, file, name);
  const [rows = 0, columns = 0] = file.tensors.get(name)!.shape;
  return matrix(rows, columns, data);
}

export function intTensor(path: string, file: Safetensors, name: string, length: number): Int32Array {
  const data = file.tensors.get(name)?.data;
  if (!(data instanceof Int32Array) || data.length !== length) {
    throw new InputError({
      where: path,
      found: `no int32 tensor "${name}" of ${length} values`,
      expected: "the tables of model.json",
    });
  }
  return data;
}
