// A trained id model on disk: `model.json` (which model, options, sizes) and `model.safetensors` (vectors, and what the
// query program needs). No graph and no training data: recommending reads these two files alone.
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.ts";
import { readJson, writeJsonAtomic } from "../../base/files.ts";
import { floatTensor, readSafetensors, type Safetensors, writeSafetensors } from "../../engine/safetensors.ts";
import type { IdModelSpec, ItemFacts } from "./id-model.ts";
import type { IdOptions } from "./options.ts";
import type { Vectors } from "./vectors.ts";

const FORMAT = 1;
const PARAMETER = "parameter/";
const FACT = "fact/";

export interface SavedModel<O> {
  readonly options: O;
  readonly nUsers: number;
  readonly nItems: number;
  readonly vectors: Vectors;
  readonly facts: Readonly<Record<string, ItemFacts>>;
}

/** Shapes of query parameters by name, as the model declares them. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** Write the trained model into an existing directory. */
export async function saveIdModel<O>(
  directory: string,
  name: string,
  { options, nUsers, nItems, vectors, facts }: SavedModel<O>,
  shapes: Shapes,
): Promise<void> {
  const { width, items, users, bias, parameters } = vectors;
  const tables: Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }> = {
    items: { shape: [nItems, width], data: items },
  };
  if (users !== undefined) tables.users = { shape: [nUsers, width], data: users };
  if (bias !== undefined) tables.bias = { shape: [nItems], data: bias };
  await writeSafetensors(join(directory, "model.safetensors"), {
    ...tables,
    ...prefixed(PARAMETER, parameters, (data, key) => ({ shape: shapes[key]!, data })),
    ...prefixed(FACT, facts, (fact) => fact),
  });
  await writeJsonAtomic(join(directory, "model.json"), {
    format: FORMAT,
    kind: `${name} model`,
    options,
    nUsers,
    nItems,
    width,
  });
}

/** @throws InputError when a file is missing, damaged, of another model, or of other shapes than `model.json` says. */
export async function loadIdModel<O extends IdOptions>(
  directory: string,
  spec: IdModelSpec<O>,
): Promise<SavedModel<O>> {
  const { options, nUsers, nItems, width } = await readDescription(join(directory, "model.json"), spec);
  const path = join(directory, "model.safetensors");
  const file = await readSafetensors(path);
  const optional = (name: string, shape: readonly number[]) =>
    file.tensors.has(name) ? floatTensor(path, file, name, shape) : undefined;
  return {
    options,
    nUsers,
    nItems,
    vectors: {
      width,
      items: floatTensor(path, file, "items", [nItems, width]),
      users: spec.query === undefined ? floatTensor(path, file, "users", [nUsers, width]) : undefined,
      bias: optional("bias", [nItems]),
      parameters: Object.fromEntries(
        namesWith(file, PARAMETER).map((name) => [name, floatTensor(path, file, PARAMETER + name)]),
      ),
    },
    facts: factsIn(path, file),
  };
}

async function readDescription<O extends IdOptions>(where: string, { name, schema }: IdModelSpec<O>) {
  const description = z.object({
    format: z.literal(FORMAT),
    kind: z.literal(`${name} model`),
    options: schema,
    nUsers: z.number().int(),
    nItems: z.number().int(),
    width: z.number().int(),
  });
  const parsed = description.safeParse(await readJson(where));
  if (parsed.success) return parsed.data;
  throw new InputError({
    where,
    found: z.prettifyError(parsed.error),
    expected: `a ${name} model of this version`,
    todo: "Train the run again.",
  });
}

function prefixed<T, U>(prefix: string, entries: Readonly<Record<string, T>>, make: (value: T, key: string) => U) {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [prefix + key, make(value, key)]));
}

function namesWith(file: Safetensors, prefix: string): string[] {
  return [...file.tensors.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** Facts of the items in a model's file. */
export function factsIn(path: string, file: Safetensors): Readonly<Record<string, ItemFacts>> {
  return Object.fromEntries(namesWith(file, FACT).map((name) => [name, factOf(path, file, FACT + name)]));
}

function factOf(where: string, file: Safetensors, name: string): ItemFacts {
  const { shape, data } = file.tensors.get(name)!;
  if (data instanceof Int32Array) return { shape, data };
  throw new InputError({ where, found: `tensor "${name}" of another type`, expected: "int32 item facts" });
}
