// A checkpoint's tensors under our names, arranged for running: matrices as [in, out] instead of [out, in], the factor
// 1/sqrt(head width) inside the query projection, the one token type inside the position table.
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { exists } from "../base/files.ts";
import { floatTensor, readSafetensors, type Safetensors } from "../engine/safetensors.ts";
import type { TextEncoderConfig } from "./text-encoder-config.ts";

/** Values by parameter name, as `TextEncoder` asks for them. */
export type TextEncoderWeights = Readonly<Record<string, Float32Array>>;

export interface LoadedWeights {
  readonly weights: TextEncoderWeights;
  /** The checkpoint has EasyRec's projection (`mlp.dense`), loaded as `head`. */
  readonly hasHead: boolean;
}

/** Names of one layer's projections below `encoder.layer.N.`, ours first. */
const BERT_LAYER = {
  query: "attention.self.query",
  key: "attention.self.key",
  value: "attention.self.value",
  mix: "attention.output.dense",
  mixNorm: "attention.output.LayerNorm",
} as const;
const MPNET_LAYER = {
  query: "attention.attn.q",
  key: "attention.attn.k",
  value: "attention.attn.v",
  mix: "attention.attn.o",
  mixNorm: "attention.LayerNorm",
} as const;

const WORDS = "embeddings.word_embeddings.weight";

/**
 * Read model.safetensors of a checkpoint directory.
 * @throws InputError when it is missing, or a tensor is absent or of another shape than the configuration says.
 */
export async function loadTextEncoderWeights(directory: string, config: TextEncoderConfig): Promise<LoadedWeights> {
  const path = join(directory, "model.safetensors");
  if (!(await exists(path))) {
    throw new InputError({
      where: directory,
      found: "no model.safetensors",
      expected: "weights in one safetensors file",
      todo: "Convert others with Python: AutoModel.from_pretrained(DIR).save_pretrained(DIR, safe_serialization=True).",
    });
  }
  const checkpoint = new Checkpoint(path, await readSafetensors(path));
  const weights: Record<string, Float32Array> = {
    ...embeddings(checkpoint, config),
    ...Object.assign({}, ...Array.from({ length: config.layers }, (_, i) => layer(checkpoint, config, i))),
  };
  if (config.relativeBuckets > 0) {
    const shape = [config.relativeBuckets, config.heads];
    weights.relativeBias = checkpoint.tensor("encoder.relative_attention_bias.weight", shape);
  }
  const hasHead = checkpoint.hasOutside("mlp.dense.weight");
  if (hasHead) {
    const d = config.width;
    weights["head.weight"] = transposed(checkpoint.outside("mlp.dense.weight", [d, d]), d, d);
    weights["head.bias"] = checkpoint.outside("mlp.dense.bias", [d]);
  }
  return { weights, hasHead };
}

/** The transformer inside a checkpoint that may hold more: its names share a prefix such as `roberta.`. */
class Checkpoint {
  private readonly path: string;
  private readonly file: Safetensors;
  private readonly prefix: string;

  constructor(path: string, file: Safetensors) {
    this.path = path;
    this.file = file;
    const name = [...file.tensors.keys()].find((key) => key.endsWith(WORDS));
    if (name === undefined) {
      throw new InputError({
        where: path,
        found: `no tensor ${WORDS}`,
        expected: "a BERT, RoBERTa or MPNet checkpoint",
      });
    }
    this.prefix = name.slice(0, -WORDS.length);
  }

  tensor(name: string, shape: readonly number[]): Float32Array {
    return floatTensor(this.path, this.file, this.known(this.prefix + name), shape);
  }

  outside(name: string, shape: readonly number[]): Float32Array {
    return floatTensor(this.path, this.file, name, shape);
  }

  hasOutside(name: string): boolean {
    return this.file.tensors.has(name);
  }

  /** Early BERT checkpoints say gamma and beta for a norm's weight and bias. */
  private known(name: string): string {
    if (this.file.tensors.has(name)) return name;
    const old = name.replace(/LayerNorm\.weight$/, "LayerNorm.gamma").replace(/LayerNorm\.bias$/, "LayerNorm.beta");
    return this.file.tensors.has(old) ? old : name;
  }
}

function embeddings(checkpoint: Checkpoint, config: TextEncoderConfig): Record<string, Float32Array> {
  const { vocabulary, width, positions, tokenTypes } = config;
  const table = checkpoint.tensor("embeddings.position_embeddings.weight", [positions, width]).slice();
  if (tokenTypes > 0) {
    // One text has one segment, so the first row of any number of types is part of every position.
    const types = checkpoint.tensor("embeddings.token_type_embeddings.weight", [tokenTypes, width]);
    for (let i = 0; i < table.length; i++) table[i]! += types[i % width]!;
  }
  return {
    words: checkpoint.tensor(WORDS, [vocabulary, width]),
    positions: table,
    ...norm(checkpoint, "embeddingNorm", "embeddings.LayerNorm", width),
  };
}

function layer(checkpoint: Checkpoint, config: TextEncoderConfig, index: number): Record<string, Float32Array> {
  const { width: d, heads, feedForward } = config;
  const names = config.relativeBuckets > 0 ? MPNET_LAYER : BERT_LAYER;
  const [ours, theirs] = [`layer${index}`, `encoder.layer.${index}`];
  const dense = (name: string, source: string, inputs: number, outputs: number, factor = 1) => ({
    [`${ours}.${name}.weight`]: transposed(
      checkpoint.tensor(`${theirs}.${source}.weight`, [outputs, inputs]),
      outputs,
      inputs,
      factor,
    ),
    [`${ours}.${name}.bias`]: checkpoint.tensor(`${theirs}.${source}.bias`, [outputs]).map((value) => value * factor),
  });
  return {
    ...dense("query", names.query, d, d, (d / heads) ** -0.5),
    ...dense("key", names.key, d, d),
    ...dense("value", names.value, d, d),
    ...dense("mix", names.mix, d, d),
    ...norm(checkpoint, `${ours}.mixNorm`, `${theirs}.${names.mixNorm}`, d),
    ...dense("inner", "intermediate.dense", d, feedForward),
    ...dense("outer", "output.dense", feedForward, d),
    ...norm(checkpoint, `${ours}.outerNorm`, `${theirs}.output.LayerNorm`, d),
  };
}

function norm(checkpoint: Checkpoint, ours: string, theirs: string, width: number): Record<string, Float32Array> {
  return {
    [`${ours}.weight`]: checkpoint.tensor(`${theirs}.weight`, [width]),
    [`${ours}.bias`]: checkpoint.tensor(`${theirs}.bias`, [width]),
  };
}

/** [rows, columns] -> [columns, rows], times a factor. */
function transposed(values: Float32Array, rows: number, columns: number, factor = 1): Float32Array {
  const out = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = values[r * columns + c]! * factor;
  }
  return out;
}
