import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { type Overrides, tinyState } from "../../../test/support/tiny-isrf.ts";
import { withoutCentroids } from "../../backbone/item-codes.ts";
import { InputError } from "../../base/errors.ts";
import { Parameters } from "../../engine/index.ts";
import { loadOptimiser, saveOptimiser } from "../../training/optimiser-files.ts";
import { loadModel, saveModel } from "./model-files.ts";

const forms: { preset: string; overrides: Overrides }[] = [
  { preset: "tiny", overrides: {} },
  { preset: "tiny", overrides: { prompts: 0, sequentialWord: "position" } },
  { preset: "tiny", overrides: { codeTokens: 3 } },
  { preset: "small", overrides: { width: 32 } },
];

/** Comparing bytes is much faster than comparing a million numbers, and tells -0 from 0. */
const bytes = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

async function saved(): Promise<string> {
  const directory = await temporaryDirectory();
  await saveModel(directory, await tinyState());
  return directory;
}

describe("model files", () => {
  it.each(forms)("return a $preset model bit for bit: $overrides", async ({ preset, overrides }) => {
    const state = await tinyState(overrides, preset);
    const directory = await temporaryDirectory();
    await saveModel(directory, state);
    const loaded = await loadModel(directory);
    expect(loaded.parameters.all.map(({ name, shape }) => [name, shape])).toEqual(
      state.parameters.all.map(({ name, shape }) => [name, shape]),
    );
    for (const { name, front } of state.parameters.all) {
      expect(bytes(loaded.parameters.get(name).front.value).equals(bytes(front.value)), name).toBe(true);
    }
    expect(loaded.interests).toEqual(state.interests);
    expect(loaded.network).toEqual(state.network);
    expect(loaded.codes).toEqual(state.codes);
    expect(loaded.itemNumbers).toEqual(state.itemNumbers);
    const prompt = (of: typeof state) => of.form.sequential(1, [2, 3]);
    expect(prompt(loaded)).toEqual(prompt(state));
  });

  it("refuse a model whose tables have other sizes than it says", async () => {
    const directory = await saved();
    const path = join(directory, "model.json");
    const model = JSON.parse(await readFile(path, "utf8"));
    for (const wrong of [
      { nUsers: 13 },
      { nItems: 29 },
      { options: { ...model.options, width: 32 } },
      { options: { ...model.options, layers: 2 } },
    ]) {
      await writeFile(path, JSON.stringify({ ...model, ...wrong }));
      await expect(loadModel(directory), JSON.stringify(wrong)).rejects.toThrow(InputError);
    }
  });

  it("read a model trained with options that no longer exist", async () => {
    const directory = await saved();
    const path = join(directory, "model.json");
    const model = JSON.parse(await readFile(path, "utf8"));
    const gone = { sequentialStart: "directions", relation: "union", hideTarget: true };
    await writeFile(path, JSON.stringify({ ...model, options: { ...model.options, ...gone } }));
    expect((await loadModel(directory)).network.options).toEqual(model.options);
  });

  it("read a model whose codes were written without what they stand for", async () => {
    const directory = await temporaryDirectory();
    const state = await tinyState();
    await saveModel(directory, { ...state, codes: withoutCentroids(state.codes!) });
    expect((await loadModel(directory)).codes).toEqual(withoutCentroids(state.codes!));
  });

  it("refuse an unknown option or another format by name", async () => {
    const directory = await saved();
    const path = join(directory, "model.json");
    const model = JSON.parse(await readFile(path, "utf8"));
    await writeFile(path, JSON.stringify({ ...model, format: 2 }));
    await expect(loadModel(directory)).rejects.toThrow("format");
    await writeFile(path, JSON.stringify({ ...model, options: { ...model.options, colour: "red" } }));
    await expect(loadModel(directory)).rejects.toThrow("colour");
  });

  it.each(["model.safetensors", "interests.safetensors"])("refuse a truncated %s", async (name) => {
    const directory = await saved();
    const path = join(directory, name);
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 5));
    await expect(loadModel(directory)).rejects.toThrow(InputError);
  });
});

describe("the optimiser file", () => {
  const parameters = (size = 2): Parameters => {
    const made = new Parameters();
    made.add(
      { name: "w", shape: [size] },
      Float32Array.from({ length: size }, (_, i) => i + 0.1),
    );
    return made;
  };

  it("returns values, moments and step counts bit for bit", async () => {
    const path = join(await temporaryDirectory(), "optimiser.safetensors");
    const [before, after] = [parameters(), parameters()];
    before.get("w").front.value.set([1 / 3, -0]);
    before.get("w").front.m.set([1e-30, 2]);
    before.get("w").front.v.set([3, 4e20]);
    before.get("w").steps = 17;
    await saveOptimiser(path, { group: before });
    await loadOptimiser(path, { group: after });
    expect(after.get("w").front).toEqual(before.get("w").front);
    expect(after.get("w").steps).toBe(17);
  });

  it("refuses other shapes and missing step counts", async () => {
    const path = join(await temporaryDirectory(), "optimiser.safetensors");
    await saveOptimiser(path, { group: parameters() });
    await expect(loadOptimiser(path, { group: parameters(3) })).rejects.toThrow(InputError);
    await expect(loadOptimiser(path, { individual: parameters() })).rejects.toThrow(InputError);
    const broken = parameters();
    broken.get("w").steps = Number.NaN;
    await saveOptimiser(path, { group: broken });
    await expect(loadOptimiser(path, { group: parameters() })).rejects.toThrow("step count NaN of group/w");
  });
});
