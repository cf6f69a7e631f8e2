// What witnesses know beside the trained models, on disk: `evidence.safetensors` (counts, items taken together, similar
// users, texts and their map, interests by texts, training prefixes) and `evidence.json` (weights and what they were
// worth).
import { join } from "node:path";
import { z } from "zod";
import { writeSealedDirectory } from "../../base/checksums.ts";
import { InputError } from "../../base/errors.ts";
import { readJson, writeJsonAtomic } from "../../base/files.ts";
import { flatten } from "../../base/flat-lists.ts";
import { type Matrix, matrix, type SparseRows } from "../../base/matrix.ts";
import { type TrainingLists, trainingLists } from "../../data/index.ts";
import { readSafetensors, type Safetensors, type TensorData, writeSafetensors } from "../../engine/safetensors.ts";
import type { Gain } from "../learned-evidence.ts";
import type { SimilarUserLists } from "./group.ts";
import type { Learned } from "./learn.ts";
import { PARTS, type Weights } from "./mixture/weights.ts";
import type { TextMap } from "./text-map.ts";
import type { TextReduction } from "./text-vectors.ts";
import { WITNESSES } from "./witness.ts";

export interface EvidenceTables {
  /** Training interactions by item. */
  readonly counts: Int32Array;
  readonly prefixes: TrainingLists;
  readonly following: SparseRows | undefined;
  readonly similar: SimilarUserLists | undefined;
  readonly texts: EvidenceTexts | undefined;
  /**
   * Interests of the items of training that nobody took, in their order: [cold, d]. Absent where there are none or
   * nothing is known of texts, and in runs of before they were kept.
   */
  readonly coldInterests?: Matrix | undefined;
  /** Of `IndividualParts`. */
  readonly stretch: number;
}

export interface EvidenceTexts {
  readonly vectors: Matrix;
  readonly map: TextMap;
  /** How wide text vectors became these; absent: they are the same. */
  readonly reduction?: TextReduction | undefined;
}

export interface SavedEvidence {
  readonly tables: EvidenceTables;
  readonly learned: Learned;
}

const FORMAT = 1;

const weightsSchema = z
  .object({ terms: z.array(z.enum(WITNESSES)), scales: z.array(z.number()), values: z.array(z.number()) })
  .refine(({ terms, scales, values }) => scales.length === terms.length && values.length === terms.length * PARTS)
  .transform((weights): Weights => ({ ...weights, values: Float64Array.from(weights.values) }));
const taskSchema = z.object({
  first: weightsSchema,
  final: weightsSchema.nullable().transform((weights) => weights ?? undefined),
});
const figuresSchema = z.object({ users: z.number(), hr10: z.number(), ndcg10: z.number() });
const groupedSchema = z.object({ all: figuresSchema, "short history": figuresSchema, "rare item": figuresSchema });
/** JSON has null for what was no number: gains that older versions took of no choice at all. */
const numberOrNone = z
  .number()
  .nullable()
  .transform((value) => value ?? 0);
/** Runs of before errors were taken hold numbers. */
const gainSchema = z.union([
  z.object({ gain: numberOrNone, error: numberOrNone.optional() }),
  z.number().transform((gain): Gain => ({ gain })),
]);
const evidenceSchema = z.object({
  format: z.literal(FORMAT),
  kind: z.literal("evidence"),
  weights: z.object({ sequential: taskSchema, direct: taskSchema }),
  figures: z.array(
    z.object({
      question: z.string(),
      whole: groupedSchema,
      witnesses: z.array(z.object({ witness: z.enum(WITNESSES), without: groupedSchema })),
    }),
  ),
  generator: z
    .object({ sequential: gainSchema, direct: gainSchema })
    .nullable()
    .transform((gain) => gain ?? undefined),
  alsoChose: z.int().min(0).optional(),
  stretch: z.number(),
});

export async function saveEvidence(directory: string, { tables, learned }: SavedEvidence): Promise<void> {
  await writeSealedDirectory(directory, async (to) => {
    await writeSafetensors(join(to, "evidence.safetensors"), tensorsOf(tables));
    await writeJsonAtomic(join(to, "evidence.json"), {
      format: FORMAT,
      kind: "evidence",
      weights: { sequential: plain(learned, "sequential"), direct: plain(learned, "direct") },
      figures: learned.figures,
      generator: learned.generator ?? null,
      alsoChose: learned.alsoChose,
      stretch: tables.stretch,
    });
  });
}

function plain({ weights }: Learned, task: "sequential" | "direct") {
  const { first, final } = weights[task];
  const written = (one: Weights) => ({ ...one, values: [...one.values] });
  return { first: written(first), final: final === undefined ? null : written(final) };
}

type Stored = Record<string, { readonly shape: readonly number[]; readonly data: TensorData }>;

