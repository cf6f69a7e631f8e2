// Stages of preparation as they are kept for other trainings: what each depends on, and how its result is packed.
import type { ItemCodes } from "../../../backbone/item-codes.ts";
import { type Matrix, matrix } from "../../../base/matrix.ts";
import type { Passes } from "../../../base/passes.ts";
import type { Pca, SimilarUsers } from "../../../embedding/index.ts";
import type { Parameters, TensorData } from "../../../engine/index.ts";
import { type PackedWork, type SharedWork, shared } from "../../../training/shared-work.ts";

/** Texts on their principal components, and what they were multiplied with. */
export type ReducedTexts = Pick<Pca, "matrix" | "scale">;

export function sharedPca(
  work: SharedWork | undefined,
  items: Matrix,
  width: number,
  make: () => Promise<ReducedTexts>,
): Promise<ReducedTexts> {
  return shared(work, "scaled pca", () => ({ items, width }), {
    make,
    pack: ({ matrix: { rows, columns, data }, scale }) => ({ arrays: { data }, facts: { rows, columns, scale } }),
    unpack: (packed) => ({
      matrix: matrixOf(packed, "data"),
      scale: (packed.facts as Pick<ReducedTexts, "scale">).scale,
    }),
  });
}

export function sharedNeighbours(
  work: SharedWork | undefined,
  inputs: { readonly users: Matrix; readonly neighbours: number; readonly how: string; readonly seed: number },
  make: () => Promise<SimilarUsers>,
): Promise<SimilarUsers> {
  return shared(work, "similar users", () => ({ ...inputs }), {
    make,
    pack: ({ rows, k, neighbours, cosines }) => ({ arrays: { neighbours, cosines }, facts: { rows, k } }),
    unpack: ({ arrays, facts }) => {
      const { rows, k } = facts as Pick<SimilarUsers, "rows" | "k">;
      return { rows, k, neighbours: arrays.neighbours as Int32Array, cosines: arrays.cosines as Float32Array };
    },
  });
}

export function sharedCodes(
  work: SharedWork | undefined,
  inputs: { readonly vectors: Matrix; readonly seed: number; readonly name: string; readonly tokens: number },
  make: () => Promise<ItemCodes>,
): Promise<ItemCodes> {
  return shared(work, "item codes", () => ({ ...inputs }), { make, pack: packCodes, unpack: unpackCodes });
}

function packCodes({ tokens, width, vocabulary, centroids }: ItemCodes): PackedWork {
  const levels = Object.fromEntries((centroids ?? []).map(({ data }, level) => [`level ${level}`, data]));
  const shapes = centroids?.map(({ rows, columns }) => ({ rows, columns }));
  return { arrays: { tokens, ...levels }, facts: { width, vocabulary, shapes } };
}

function unpackCodes({ arrays, facts }: PackedWork): ItemCodes {
  const { width, vocabulary, shapes } = facts as Pick<ItemCodes, "width" | "vocabulary"> & {
    readonly shapes?: readonly Pick<Matrix, "rows" | "columns">[];
  };
  const centroids = shapes?.map(({ rows, columns }, level) =>
    matrix(rows, columns, arrays[`level ${level}`] as Float32Array),
  );
  return { tokens: arrays.tokens as Int32Array, width, vocabulary, centroids };
}

/** A warm start with the losses that it told of, epoch by epoch. */
export interface ToldWarmStart {
  readonly passes: Passes;
  readonly losses: readonly number[];
}

/** Fits `parameters` in place: their values, and what the optimiser remembers of them. */
export function sharedWarmStart(
  work: SharedWork | undefined,
  parameters: Parameters,
  settings: Readonly<Record<string, unknown>>,
  make: () => Promise<ToldWarmStart>,
): Promise<ToldWarmStart> {
  const before = () => parameters.all.map(({ name, shape, front: { value } }) => ({ name, shape, value }));
  return shared(work, "warm start", () => ({ ...settings, before: before() }), {
    make,
    // How far the clock let it come is no property of its inputs.
    pack: (told) =>
      told.passes.stopped === "time" ? undefined : { arrays: arraysOf(parameters), facts: factsOf(told, parameters) },
    unpack: ({ arrays, facts }) => {
      const { steps, ...told } = facts as ReturnType<typeof factsOf>;
      for (const parameter of parameters.all) {
        for (const part of PARTS) parameter.front[part].set(arrays[`${parameter.name}/${part}`] as Float32Array);
        parameter.steps = steps[parameter.name]!;
      }
      return told;
    },
  });
}

const PARTS = ["value", "m", "v"] as const;

function arraysOf({ all }: Parameters): Record<string, TensorData> {
  return Object.fromEntries(all.flatMap(({ name, front }) => PARTS.map((part) => [`${name}/${part}`, front[part]])));
}

function factsOf({ passes, losses }: ToldWarmStart, { all }: Parameters) {
  return { passes, losses, steps: Object.fromEntries(all.map(({ name, steps }) => [name, steps])) };
}

function matrixOf({ arrays, facts }: PackedWork, name: string): Matrix {
  const { rows, columns } = facts as Pick<Matrix, "rows" | "columns">;
  return matrix(rows, columns, arrays[name] as Float32Array);
}
