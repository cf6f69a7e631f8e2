// The model on disk: `model.safetensors` (backbone and whole words), `interests.safetensors` (tables, codes, numbers)
// and `model.json` (options, sizes, scales, words), and T5's tokenizer where the run started from a checkpoint.
// Resuming adds the optimiser's file (training/optimiser-files.ts).
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ItemCodes } from "../../backbone/item-codes.ts";
import { T5_SMALL } from "../../backbone/t5-config.ts";
import { builtinTokenizer, loadTokenizer, type WordTokenizer } from "../../backbone/tokenizer.ts";
import { InputError } from "../../base/errors.ts";
import { exists, readJson, writeJsonAtomic } from "../../base/files.ts";
import type { TensorData } from "../../engine/index.ts";
import { floatTensor, readSafetensors, writeSafetensors } from "../../engine/safetensors.ts";
import { checkpointDirectory } from "./backbone-checkpoint.ts";
import { codeTensors, intTensor, readCodes } from "./code-files.ts";
import { withoutGone } from "./options/gone.ts";
import { type GenerativeOptions, generativeSchema, readsGroup, readsIndividual } from "./options/options.ts";
import { assembleState, type GenerativeState, NO_INTERESTS, type StateParts } from "./state.ts";

const FORMAT = 1;

const modelSchema = z.object({
  format: z.literal(FORMAT),
  // The first runs, of one system, wrote the second name.
  kind: z.enum(["generative model", "isrf model"]),
  options: z.record(z.string(), z.unknown()).transform(withoutGone).pipe(generativeSchema),
  nUsers: z.number().int(),
  nItems: z.number().int(),
  scales: z.object({ individual: z.number(), group: z.number() }),
  codeVocabulary: z.number().int().nullable(),
  userCodeVocabulary: z.number().int().nullable().default(null),
  words: z.array(z.string()).default([]),
  // Older versions gave every model of the text form T5's number of rows.
  vocabulary: z.number().int().default(T5_SMALL.vocabulary),
});

/** T5's tokenizer of a checkpoint's directory; else the built-in one, with a run's words beside those of templates. */
export function tokenizerFrom(
  directory: string | undefined,
  words: readonly string[],
): Promise<WordTokenizer> | WordTokenizer {
  return directory === undefined ? builtinTokenizer(words) : loadTokenizer(directory);
}

/** The model's own copy of a tokenizer; models of older versions have none and read the checkpoint's. */
async function savedTokenizer(
  directory: string,
  options: GenerativeOptions,
  words: readonly string[],
): Promise<WordTokenizer> {
  if (await exists(join(directory, "tokenizer.json"))) return loadTokenizer(directory);
  return tokenizerFrom(await checkpointDirectory(options), words);
}

/** Write the trained model into an existing directory. */
export async function saveModel(directory: string, state: GenerativeState): Promise<void> {
  const { network, nUsers, form, codes, userCodes, words, interests, parameters, itemNumbers, tokenizer } = state;
  const d = network.t5.width;
  const values = parameters.all.map(({ name, shape, front }) => [name, { shape, data: front.value }]);
  await writeSafetensors(join(directory, "model.safetensors"), Object.fromEntries(values));
  const tables: Record<string, { readonly shape: readonly number[]; readonly data: TensorData }> = {};
  if (readsIndividual(network.options)) {
    tables.individual = { shape: [nUsers + network.nItems, d], data: interests.individual };
  }
  if (readsGroup(network.options)) tables.group = { shape: [nUsers, d], data: interests.group };
  tables.itemNumbers = { shape: [network.nItems], data: itemNumbers };
  Object.assign(tables, codeTensors("codes", codes), codeTensors("userCodes", userCodes));
  await writeSafetensors(join(directory, "interests.safetensors"), tables);
  for (const [name, bytes] of Object.entries(tokenizer.files)) await writeFile(join(directory, name), bytes);
  await writeJsonAtomic(join(directory, "model.json"), {
    format: FORMAT,
    kind: "generative model",
    options: network.options,
    nUsers,
    nItems: network.nItems,
    scales: network.scales,
    codeVocabulary: codes?.vocabulary ?? null,
    userCodeVocabulary: userCodes?.vocabulary ?? null,
    words,
    vocabulary: form.vocabulary,
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
      expected: "a generative model of this version",
      todo: "Train the run again.",
    });
  }
  const { options, nUsers, nItems, scales, codeVocabulary, userCodeVocabulary, words, vocabulary } = parsed.data;
  const d = options.width;
  const path = join(directory, "interests.safetensors");
  const tables = await readSafetensors(path);
  const codesOf = (name: string, rows: number, vocabulary: number | null): ItemCodes | undefined =>
    vocabulary === null ? undefined : readCodes(path, tables, { name, rows, width: options.codeTokens, vocabulary });
  const tokenizer = await savedTokenizer(directory, options, words);
  const parts: StateParts = {
    options,
    nUsers,
    nItems,
    scales,
    codes: codesOf("codes", nItems, codeVocabulary),
    userCodes: codesOf("userCodes", nUsers, userCodeVocabulary),
    words,
    tokenizer: codeVocabulary === null ? { ...tokenizer, vocabulary } : tokenizer,
    itemNumbers: intTensor(path, tables, "itemNumbers", nItems),
    interests: {
      individual: readsIndividual(options)
        ? floatTensor(path, tables, "individual", [nUsers + nItems, d])
        : NO_INTERESTS,
      group: readsGroup(options) ? floatTensor(path, tables, "group", [nUsers, d]) : NO_INTERESTS,
    },
  };
  const valuesPath = join(directory, "model.safetensors");
  const values = await readSafetensors(valuesPath);
  return assembleState(parts, ({ name, shape }) => floatTensor(valuesPath, values, name, shape));
}
