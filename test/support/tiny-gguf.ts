// A llama in GGUF that a test makes itself: one layer of seeded random weights over a vocabulary of bytes. It says
// nothing sensible, but everything around it is real.
import { Random } from "../../src/base/random.ts";

const WIDTH = 32;
const HIDDEN = 64;
const HEADS = 2;
const CONTEXT = 4096;
const ALIGNMENT = 32;

/** Value types of the format. */
const TYPE = { u32: 4, i32: 5, f32: 6, string: 8, array: 9 } as const;
/** Kinds of token in `tokenizer.ggml.token_type`. */
const TOKEN = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;

/** The bytes of a GGUF file (version 3, little-endian). */
export function tinyGguf(seed = 1): Buffer {
  const vocabulary = tokens();
  const metadata = metadataOf(vocabulary);
  const tensors = tensorsOf(vocabulary.length, Random.of(seed, "tiny gguf"));
  let offset = 0;
  const infos = tensors.map(({ name, shape, data }) => {
    const dims = shape.map((size) => u64(size));
    const info = Buffer.concat([text(name), u32(shape.length), ...dims, u32(0), u64(offset)]);
    offset += padded(data.byteLength);
    return info;
  });
  const head = Buffer.concat([
    Buffer.from("GGUF"),
    u32(3),
    u64(tensors.length),
    u64(metadata.length),
    ...metadata,
    ...infos,
  ]);
  const body = tensors.map(({ data }) => padding(Buffer.from(data.buffer, data.byteOffset, data.byteLength)));
  return Buffer.concat([padding(head), ...body]);
}

interface Token {
  readonly text: string;
  readonly type: number;
}

function tokens(): Token[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => ({
    text: `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
    type: TOKEN.byte,
  }));
  const letters = [..."▁abcdefghijklmnopqrstuvwxyz.,"].map((letter) => ({ text: letter, type: TOKEN.normal }));
  return [
    { text: "<unk>", type: TOKEN.unknown },
    { text: "<s>", type: TOKEN.control },
    { text: "</s>", type: TOKEN.control },
    ...bytes,
    ...letters,
  ];
}

function metadataOf(vocabulary: readonly Token[]): Buffer[] {
  const number = (key: string, value: number) => Buffer.concat([text(key), u32(TYPE.u32), u32(value)]);
  const real = (key: string, value: number) => Buffer.concat([text(key), u32(TYPE.f32), f32(value)]);
  const words = (key: string, value: string) => Buffer.concat([text(key), u32(TYPE.string), text(value)]);
  const list = (key: string, type: number, values: readonly Buffer[]) =>
    Buffer.concat([text(key), u32(TYPE.array), u32(type), u64(values.length), ...values]);
  return [
    words("general.architecture", "llama"),
    words("general.name", "tiny"),
    number("llama.context_length", CONTEXT),
    number("llama.embedding_length", WIDTH),
    number("llama.block_count", 1),
    number("llama.feed_forward_length", HIDDEN),
    number("llama.attention.head_count", HEADS),
    number("llama.attention.head_count_kv", HEADS),
    number("llama.rope.dimension_count", WIDTH / HEADS),
    real("llama.attention.layer_norm_rms_epsilon", 1e-5),
    words("tokenizer.ggml.model", "llama"),
    list(
      "tokenizer.ggml.tokens",
      TYPE.string,
      vocabulary.map((token) => text(token.text)),
    ),
    list(
      "tokenizer.ggml.scores",
      TYPE.f32,
      vocabulary.map(() => f32(0)),
    ),
    list(
      "tokenizer.ggml.token_type",
      TYPE.i32,
      vocabulary.map((token) => u32(token.type)),
    ),
    number("tokenizer.ggml.bos_token_id", 1),
    number("tokenizer.ggml.eos_token_id", 2),
    number("tokenizer.ggml.unknown_token_id", 0),
  ];
}

function tensorsOf(vocabulary: number, random: Random) {
  const weights = (name: string, ...shape: number[]) => {
    const size = shape.reduce((product, n) => product * n, 1);
    return { name, shape, data: random.normals(size, 0.3) };
  };
  const ones = (name: string) => ({ name, shape: [WIDTH], data: new Float32Array(WIDTH).fill(1) });
  return [
    weights("token_embd.weight", WIDTH, vocabulary),
    ones("output_norm.weight"),
    weights("output.weight", WIDTH, vocabulary),
    ones("blk.0.attn_norm.weight"),
    ...["q", "k", "v", "output"].map((part) => weights(`blk.0.attn_${part}.weight`, WIDTH, WIDTH)),
    ones("blk.0.ffn_norm.weight"),
    weights("blk.0.ffn_gate.weight", WIDTH, HIDDEN),
    weights("blk.0.ffn_up.weight", WIDTH, HIDDEN),
    weights("blk.0.ffn_down.weight", HIDDEN, WIDTH),
  ];
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function padded(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function padding(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(padded(bytes.length) - bytes.length)]);
}
