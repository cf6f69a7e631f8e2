// Whole texts to token ids with the special tokens an encoder expects, cut to a length. (`tokenizer.ts` does words, for
// T5.)
import { join } from "node:path";
import { Tokenizer as HubTokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { exists, readJson } from "../base/files.ts";
import { readRecord } from "../base/records.ts";

/** Ids of a text, at most `maxTokens` of them: the content is cut, the special tokens around it stay. */
export type TextTokenizer = (text: string, maxTokens: number) => readonly number[];

export interface LoadedTokenizer {
  readonly tokenize: TextTokenizer;
  /** `model_max_length` of tokenizer_config.json; Infinity when it names none. */
  readonly maxTokens: number;
}

const DEFINITION = z.looseObject({ model: z.looseObject({ type: z.string().optional(), vocab: z.unknown() }) });
const CONFIG = z.looseObject({ model_max_length: z.number().optional() });

/** A text whose tokens no tokenizer would merge with special ones. */
const PROBE = "a";

/** The tokenizer of a checkpoint directory. @throws InputError when tokenizer.json is missing or malformed. */
export async function loadTextTokenizer(directory: string): Promise<LoadedTokenizer> {
  const where = join(directory, "tokenizer.json");
  if (!(await exists(where))) {
    throw new InputError({
      where: directory,
      found: "no tokenizer.json",
      expected: "a Hugging Face checkpoint directory",
      todo: "Write one with Python: AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR).",
    });
  }
  const definition = await readRecord(where, DEFINITION, { expected: "a tokenizer definition" });
  const { model } = definition;
  // Older files leave the type out.
  model.type ??= "merges" in model ? "BPE" : Array.isArray(model.vocab) ? "Unigram" : "WordPiece";
  const configPath = join(directory, "tokenizer_config.json");
  const config = CONFIG.parse((await exists(configPath)) ? await readJson(configPath) : {});
  const tokenizer = new HubTokenizer(definition, config);
  return { tokenize: cutting(tokenizer), maxTokens: config.model_max_length ?? Number.POSITIVE_INFINITY };
}

/**
 * The library neither cuts nor pads, whatever the file says; which special tokens stand where is learned from a probe.
 */
function cutting(tokenizer: HubTokenizer): TextTokenizer {
  const bare: readonly number[] = tokenizer.encode(PROBE, { add_special_tokens: false }).ids;
  const whole: readonly number[] = tokenizer.encode(PROBE).ids;
  const before = whole.findIndex((_, i) => bare.every((id, j) => whole[i + j] === id));
  const after = whole.length - before - bare.length;
  return (text, maxTokens) => {
    const ids: readonly number[] = tokenizer.encode(text).ids;
    if (ids.length <= maxTokens) return ids;
    return [...ids.slice(0, maxTokens - after), ...ids.slice(ids.length - after)];
  };
}
