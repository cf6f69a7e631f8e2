// The random Hugging Face checkpoint of the fixtures, as engine programs.
import { readFile } from "node:fs/promises";
import { T5 } from "../../src/backbone/t5.ts";
import type { T5Config } from "../../src/backbone/t5-config.ts";
import { t5Parameters } from "../../src/backbone/t5-parameters.ts";
import {
  HIDDEN,
  logSoftmax,
  mul,
  neg,
  oneHot,
  Parameters,
  sum,
  type Tensor,
  type Trace,
} from "../../src/engine/index.ts";
import { floatTensor, readSafetensors } from "../../src/engine/safetensors.ts";
import { type Fixture, fixturePath } from "./fixture.ts";

export const CHECKPOINT = fixturePath("t5/model.safetensors");

/** `config.json` of the checkpoint in our words. */
export async function smallConfig(): Promise<T5Config> {
  const c = JSON.parse(await readFile(fixturePath("t5/config.json"), "utf8")) as Record<string, number>;
  return {
    vocabulary: c.vocab_size!,
    width: c.d_model!,
    heads: c.num_heads!,
    headWidth: c.d_kv!,
    feedForward: c.d_ff!,
    encoderLayers: c.num_layers!,
    decoderLayers: c.num_decoder_layers!,
    dropout: c.dropout_rate!,
    relativeBuckets: c.relative_attention_num_buckets!,
    relativeMaxDistance: c.relative_attention_max_distance!,
    epsilon: c.layer_norm_epsilon!,
  };
}

/** Fresh copies of the checkpoint's values. */
export async function smallParameters(config: T5Config): Promise<Parameters> {
  const file = await readSafetensors(CHECKPOINT);
  const parameters = new Parameters();
  for (const { name, shape } of t5Parameters(config)) {
    parameters.add({ name, shape }, floatTensor(CHECKPOINT, file, name, shape));
  }
  return parameters;
}

/** A batch of the recipe as feeds: decoder inputs are the labels behind the start token, -100 fed as 0. */
export function batchOf(fixture: Fixture, prefix: string) {
  const labels = fixture.get(`${prefix}/labels`);
  const ids = fixture.get(`${prefix}/input_ids`);
  const [rows, target] = labels.shape as [number, number];
  const values = labels.data as Int32Array;
  const shifted = Int32Array.from(values, (_, i) => (i % target === 0 ? 0 : Math.max(0, values[i - 1]!)));
  const mask = Float32Array.from(fixture.ints(`${prefix}/attention_mask`), (visible) => (visible === 1 ? 0 : HIDDEN));
  const counted = values.filter((label) => label !== -100).length;
  return {
    rows,
    source: ids.shape[1]!,
    target,
    feeds: { ids: ids.data, mask, shifted, labels: values, scale: Float32Array.of(1 / counted) },
  };
}

export type SmallBatch = ReturnType<typeof batchOf>;

/** Encoder output, logits and the mean cross-entropy over labels other than -100. */
export function lossNodes(t: Trace, config: T5Config, { rows, source, target }: Omit<SmallBatch, "feeds">) {
  const model = new T5(t, config, true);
  const mask = t.input("mask", [rows, 1, 1, source]);
  const encoded = model.encode(model.embed(t.input("ids", [rows, source], "int32")), mask);
  const hidden = model.decode(t.input("shifted", [rows, 1, target], "int32"), model.crossMemories(encoded), mask);
  const logits = model.logits(hidden);
  // A label of -100 is outside the classes and gives a row of zeros.
  const picked = mul(logSoftmax(logits), oneHot(t.input("labels", [rows, 1, target], "int32"), config.vocabulary));
  const loss: Tensor = neg(mul(sum(picked), t.input("scale", [])));
  return { encoded, logits, loss };
}
