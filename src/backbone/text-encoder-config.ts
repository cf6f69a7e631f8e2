// Encoder-only transformers as data: BERT (Devlin et al. 2019), RoBERTa (Liu et al. 2019), MPNet (Song et al. 2020).
// Read from a Hugging Face config.json; anything the engine program does not compute is refused, not ignored.
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { readRecord } from "../base/records.ts";

/** What tells the families apart. */
interface Family {
  /** First position a text uses: RoBERTa and MPNet keep the rows up to the padding id free. */
  readonly firstPosition: (padId: number) => number;
  readonly hasTokenTypes: boolean;
  /** A relative-position bias shared by all layers, as in T5. */
  readonly hasRelativeBias: boolean;
}

const FAMILIES: Readonly<Record<string, Family>> = {
  bert: { firstPosition: () => 0, hasTokenTypes: true, hasRelativeBias: false },
  roberta: { firstPosition: (padId) => padId + 1, hasTokenTypes: true, hasRelativeBias: false },
  "xlm-roberta": { firstPosition: (padId) => padId + 1, hasTokenTypes: true, hasRelativeBias: false },
  mpnet: { firstPosition: (padId) => padId + 1, hasTokenTypes: false, hasRelativeBias: true },
};

const ACTIVATIONS = ["gelu", "relu"] as const;

export interface TextEncoderConfig {
  /** `model_type` of the checkpoint. */
  readonly family: string;
  readonly vocabulary: number;
  /** d: width of the residual stream. */
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  readonly feedForward: number;
  /** Rows of the position table. */
  readonly positions: number;
  readonly firstPosition: number;
  /** Rows of the token-type table; 0 where there is none. */
  readonly tokenTypes: number;
  /** Buckets of the relative-position bias; 0 for none. */
  readonly relativeBuckets: number;
  readonly activation: (typeof ACTIVATIONS)[number];
  readonly epsilon: number;
  readonly padId: number;
}

const CONFIG = z.object({
  model_type: z.string(),
  vocab_size: z.number().int().min(1),
  hidden_size: z.number().int().min(1),
  num_attention_heads: z.number().int().min(1),
  num_hidden_layers: z.number().int().min(1),
  intermediate_size: z.number().int().min(1),
  max_position_embeddings: z.number().int().min(1),
  hidden_act: z.enum(ACTIVATIONS).default("gelu"),
  layer_norm_eps: z.number().positive().default(1e-12),
  pad_token_id: z.number().int().nullish(),
  position_embedding_type: z.literal("absolute").nullish(),
  type_vocab_size: z.number().int().min(1).default(2),
  // MPNet computes 32 buckets whatever this says.
  relative_attention_num_buckets: z.literal(32).default(32),
});

/**
 * The architecture of a checkpoint directory.
 * @throws InputError when config.json is missing, or describes another kind of model.
 */
export async function readTextEncoderConfig(directory: string): Promise<TextEncoderConfig> {
  const where = join(directory, "config.json");
  const c = await readRecord(where, CONFIG, { expected: "an encoder's configuration" });
  const family = FAMILIES[c.model_type];
  if (family === undefined) {
    const known = Object.keys(FAMILIES).join(", ");
    throw new InputError({ where, found: `model_type "${c.model_type}"`, expected: `one of ${known}` });
  }
  if (c.hidden_size % c.num_attention_heads !== 0) {
    const found = `${c.num_attention_heads} heads of ${c.hidden_size} dimensions`;
    throw new InputError({ where, found, expected: "a width that the heads divide" });
  }
  const padId = c.pad_token_id ?? (c.model_type === "bert" ? 0 : 1);
  return {
    family: c.model_type,
    vocabulary: c.vocab_size,
    width: c.hidden_size,
    heads: c.num_attention_heads,
    layers: c.num_hidden_layers,
    feedForward: c.intermediate_size,
    positions: c.max_position_embeddings,
    firstPosition: family.firstPosition(padId),
    tokenTypes: family.hasTokenTypes ? c.type_vocab_size : 0,
    relativeBuckets: family.hasRelativeBias ? c.relative_attention_num_buckets : 0,
    activation: c.hidden_act,
    epsilon: c.layer_norm_eps,
    padId,
  };
}
