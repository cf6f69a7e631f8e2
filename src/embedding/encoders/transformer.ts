// Sentence vectors from a BERT, RoBERTa or MPNet checkpoint, computed by the engine: one program per batch shape.
import { join } from "node:path";
import { TextEncoder } from "../../backbone/text-encoder.ts";
import { readTextEncoderConfig, type TextEncoderConfig } from "../../backbone/text-encoder-config.ts";
import { loadTextTokenizer, type TextTokenizer } from "../../backbone/text-encoder-tokenizer.ts";
import { loadTextEncoderWeights, type TextEncoderWeights } from "../../backbone/text-encoder-weights.ts";
import { stopIf, UsageError } from "../../base/errors.ts";
import { sha256File } from "../../base/files.ts";
import { type Matrix, matrix } from "../../base/matrix.ts";
import { compile, type Device, HIDDEN, ProgramCache, reshape, trace, unitRows } from "../../engine/index.ts";
import type { EncodingPlan, PretrainedEncoder } from "./encoder.ts";
import { type LengthBatch, lengthBatches } from "./length-batches.ts";
import { type Pooling, readSentenceSettings } from "./pooling.ts";

export interface TransformerOptions {
  /** Overrides what the checkpoint says. */
  readonly pooling?: Pooling | undefined;
  /** Longest text in tokens, special ones included; default the checkpoint's limit. */
  readonly maxTokens?: number | undefined;
  /** Tokens of a batch, padding included; default 1024: larger batches leave the caches and take up to 30 % longer. */
  readonly batchTokens?: number | undefined;
  readonly device?: Device | undefined;
  /** Threads inside one op; onnxruntime's default (all cores) when absent. */
  readonly threads?: number | undefined;
}

const DEFAULT_BATCH_TOKENS = 1024;
/** Batches of one shape follow each other; older programs would only hold memory. */
const KEPT_PROGRAMS = 2;
/** Texts between two looks at the signal. */
const TOKENIZE_STRIDE = 256;

interface Parts {
  readonly config: TextEncoderConfig;
  readonly weights: TextEncoderWeights;
  readonly tokenize: TextTokenizer;
  readonly pooling: Pooling;
  readonly maxTokens: number;
  readonly lowerCase: boolean;
  readonly batchTokens: number;
}

/**
 * Open a checkpoint directory: config.json, model.safetensors, tokenizer.json, and sentence-transformers' files if any.
 * @param model what the user called it, for the manifest.
 * @throws InputError when a file is missing or describes what is not computed here; UsageError for lengths out of
 *   range.
 */
export async function openTransformer(
  directory: string,
  model: string,
  options: TransformerOptions = {},
): Promise<PretrainedEncoder> {
  const { batchTokens = DEFAULT_BATCH_TOKENS } = options;
  const config = await readTextEncoderConfig(directory);
  const tokenizer = await loadTextTokenizer(directory);
  const { weights, hasHead } = await loadTextEncoderWeights(directory, config);
  const settings = await readSentenceSettings(directory, hasHead, options.pooling);
  const limit = config.positions - config.firstPosition;
  const maxTokens = options.maxTokens ?? Math.min(limit, settings.maxTokens, tokenizer.maxTokens);
  if (maxTokens < 3 || maxTokens > limit) {
    throw new UsageError(`max tokens: ${maxTokens}, expected 3 to ${limit}, the positions of ${model}`);
  }
  const { pooling, lowerCase } = settings;
  const parts = { config, weights, tokenize: tokenizer.tokenize, pooling, maxTokens, lowerCase, batchTokens };
  const hash = await sha256File(join(directory, "model.safetensors"));
  const deciding = {
    model,
    family: config.family,
    pooling,
    maxTokens,
    batchTokens,
    hash,
    lowerCase,
    tokenizer: await sha256File(join(directory, "tokenizer.json")),
  };
  return new TransformerEncoder(parts, deciding, options);
}

class TransformerEncoder implements PretrainedEncoder {
  readonly kind = "transformer";
  readonly concurrency = 1;
  readonly options: Readonly<Record<string, unknown>>;
  private readonly parts: Parts;
  private readonly running: TransformerOptions;
  private readonly programs = new ProgramCache(KEPT_PROGRAMS);

  constructor(parts: Parts, options: Readonly<Record<string, unknown>>, running: TransformerOptions) {
    this.parts = parts;
    this.options = options;
    this.running = running;
  }

  async prepare(texts: readonly string[], signal?: AbortSignal, total?: number): Promise<EncodingPlan> {
    const { maxTokens, batchTokens } = this.parts;
    const tokens = await this.tokenizeAll(texts, signal);
    const lengths = tokens.map((ids) => ids.length);
    const batches = lengthBatches(lengths, batchTokens, maxTokens, total);
    return {
      batches: batches.map(({ members }) => members),
      encode: (batch) => this.run(batches[batch]!, tokens),
    };
  }

  dispose(): Promise<void> {
    return this.programs.dispose();
  }

  private async tokenizeAll(texts: readonly string[], signal: AbortSignal | undefined): Promise<Int32Array[]> {
    const { tokenize, lowerCase, maxTokens } = this.parts;
    const out: Int32Array[] = [];
    for (const text of texts) {
      out.push(Int32Array.from(tokenize(lowerCase ? text.toLowerCase() : text, maxTokens)));
      if (out.length % TOKENIZE_STRIDE !== 0) continue;
      await new Promise(setImmediate);
      stopIf(signal, "stopped while reading the texts; nothing was encoded yet, run the same command again");
    }
    return out;
  }

  private async run(batch: LengthBatch, tokens: readonly Int32Array[]): Promise<Matrix> {
    const { rows, length, members } = batch;
    const { weights, config } = this.parts;
    const program = await this.programs.get(`${rows} x ${length}`, () => this.compile(rows, length));
    const { vectors } = await program.run({ ...weights, ...this.feeds(batch, tokens) });
    return matrix(members.length, config.width, (vectors as Float32Array).slice(0, members.length * config.width));
  }

  private feeds({ rows, length, members }: LengthBatch, tokens: readonly Int32Array[]) {
    const { pooling, config } = this.parts;
    const ids = new Int32Array(rows * length).fill(config.padId);
    const mask = new Float32Array(rows * length).fill(HIDDEN);
    const share = new Float32Array(rows * length);
    for (const [r, member] of members.entries()) {
      const text = tokens[member]!;
      const at = r * length;
      ids.set(text, at);
      mask.fill(0, at, at + text.length);
      if (pooling === "mean") share.fill(1 / text.length, at, at + text.length);
      else share[at] = 1;
    }
    return { ids, mask, share };
  }

  private compile(rows: number, length: number) {
    const { config, pooling } = this.parts;
    const { device, threads } = this.running;
    const program = trace((t) => {
      const encoder = new TextEncoder(t, config);
      const mask = reshape(t.input("mask", [rows, length]), [rows, 1, 1, length]);
      const hidden = encoder.encode(t.input("ids", [rows, length], "int32"), mask);
      const pooled = encoder.pool(hidden, t.input("share", [rows, length]));
      return { vectors: unitRows(pooling === "easyrec" ? encoder.head(pooled) : pooled) };
    });
    return compile(program, { device, threads });
  }
}
