// `training.safetensors` in a run: the very lists that training was given, so that an audit measures leaks on what was
// seen instead of on what should have been.

import { join } from "node:path";
import { z } from "zod";
import { checkFile, checksumOf, checksumSchema } from "../base/checksums.ts";
import { InputError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { readSealedJson, writeSealedJson } from "../base/sealed-json.ts";
import { PROTOCOLS, type TrainingLists, type TrainingView, trainingLists, viewHash } from "../data/index.ts";
import { readSafetensors, type Safetensors, writeSafetensors } from "../engine/safetensors.ts";

const TABLES = "training.safetensors";
/** Its facts, which vouch for the tables beside them. */
export const TRAINING_RECORD = "training.json";
const TODO = "Train the run again, into another --out.";
/** Name in the view -> name in the file. */
const LISTS = [
  ["prefixes", "sequences"],
  ["graph", "graph"],
  ["spared", "spared"],
] as const;

const factsSchema = z.object({
  format: z.literal(1),
  kind: z.literal("training view"),
  protocol: z.enum(PROTOCOLS),
  patience: z.enum(["consecutive", "cumulative"]),
  description: z.object({ graph: z.string(), negatives: z.string(), idScheme: z.string() }),
  hash: z.string(),
  /** Of the tables. Absent in records of older versions. */
  tables: checksumSchema.optional(),
});

/** Store what a training is given in its run directory. */
export async function writeTrainingRecord(directory: string, view: TrainingView): Promise<void> {
  const { protocol, patience, description, itemNumbers } = view;
  const lists = Object.fromEntries(LISTS.flatMap(([list, name]) => Object.entries(listTensors(name, view[list]))));
  const explained = view.explained && listTensors("explained", view.explained);
  const numbers = { shape: [itemNumbers.length], data: itemNumbers };
  const weights = view.weights && { weights: endToEnd(view.weights) };
  const path = join(directory, TABLES);
  await writeSafetensors(path, { ...lists, itemNumbers: numbers, ...weights, ...explained });
  const facts = { format: 1, kind: "training view", protocol, patience, description, hash: viewHash(view) };
  await writeSealedJson(join(directory, TRAINING_RECORD), { ...facts, tables: await checksumOf(path) });
}

/** Undefined for a run that stored none (made by an older version). @throws InputError for damaged files. */
export async function readTrainingRecord(directory: string): Promise<TrainingView | undefined> {
  const path = join(directory, TRAINING_RECORD);
  if (!(await exists(path))) return undefined;
  const parsed = factsSchema.safeParse((await readSealedJson(path, TODO)).value);
  if (!parsed.success) throw damaged(path, z.prettifyError(parsed.error));
  const tables = join(directory, TABLES);
  if (parsed.data.tables !== undefined) await checkFile(tables, parsed.data.tables, TODO);
  const file = await readSafetensors(tables);
  const list = (name: (typeof LISTS)[number][1] | "explained"): TrainingLists =>
    trainingLists(split(tensor(tables, file, `${name}.offsets`), tensor(tables, file, `${name}.items`)));
  const { protocol, patience, description } = parsed.data;
  const itemNumbers = tensor(tables, file, "itemNumbers");
  const lists = { prefixes: list("sequences"), graph: list("graph"), spared: list("spared") };
  const weights = weightsBeside(lists.graph, file.tensors.get("weights")?.data);
  const explained = file.tensors.has("explained.offsets") ? list("explained") : undefined;
  return { protocol, patience, description, itemNumbers, weights, explained, ...lists };
}

function listTensors(name: string, lists: TrainingLists) {
  const { offsets, items } = flatten(lists);
  return {
    [`${name}.offsets`]: { shape: [offsets.length], data: offsets },
    [`${name}.items`]: { shape: [items.length], data: items },
  };
}

function flatten(lists: readonly Int32Array[]): { offsets: Int32Array; items: Int32Array } {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => {
    offsets[i + 1] = offsets[i]! + list.length;
  });
  const items = new Int32Array(offsets.at(-1)!);
  lists.forEach((list, i) => {
    items.set(list, offsets[i]!);
  });
  return { offsets, items };
}

function endToEnd(lists: readonly Float64Array[]): { shape: number[]; data: Float64Array } {
  const data = new Float64Array(lists.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const list of lists) {
    data.set(list, at);
    at += list.length;
  }
  return { shape: [data.length], data };
}

function weightsBeside(lists: TrainingLists, flat: unknown): Float64Array[] | undefined {
  if (!(flat instanceof Float64Array)) return undefined;
  let end = 0;
  return lists.map(({ length }) => {
    end += length;
    return flat.subarray(end - length, end);
  });
}

function split(offsets: Int32Array, items: Int32Array): Int32Array[] {
  return Array.from({ length: offsets.length - 1 }, (_, i) => items.subarray(offsets[i]!, offsets[i + 1]!));
}

function tensor(path: string, file: Safetensors, name: string): Int32Array {
  const data = file.tensors.get(name)?.data;
  if (data instanceof Int32Array) return data;
  throw damaged(path, `no int32 tensor "${name}"`);
}

function damaged(where: string, found: string): InputError {
  return new InputError({ where, found, expected: "what `isrf train` stored", todo: TODO });
}
