// The two paddings that protocol paper leaves visible, and strict must not (docs/protocols.md, L9 and L15).
import { expect, it } from "vitest";
import { tinyData, tinyState } from "../../../test/support/tiny-isrf.ts";
import { EOS_ID, PAD_ID } from "../../backbone/t5-config.ts";
import { makeBatch } from "./examples/batches.ts";
import { Generator, interestRows, type PromptQuestion } from "./generator.ts";
import type { Example } from "./shapes.ts";

const TEXT = { width: 32, decoding: "free" } as const;

it("weighs every token of the padded answer alike when padding is trained, and none of the padding when it is masked", async () => {
  const example: Example = { task: "sequential", userIndex: 0, items: Int32Array.of(0, 3), target: 6 };
  for (const labelPadding of ["masked", "trained"]) {
    const state = await tinyState({ ...TEXT, labelPadding }, "small");
    const { feeds, shape } = makeBatch([example], state.form, state.network, interestRows(state), 4);
    const tokens = [...state.form.target(6), EOS_ID];
    const padding = shape.target - tokens.length;
    const isTrained = labelPadding === "trained";
    const weight = Math.fround(1 / (isTrained ? shape.target : tokens.length));
    expect([...feeds.labels!]).toEqual([...tokens, ...Array<number>(padding).fill(isTrained ? PAD_ID : -100)]);
    expect([...feeds.labelWeights!]).toEqual([
      ...tokens.map(() => weight),
      ...Array<number>(padding).fill(isTrained ? weight : 0),
    ]);
    // Shifted right: padding follows the end of the sequence.
    expect([...feeds.decoderTokens!]).toEqual([PAD_ID, ...tokens, ...Array<number>(padding).fill(PAD_ID)].slice(0, -1));
  }
});

it("answers a user the same alone and beside a longer prompt when padding is masked, and not when it is visible", async () => {
  // Prompts are padded to multiples of 32 tokens: the longer one needs more.
  const data = tinyData({ nItems: 60, length: 16 });
  const short: PromptQuestion = { task: "sequential", userIndex: 0, items: Int32Array.of(0) };
  const long: PromptQuestion = {
    task: "sequential",
    userIndex: 1,
    items: data.prefixes[1]!,
    excluded: data.prefixes[1]!,
  };
  const changes: Record<string, number> = {};
  for (const promptPadding of ["masked", "visible"]) {
    const state = await tinyState({ width: 32, maxHistory: 14, promptPadding }, "small", data);
    const generator = new Generator(state, { threads: 1 });
    const [alone] = await generator.answer([short], 5);
    const [beside] = await generator.answer([short, long], 5);
    changes[promptPadding] = Math.max(...Array.from(alone!.scores, (score, i) => Math.abs(score - beside!.scores[i]!)));
    await generator.dispose();
  }
  expect(changes.masked).toBeLessThan(1e-5);
  expect(changes.visible).toBeGreaterThan(1e-3);
});
