import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { tinyData, tinyTrainer } from "../../../test/support/tiny-isrf.ts";
import { CancelledError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import { elmrec } from "../elmrec/elmrec.ts";
import { isrf } from "../isrf/isrf.ts";
import { rslProxy } from "../rsl-proxy/rsl-proxy.ts";
import type { GenerativeTrainer } from "./trainer.ts";

/** Worded prompts at sizes of a test; moments hold gradients, and a rate of 0 keeps both sides where they are. */
const TEXT = { width: 32, beta: 1, sigma: 1, warmStartEpochs: 0 };

/** The gradients of an update: AdamW's first moment of a first step is a tenth of it. */
const gradientsOf = (trainer: GenerativeTrainer) =>
  new Map(trainer.state.parameters.all.filter(({ steps }) => steps > 0).map(({ name, front }) => [name, front.m]));

/** Everything trained, as digests: equal exactly when all bits are. */
const valuesOf = ({ state }: GenerativeTrainer) =>
  state.parameters.all.map(({ name, front: { value }, steps }) => [
    name,
    steps,
    sha256(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)),
  ]);

function distance(a: Float32Array, b: Float32Array): number {
  const norm = (of: (i: number) => number) => Math.sqrt(a.reduce((sum, _, i) => sum + of(i) ** 2, 0));
  return (
    norm((i) => a[i]! - b[i]!) /
    Math.max(
      1e-12,
      norm((i) => a[i]!),
    )
  );
}

const CASES = [
  { name: "isrf, worded, both losses", system: isrf, preset: "small", options: TEXT },
  {
    name: "isrf, worded, prompts' padding seen",
    system: isrf,
    preset: "small",
    options: { ...TEXT, promptPadding: "visible" },
  },
  { name: "isrf, worded, e teaches", system: isrf, preset: "small", options: { ...TEXT, distillTeacher: "e" } },
  { name: "isrf, worded, ordinals", system: isrf, preset: "small", options: { ...TEXT, sequentialWord: "position" } },
  {
    name: "isrf, worded, as the paper prints it",
    system: isrf,
    preset: "small",
    options: { ...TEXT, lossForm: "printed", promptPlace: "after", batchOrder: "random" },
  },
  {
    name: "isrf, worded, as its authors train it",
    system: isrf,
    preset: "small",
    options: {
      ...TEXT,
      lossForm: "soft-target",
      sequentialWord: "position",
      alignWith: "words",
      groupSelfLoop: true,
      batchOrder: "random",
    },
  },
  { name: "isrf, worded, clipped", system: isrf, preset: "small", options: { ...TEXT, clipNorm: 0.01 } },
  { name: "isrf, compact, with heads", system: isrf, preset: "tiny", options: {} },
  { name: "elmrec, compact, with heads", system: elmrec, preset: "tiny", options: {} },
  { name: "rsl-proxy, with a task of its own", system: rslProxy, preset: "tiny", options: {} },
] as const;

describe("a batch in parts", () => {
  it.each(CASES)("gives the gradient of the whole, and its losses: $name", async ({ system, preset, options }) => {
    for (const step of [0, 1]) {
      const data = tinyData();
      const [whole, parts] = await Promise.all(
        [1, 4].map((accumulate) => tinyTrainer({ ...options, accumulate }, preset, data, false, system)),
      );
      const [figures, figuresOfParts] = [await whole!.step(step), await parts!.step(step)];
      expect(Object.keys(figuresOfParts)).toEqual(Object.keys(figures));
      for (const [name, value] of Object.entries(figures)) expect(figuresOfParts[name], name).toBeCloseTo(value, 4);
      const [own, ofParts] = [gradientsOf(whole!), gradientsOf(parts!)];
      expect([...ofParts.keys()]).toEqual([...own.keys()]);
      for (const [name, m] of own) expect(distance(m, ofParts.get(name)!), name).toBeLessThan(1e-4);
      await Promise.all([whole!.settle(), parts!.settle()]);
      for (const table of ["individual", "group"] as const) {
        const [a, b] = [whole!.state.interests[table], parts!.state.interests[table]];
        if (a.length > 0) expect(distance(a, b), table).toBeLessThan(1e-4);
      }
      await Promise.all([whole!.dispose(), parts!.dispose()]);
    }
  });

  it("restored from a checkpoint continues bit for bit, dropout included", async () => {
    const options = { ...TEXT, dropout: 0.2, accumulate: 2 };
    const directory = await temporaryDirectory();
    const valuesOf = ({ state }: GenerativeTrainer) =>
      state.parameters.all.map(({ name, front }) => [name, front.value]);
    const whole = await tinyTrainer(options, "small");
    for (let step = 0; step < 3; step++) await whole.step(step);
    await whole.settle();
    await whole.saveForResume(directory);
    for (let step = 3; step < 6; step++) await whole.step(step);
    const resumed = await tinyTrainer(options, "small", tinyData(), true);
    await resumed.restore(directory);
    for (let step = 3; step < 6; step++) await resumed.step(step);
    expect(valuesOf(resumed)).toEqual(valuesOf(whole));
    expect(resumed.state.interests).toEqual(whole.state.interests);
    for (const trainer of [whole, resumed]) await trainer.dispose();
  });

  it("stopped between two parts has changed nothing, and takes the update again from its beginning", async () => {
    const options = { ...TEXT, dropout: 0.2, accumulate: 2 };
    let isStopping = false;
    let asked = 0;
    const signal = {
      get aborted() {
        return isStopping && asked++ > 0;
      },
    } as AbortSignal;
    const stopped = await tinyTrainer(options, "small", tinyData(), false, isrf, signal);
    const plain = await tinyTrainer(options, "small");
    const before = valuesOf(stopped);
    isStopping = true;
    await expect(stopped.step(0)).rejects.toThrow(CancelledError);
    expect(asked).toBe(2);
    expect(valuesOf(stopped)).toEqual(before);
    isStopping = false;
    for (const trainer of [stopped, plain]) await trainer.step(0);
    expect(valuesOf(stopped)).toEqual(valuesOf(plain));
    for (const trainer of [stopped, plain]) await trainer.dispose();
  });

  it("is refused where parts would be of unequal sizes", async () => {
    await expect(tinyTrainer({ accumulate: 3 })).rejects.toThrow("accumulate must divide batch");
  });
});