function tensorsOf({ counts, prefixes, following, similar, texts, coldInterests }: EvidenceTables): Stored {
  const flat = flatten(prefixes);
  const stored: Stored = {
    counts: vector(counts),
    "prefixes.offsets": vector(flat.offsets),
    "prefixes.items": vector(flat.values),
  };
  if (following !== undefined) {
    stored["following.offsets"] = vector(following.offsets);
    stored["following.items"] = vector(following.indices);
    stored["following.values"] = vector(following.values);
  }
  if (similar !== undefined) {
    const shape = [similar.neighbours.length / similar.k, similar.k];
    stored["similar.users"] = { shape, data: similar.neighbours };
    stored["similar.cosines"] = { shape, data: similar.cosines };
  }
  if (texts !== undefined) {
    const { vectors, map, reduction } = texts;
    stored.texts = rectangle(vectors);
    stored["texts.down"] = { shape: [vectors.columns, map.rank], data: map.down };
    stored["texts.up"] = { shape: [map.rank, vectors.columns], data: map.up };
    if (reduction !== undefined) {
      const { mean, components } = reduction;
      stored["texts.mean"] = vector(mean);
      stored["texts.components"] = rectangle(components);
    }
  }
  if (coldInterests !== undefined) stored["cold.interests"] = rectangle(coldInterests);
  return stored;
}

const vector = (data: TensorData) => ({ shape: [data.length], data });
const rectangle = ({ rows, columns, data }: Matrix) => ({ shape: [rows, columns], data });

/** @throws InputError when a file is missing, damaged or of another version. */
export async function loadEvidence(directory: string): Promise<SavedEvidence> {
  const where = join(directory, "evidence.json");
  const parsed = evidenceSchema.safeParse(await readJson(where));
  if (!parsed.success) {
    throw new InputError({
      where,
      found: z.prettifyError(parsed.error),
      expected: "weights of this version",
      todo: "Train the run again.",
    });
  }
  const { stretch, format: _, kind: __, ...learned } = parsed.data;
  const path = join(directory, "evidence.safetensors");
  const tables = tablesOf(new StoredTables(path, await readSafetensors(path)), stretch);
  return { tables, learned };
}

/** Tensors of known types, by name. */
class StoredTables {
  private readonly path: string;
  private readonly file: Safetensors;

  constructor(path: string, file: Safetensors) {
    this.path = path;
    this.file = file;
  }

  has(name: string): boolean {
    return this.file.tensors.has(name);
  }

  integers(name: string): Int32Array {
    const data = this.file.tensors.get(name)?.data;
    if (data instanceof Int32Array) return data;
    throw this.wrong(name, "int32");
  }

  floats(name: string): { readonly shape: readonly number[]; readonly data: Float32Array } {
    const tensor = this.file.tensors.get(name);
    if (tensor?.data instanceof Float32Array) return { shape: tensor.shape, data: tensor.data };
    throw this.wrong(name, "float32");
  }

  private wrong(name: string, type: string): InputError {
    return new InputError({
      where: this.path,
      found: `no ${type} tensor "${name}"`,
      expected: "the tables of the run's evidence",
      todo: "Train the run again.",
    });
  }
}

function tablesOf(file: StoredTables, stretch: number): EvidenceTables {
  const counts = file.integers("counts");
  return {
    counts,
    prefixes: listsOf(file.integers("prefixes.offsets"), file.integers("prefixes.items")),
    following: file.has("following.offsets") ? followingOf(file, counts.length) : undefined,
    similar: file.has("similar.users") ? similarOf(file) : undefined,
    texts: file.has("texts") ? textsOf(file) : undefined,
    coldInterests: file.has("cold.interests") ? matrixOf(file, "cold.interests") : undefined,
    stretch,
  };
}

function listsOf(offsets: Int32Array, items: Int32Array): TrainingLists {
  return trainingLists(
    Array.from({ length: offsets.length - 1 }, (_, user) => items.subarray(offsets[user]!, offsets[user + 1]!)),
  );
}

function followingOf(file: StoredTables, nItems: number): SparseRows {
  return {
    rows: nItems,
    columns: nItems,
    offsets: file.integers("following.offsets"),
    indices: file.integers("following.items"),
    values: file.floats("following.values").data,
  };
}

function similarOf(file: StoredTables): SimilarUserLists {
  const { shape, data } = file.floats("similar.cosines");
  return { neighbours: file.integers("similar.users"), cosines: data, k: shape[1]! };
}

function matrixOf(file: StoredTables, name: string): Matrix {
  const { shape, data } = file.floats(name);
  return matrix(shape[0]!, shape[1]!, data);
}

function textsOf(file: StoredTables): EvidenceTexts {
  const down = file.floats("texts.down");
  return {
    vectors: matrixOf(file, "texts"),
    map: { down: down.data, up: file.floats("texts.up").data, rank: down.shape[1]! },
    reduction: file.has("texts.components") ? reductionOf(file) : undefined,
  };
}

function reductionOf(file: StoredTables): TextReduction {
  return { mean: file.floats("texts.mean").data, components: matrixOf(file, "texts.components") };
}
