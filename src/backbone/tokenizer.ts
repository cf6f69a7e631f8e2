// Text to token ids. Words are separated by single spaces and tokenised one by one: T5's pre-tokeniser splits on white
// space, so this equals tokenising the whole text, and it tells which tokens belong to which word.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokenizer as HubTokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { exists, readJson } from "../base/files.ts";
import { readRecord } from "../base/records.ts";
import { EOS_ID, PAD_ID, T5_SMALL, UNK_ID } from "./t5-config.ts";
import { templateWords } from "./templates.ts";

export interface WordTokenizer {
  /** "t5" from a checkpoint directory, or "builtin". */
  readonly kind: "t5" | "builtin";
  /** Rows of the token table: beyond every id. */
  readonly vocabulary: number;
  /** What it was read from, by name, for whoever keeps a copy; empty for the built-in one. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Ids of one word, without end of sequence. */
  encodeWord(word: string): readonly number[];
  /** Text of ids; pieces that are no text are left out. */
  decode(ids: readonly number[]): string;
}

/** Everything of it goes to the library; the type of the model is ours to fill in. */
const DEFINITION = z.looseObject({ model: z.looseObject({ type: z.string().optional() }) });

/** T5's tokenizer from a directory with `tokenizer.json`. @throws InputError when it is missing or malformed. */
export async function loadTokenizer(directory: string): Promise<WordTokenizer> {
  const path = join(directory, "tokenizer.json");
  if (!(await exists(path))) {
    throw new InputError({
      where: directory,
      found: "no tokenizer.json",
      expected: "a Hugging Face T5 checkpoint directory",
      todo: "Download the model's tokenizer.json, config.json and model.safetensors into it.",
    });
  }
  const words = { expected: "a tokenizer definition", todo: "Download the model's tokenizer.json again." };
  const definition = await readRecord(path, DEFINITION, words);
  // Older files leave the model type out; pieces with scores mean Unigram.
  definition.model.type ??= "Unigram";
  const configPath = join(directory, "tokenizer_config.json");
  const config = (await exists(configPath)) ? await readJson(configPath) : {};
  const tokenizer = new HubTokenizer(definition as object, config as object);
  return {
    kind: "t5",
    // T5's table is longer than its list of pieces.
    vocabulary: T5_SMALL.vocabulary,
    files: await contentsOf(directory, ["tokenizer.json", "tokenizer_config.json"]),
    encodeWord: cached((word) => tokenizer.encode(word).ids.filter((id: number) => id !== EOS_ID)),
    decode: (ids) => (ids.length === 0 ? "" : tokenizer.decode([...ids], { skip_special_tokens: true })),
  };
}

/** Those of the files that are there. */
async function contentsOf(directory: string, names: readonly string[]): Promise<Record<string, Uint8Array>> {
  const contents: Record<string, Uint8Array> = {};
  for (const name of names) {
    const path = join(directory, name);
    if (await exists(path)) contents[name] = await readFile(path);
  }
  return contents;
}

/** Ids of digits: one piece for one or two digits, at the start of a word or inside it. */
const FIRST_DIGITS = 3;
const INNER_DIGITS = FIRST_DIGITS + 110;
const WORDS = INNER_DIGITS + 110;

/**
 * A tokenizer made of the template words and digit pairs, for training from scratch without any download.
 * It is a different vocabulary from T5's: checkpoints of the two do not mix. `further` words get a token each, too.
 */
export function builtinTokenizer(further: readonly string[] = []): WordTokenizer {
  const words = new Map<string, number>();
  const known = ["user", "item", "_", ...templateWords("worded+bare"), ...further];
  for (const word of known) if (!words.has(word)) words.set(word, WORDS + words.size);
  const digits = (text: string, isFirst: boolean): number[] =>
    (text.match(/\d{1,2}/g) ?? []).map((piece, i) => {
      const number = piece.length === 1 ? Number(piece) : 10 + Number(piece);
      return (isFirst && i === 0 ? FIRST_DIGITS : INNER_DIGITS) + number;
    });
  const texts = new Map([...words].map(([word, id]) => [id, ` ${word}`]));
  return {
    kind: "builtin",
    vocabulary: WORDS + words.size,
    files: {},
    encodeWord: cached((word) => {
      const id = /^(user|item)_(\d+)$/.exec(word);
      if (id !== null) return [words.get(id[1]!)!, words.get("_")!, ...digits(id[2]!, false)];
      return /^\d+$/.test(word) ? digits(word, true) : [words.get(word) ?? UNK_ID];
    }),
    decode: (ids) =>
      ids
        .map((id) => digitText(id) ?? texts.get(id) ?? "")
        .join("")
        .trimStart(),
  };
}

function digitText(id: number): string | undefined {
  if (id < FIRST_DIGITS || id >= WORDS) return undefined;
  const number = (id - FIRST_DIGITS) % 110;
  const digits = number < 10 ? String(number) : String(number - 10).padStart(2, "0");
  return id < INNER_DIGITS ? ` ${digits}` : digits;
}

function cached(encode: (word: string) => number[]): (word: string) => readonly number[] {
  const seen = new Map<string, readonly number[]>();
  return (word) => {
    let ids = seen.get(word);
    if (ids === undefined) {
      ids = encode(word).filter((id) => id !== PAD_ID);
      seen.set(word, ids);
    }
    return ids;
  };
}
