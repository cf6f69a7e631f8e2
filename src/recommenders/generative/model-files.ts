// The model on disk: `model.safetensors` (backbone and whole words), `interests.safetensors` (both tables, codes) and
// `model.json` (options, sizes, scales). Resuming adds the optimiser's file (training/optimiser-files.ts).
import { join } from "node:path";
import { z } from "zod";
import { builtinTokenizer, loadTokenizer, type WordTokenizer } from "../../backbone/tokenizer.ts";
import { InputError } from "../../base/errors.ts";
import { readJson, writeJsonAtomic } from "../../base/files.ts";
import { Random } from "../../base/random.ts";
import type { Parameters } from "../../engine/index.ts";
import { floatTensor, readSafetensors, type Safetensors, writeSafetensors } from "../../engine/safetensors.ts";
import { type GenerativeOptions, isrfSchema } from "./options.ts";
import { assembleState, type GenerativeState, initialParameters, type StateParts } from "./state.ts";

const FORMAT = 1;

const modelSchema = z.object({
  format: z.literal(FORMAT),
  kind: z.literal("isrf model"),
  options: isrfSchema,
  nUsers: z.number().int(),
  nItems: z.number().int(),
  scales: z.object({ individual: z.number(), group: z.number() }),
  codeVocabulary: z.number().int().nullable(),
});

/** Tokenizer of a run: T5's where it started from a checkpoint, else the built-in one. */
export function tokenizerOf(options: GenerativeOptions): Promise<WordTokenizer> | WordTokenizer {
  return options.checkpoint === "" ? builtinTokenizer() : loadTokenizer(options.checkpoint);
}

/** Write the trained model into an existing directory. */
export async function saveModel(directory: string, state: GenerativeState): Promise<void> {
  const { network, nUsers, codes, interests, parameters, itemNumbers } = state;
  const d = network.t5.width;
  const values = parameters.all.map(({ name, shape, front }) => [name, { shape, data: front.value }]);
  await writeSafetensors(join(directory, "model.safetensors"), Object.fromEntries(values));
  await writeSafetensors(join(directory, "interests.safetensors"), {
    individual: { shape: [nUsers + network.nItems, d], data: interests.individual },
    group: { shape: [nUsers, d], data: interests.group },
    itemNumbers: { shape: [network.nItems], data: itemNumbers },
    ...(codes === undefined ? {} : { codes: { shape: [network.nItems, 2], data: codes.tokens } }),
  });
  await writeJsonAtomic(join(directory, "model.json"), {
    format: FORMAT,
    kind: "isrf model",
    options: network.options,
    nUsers,
    nItems: network.nItems,
    scales: network.scales,
    codeVocabulary: codes?.vocabulary ?? null,
  });
}

/** @throws InputError when a file is missing, damaged, or of other shapes than `model.json` says. */
export async function loadModel(directory: string): Promise<GenerativeState> {
  const where = join(directory, "model.json");
  const parsed = modelSchema.safeParse(await readJson(where));
  if (!parsed.success) {
    throw new InputError({
      where,
      found: z.prettifyError(parsed.error),
      expected: "an isrf model of this version",
      todo: "Train the run again.",
    });
  }
  const { options, nUsers, nItems, scales, codeVocabulary } = parsed.data;
  const d = options.width;
  const path = join(directory, "interests.safetensors");
  const tables = await readSafetensors(path);
  const parts: StateParts = {
    options,
    nUsers,
    nItems,
    scales,
    codes:
      codeVocabulary === null
        ? undefined
        : { tokens: intTensor(path, tables, "codes", 2 * nItems), vocabulary: codeVocabulary },
    tokenizer: await tokenizerOf(options),
    itemNumbers: intTensor(path, tables, "itemNumbers", nItems),
    interests: {
      individual: floatTensor(path, tables, "individual", [nUsers + nItems, d]),
      group: floatTensor(path, tables, "group", [nUsers, d]),
    },
  };
  return assembleState(parts, await loadParameters(join(directory, "model.safetensors"), parts));
}

/** Values for exactly the parameters that the options ask for. */
async function loadParameters(path: string, parts: StateParts): Promise<Parameters> {
  const file = await readSafetensors(path);
  const parameters = initialParameters(parts, Random.of(0));
  for (const { name, shape, front } of parameters.all) front.value.set(floatTensor(path, file, name, shape));
  return parameters;
}

function intTensor(path: string, file: Safetensors, name: string, length: number): Int32Array {
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
