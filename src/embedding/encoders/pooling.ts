// From one vector per token to one per text, and where a checkpoint says how: sentence-transformers' module files.
import { join } from "node:path";
import { z } from "zod";
import { InputError, UsageError } from "../../base/errors.ts";
import { exists, readJson } from "../../base/files.ts";
import { asRecord, readRecord } from "../../base/records.ts";

/** cls: the first token's vector. mean: of all tokens. easyrec: cls, then the checkpoint's dense layer and tanh. */
export const POOLINGS = ["cls", "mean", "easyrec"] as const;
export type Pooling = (typeof POOLINGS)[number];

export interface SentenceSettings {
  readonly pooling: Pooling;
  /** `max_seq_length` of sentence_bert_config.json; Infinity when it names none. */
  readonly maxTokens: number;
  readonly lowerCase: boolean;
}

const MODULES = z.array(z.looseObject({ path: z.string(), type: z.string() }));
const POOLING_CONFIG = z.looseObject({ pooling_mode: z.union([z.string(), z.array(z.string())]).optional() });
const SENTENCE_CONFIG = z.looseObject({
  max_seq_length: z.number().nullish(),
  do_lower_case: z.boolean().default(false),
});

/**
 * How a checkpoint's vectors are meant to be made. Without module files: EasyRec's way if it has that layer, else mean,
 * which is what sentence-transformers does then.
 * @param asked overrides the files.
 * @throws InputError for modules or poolings that are not computed here; UsageError for `easyrec` without its layer.
 */
export async function readSentenceSettings(
  directory: string,
  hasHead: boolean,
  asked: Pooling | undefined,
): Promise<SentenceSettings> {
  if (asked === "easyrec" && !hasHead) {
    throw new UsageError(`pooling easyrec: ${directory} has no mlp.dense layer; use cls or mean`);
  }
  const path = join(directory, "sentence_bert_config.json");
  const content = (await exists(path)) ? await readJson(path) : {};
  const settings = asRecord(path, content, SENTENCE_CONFIG, { expected: "sentence settings" });
  return {
    pooling: asked ?? (await declaredPooling(directory)) ?? (hasHead ? "easyrec" : "mean"),
    maxTokens: settings.max_seq_length ?? Number.POSITIVE_INFINITY,
    lowerCase: settings.do_lower_case,
  };
}

async function declaredPooling(directory: string): Promise<Pooling | undefined> {
  const where = join(directory, "modules.json");
  if (!(await exists(where))) return undefined;
  const modules = await readRecord(where, MODULES, { expected: "a list of modules" });
  let pooling: Pooling | undefined;
  for (const { type, path } of modules) {
    const kind = type.slice(type.lastIndexOf(".") + 1);
    if (kind === "Pooling") pooling = await poolingOf(join(directory, path, "config.json"));
    else if (kind !== "Transformer" && kind !== "Normalize") {
      throw new InputError({
        where,
        found: `a module ${kind}`,
        expected: "Transformer, Pooling and Normalize only",
        todo: "Choose the pooling yourself (--pooling cls or mean) to leave it out.",
      });
    }
  }
  return pooling;
}

async function poolingOf(where: string): Promise<Pooling> {
  const { pooling_mode: mode, ...flags } = await readRecord(where, POOLING_CONFIG, {
    expected: "a pooling configuration",
  });
  const set = Object.entries(flags).flatMap(([key, value]) =>
    key.startsWith("pooling_mode_") && value === true ? [key.slice("pooling_mode_".length)] : [],
  );
  const modes = mode === undefined ? set : [mode].flat();
  if (modes.length === 1 && (modes[0] === "cls" || modes[0] === "cls_token")) return "cls";
  if (modes.length === 1 && (modes[0] === "mean" || modes[0] === "mean_tokens")) return "mean";
  throw new InputError({
    where,
    found: `pooling ${modes.join(" and ") || "of no kind"}`,
    expected: "cls or mean",
    todo: "Choose another encoder, or --pooling cls or mean.",
  });
}
