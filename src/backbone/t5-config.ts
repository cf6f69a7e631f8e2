// T5's architecture as data (Raffel et al. 2020; Hugging Face's T5 v1.0: RMS norm first, no biases, tied output head).

export interface T5Config {
  /** Rows of the shared token table. */
  readonly vocabulary: number;
  /** d: width of the residual stream. */
  readonly width: number;
  readonly heads: number;
  /** Width of one head; heads x headWidth need not equal `width`. */
  readonly headWidth: number;
  readonly feedForward: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly dropout: number;
  readonly relativeBuckets: number;
  readonly relativeMaxDistance: number;
  readonly epsilon: number;
}

export const PAD_ID = 0;
export const EOS_ID = 1;
export const UNK_ID = 2;

const COMMON = { dropout: 0.1, relativeBuckets: 32, relativeMaxDistance: 128, epsilon: 1e-6 };

/** Hugging Face `t5-small`, 60,506,624 parameters. */
export const T5_SMALL: T5Config = {
  ...COMMON,
  vocabulary: 32128,
  width: 512,
  heads: 8,
  headWidth: 64,
  feedForward: 2048,
  encoderLayers: 6,
  decoderLayers: 6,
};

/** Width of an attention head of `compactT5`. */
export const HEAD_WIDTH = 32;

/** A small T5 of `width` 32 heads-wide parts, for compact prompts on a CPU. */
export function compactT5(width: number, layers: number, vocabulary: number, dropout: number): T5Config {
  return {
    ...COMMON,
    dropout,
    vocabulary,
    width,
    heads: Math.max(1, width / HEAD_WIDTH),
    headWidth: Math.min(HEAD_WIDTH, width),
    feedForward: 4 * width,
    encoderLayers: layers,
    decoderLayers: layers,
  };
}
