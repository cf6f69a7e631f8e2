// Text encoders against Hugging Face and sentence-transformers, PCA against scikit-learn, gelu and layer norm against
// PyTorch (peers/encoders/fixtures.py).
import { existsSync } from "node:fs";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TextEncoder } from "../../src/backbone/text-encoder.ts";
import { readTextEncoderConfig } from "../../src/backbone/text-encoder-config.ts";
import { loadTextTokenizer } from "../../src/backbone/text-encoder-tokenizer.ts";
import { loadTextEncoderWeights } from "../../src/backbone/text-encoder-weights.ts";
import { cosine, matrix, row } from "../../src/base/matrix.ts";
import { openTransformer } from "../../src/embedding/encoders/transformer.ts";
import { differingOptions } from "../../src/embedding/making.ts";
import { pca } from "../../src/embedding/pca.ts";
import { compile, gelu, gradients, layerNorm, mul, reshape, sum, trace } from "../../src/engine/index.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { worstDifference } from "./closeness.ts";
import { Fixture, fixturePath } from "./fixture.ts";

const TEXTS = JSON.parse(await readFile(fixturePath("encoders/texts.json"), "utf8")) as string[];
/** peers/encoders/fixtures.py, MAX_TOKENS. */
const MAX_TOKENS = 30;

describe.each(["bert", "roberta", "mpnet", "easyrec"])("a random %s", async (kind) => {
  const directory = fixturePath(`encoders/${kind}`);
  const expected = await Fixture.open(`encoders/${kind}/expected.safetensors`);
  const [rows, length] = expected.get("ids").shape as [number, number];
  const visible = expected.ints("mask");

  it("is given the same token ids, special ones and cut texts included", async () => {
    const { tokenize } = await loadTextTokenizer(directory);
    for (const [r, text] of TEXTS.entries()) {
      const count = visible.subarray(r * length, (r + 1) * length).reduce((total, value) => total + value, 0);
      const ids = expected.ints("ids").subarray(r * length, r * length + count);
      expect([...tokenize(text, MAX_TOKENS)], text.slice(0, 40)).toEqual([...ids]);
    }
  });

  it("computes the same hidden states of a padded batch", async () => {
    const config = await readTextEncoderConfig(directory);
    const { weights } = await loadTextEncoderWeights(directory, config);
    const program = await compile(
      trace((t) => {
        const mask = reshape(t.input("mask", [rows, length]), [rows, 1, 1, length]);
        return { hidden: new TextEncoder(t, config).encode(t.input("ids", [rows, length], "int32"), mask) };
      }),
      { threads: 1 },
    );
    const mask = Float32Array.from(visible, (value) => (value === 1 ? 0 : -1e9));
    const { hidden } = await program.run({ ...weights, ids: expected.ints("ids"), mask });
    await program.dispose();
    // The reference blanks padding, whose states mean nothing.
    const shown = (hidden as Float32Array).map((value, i) => value * visible[Math.floor(i / config.width)]!);
    // Both sides round in float32 and sum in different orders, over two layers.
    expect(worstDifference(shown, expected.floats("hidden"))).toBeLessThan(1e-5);
  });

  it.each(["cls", "mean", "easyrec"] as const)(
    "gives the same unit vectors by %s pooling, whatever the batches",
    async (pooling) => {
      if (!expected.has(`unit/${pooling}`)) {
        await expect(openTransformer(directory, kind, { pooling })).rejects.toThrow(/no mlp.dense layer/);
        return;
      }
      for (const batchTokens of [64, 4096]) {
        const encoder = await openTransformer(directory, kind, {
          pooling,
          maxTokens: MAX_TOKENS,
          batchTokens,
          threads: 1,
        });
        const found = await encodeAll(encoder, TEXTS, 16);
        await encoder.dispose();
        expect(worstDifference(found, expected.floats(`unit/${pooling}`))).toBeLessThan(1e-5);
      }
    },
  );
});

describe("a checkpoint's own settings", () => {
  it.each([
    ["bert", "cls", 30],
    ["easyrec", "easyrec", 38],
    ["mpnet", "mean", 38],
  ])("make %s pool by %s and read %d tokens", async (kind, pooling, maxTokens) => {
    const { options } = await openTransformer(fixturePath(`encoders/${kind}`), kind);
    expect(options).toMatchObject({ model: kind, pooling, maxTokens });
  });

  it.each([
    ["tokenizer.json", { added: true }, ["tokenizer"]],
    ["sentence_bert_config.json", { do_lower_case: true }, ["lowerCase"]],
  ])("in %s are part of what decides its vectors", async (file, change, names) => {
    const copy = join(await temporaryDirectory(), "bert");
    await cp(fixturePath("encoders/bert"), copy, { recursive: true });
    const open = () => openTransformer(copy, "copy");
    const before = await open();
    const path = join(copy, file);
    const content = existsSync(path) ? (JSON.parse(await readFile(path, "utf8")) as object) : {};
    await writeFile(path, JSON.stringify({ ...content, ...change }));
    const after = await open();
    expect(differingOptions(before, after)).toEqual(names);
    // Manifests of older versions say nothing of them.
    const { lowerCase: _lowerCase, tokenizer: _tokenizer, ...older } = before.options;
    expect(differingOptions({ ...before, options: older }, after)).toEqual([]);
  });

  it.each([
    ["config.json", { model_type: "llama" }, /model_type "llama", expected one of bert, roberta, xlm-roberta, mpnet/],
    ["config.json", { position_embedding_type: "relative_key" }, /position_embedding_type/],
    ["config.json", { hidden_act: "silu" }, /hidden_act/],
    ["config.json", { intermediate_size: 25 }, /\[24, 16\], expected a float tensor .* of shape \[25, 16\]/],
    ["1_Pooling/config.json", { pooling_mode_cls_token: false, pooling_mode_max_tokens: true }, /pooling max_tokens/],
  ])("in %s are refused where %j is not computed here", async (file, change, message) => {
    const copy = join(await temporaryDirectory(), "bert");
    await cp(fixturePath("encoders/bert"), copy, { recursive: true });
    const before = JSON.parse(await readFile(join(copy, file), "utf8")) as object;
    await writeFile(join(copy, file), JSON.stringify({ ...before, ...change }));
    await expect(openTransformer(copy, "copy")).rejects.toThrow(message);
  });

  it.each(["config.json", "tokenizer.json", "model.safetensors"])("are useless without %s", async (file) => {
    const copy = join(await temporaryDirectory(), "bert");
    await cp(fixturePath("encoders/bert"), copy, { recursive: true });
    await rm(join(copy, file));
    await expect(openTransformer(copy, "copy")).rejects.toThrow(file);
  });
});

const MINILM = join(import.meta.dirname, "../../peers/encoders/models/all-MiniLM-L6-v2");
const reason = existsSync(MINILM) ? "" : " (skipped: bash peers/encoders/setup.sh fetches the model)";

describe.skipIf(reason !== "")(`the real all-MiniLM-L6-v2${reason}`, () => {
  it("has a cosine of at least 0.9999 with every vector of sentence-transformers", async () => {
    const expected = await Fixture.open("encoders/minilm.safetensors");
    const encoder = await openTransformer(MINILM, "all-MiniLM-L6-v2");
    expect(encoder.options).toMatchObject({ pooling: "mean", maxTokens: 256 });
    const found = matrix(TEXTS.length, 384, await encodeAll(encoder, TEXTS, 384));
    await encoder.dispose();
    const reference = matrix(TEXTS.length, 384, expected.floats("vectors"));
    const cosines = TEXTS.map((_, r) => cosine(row(found, r), row(reference, r)));
    expect(Math.min(...cosines)).toBeGreaterThanOrEqual(0.9999);
  });
});

async function encodeAll(
  encoder: Awaited<ReturnType<typeof openTransformer>>,
  texts: readonly string[],
  width: number,
): Promise<Float32Array> {
  const plan = await encoder.prepare(texts);
  const out = new Float32Array(texts.length * width);
  for (const [b, members] of plan.batches.entries()) {
    const { data } = await plan.encode(b);
    for (const [r, member] of members.entries()) out.set(data.subarray(r * width, (r + 1) * width), member * width);
  }
  return out;
}

describe("PCA", async () => {
  const fixture = await Fixture.open("encoders/pca.safetensors");
  const [rows, columns] = fixture.get("input").shape as [number, number];
  const dimensions = fixture.get("components").shape[0]!;

  it.each(["exact", "randomised"] as const)(
    "finds scikit-learn's components, signs apart, by the %s solver",
    async (solver) => {
      const input = matrix(rows, columns, fixture.floats("input"));
      const found = await pca(input, dimensions, undefined, { solver });
      const reference = matrix(dimensions, columns, fixture.floats("components"));
      const projected = matrix(rows, dimensions, fixture.floats("projected"));
      expect(worstDifference(found.mean, fixture.floats("mean"))).toBeLessThan(1e-6);
      expect(worstDifference(found.explained, fixture.floats("explained"))).toBeLessThan(1e-5);
      for (let j = 0; j < dimensions; j++) {
        const similarity = cosine(row(found.components, j), row(reference, j));
        // Neighbouring variances differ by a quarter, so float32 products turn a component by less than a thousandth.
        expect(1 - Math.abs(similarity), `component ${j}`).toBeLessThan(1e-6);
        const [ours, theirs] = [found.matrix, projected].map(({ data }) =>
          Float32Array.from({ length: rows }, (_, r) => data[r * dimensions + j]!),
        ) as [Float32Array, Float32Array];
        const scaled = theirs.map((value) => value * Math.sign(similarity) * found.scale);
        expect(worstDifference(ours, scaled), `projection ${j}`).toBeLessThan(2e-3);
      }
    },
  );
});

describe("composites", async () => {
  const fixture = await Fixture.open("encoders/ops.safetensors");
  const feeds = Object.fromEntries(["x", "weight", "bias", "seed"].map((name) => [name, fixture.floats(name)]));
  const program = await compile(
    trace((t) => {
      const [x, weight, bias] = [
        t.parameter({ name: "x", shape: [5, 7] }),
        t.parameter({ name: "weight", shape: [7] }),
        t.parameter({ name: "bias", shape: [7] }),
      ];
      const seed = t.input("seed", [5, 7]);
      const values = { gelu: gelu(x), layerNorm: layerNorm(x, weight, bias) };
      const [dGelu] = gradients(sum(mul(values.gelu, seed)), [x]);
      const [dx, dWeight, dBias] = gradients(sum(mul(values.layerNorm, seed)), [x, weight, bias]);
      return {
        ...values,
        "gelu/x": dGelu!,
        "layerNorm/x": dx!,
        "layerNorm/weight": dWeight!,
        "layerNorm/bias": dBias!,
      };
    }),
  );
  const results = await program.run(feeds);
  await program.dispose();

  it.each(["gelu", "gelu/x", "layerNorm", "layerNorm/x", "layerNorm/weight", "layerNorm/bias"])(
    "compute %s as PyTorch does in float64",
    (name) => {
      expect(worstDifference(results[name]!, fixture.floats(name))).toBeLessThan(2e-6);
    },
  );
});
