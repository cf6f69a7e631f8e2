import { expect, it } from "vitest";
import { askedAgain, differingOptions, olderOptions } from "./making.ts";

const OLDER = { model: "m", pooling: "mean", maxTokens: 256 };
const NOW = { ...OLDER, lowerCase: false, tokenizer: "1f" };
const by = (options: Readonly<Record<string, unknown>>, kind = "transformer") => ({ kind, options });

it("tells encoders apart by kind and options, but not by what one side never wrote down", () => {
  expect(differingOptions(by(OLDER), by({ ...NOW, maxTokens: 64 }))).toEqual(["maxTokens"]);
  expect(differingOptions(by(NOW), by({ ...NOW, tokenizer: "2e" }))).toEqual(["tokenizer"]);
  expect(differingOptions(by(OLDER), by(NOW))).toEqual([]);
  expect(olderOptions(NOW)).toEqual(OLDER);
  expect(differingOptions(by({ model: "m" }, "ollama"), by({ model: "m", dimensions: 8 }, "openai"))).toEqual([
    "encoder",
    "dimensions",
  ]);
  expect(differingOptions(by({ dimensions: 8, terms: 90 }, "lsa"), by({ dimensions: 8, terms: 91 }, "lsa"))).toEqual(
    [],
  );
});

it.each([
  ["passed over", 1024, undefined, undefined],
  ["obeyed", 256, undefined, 256],
  ["obeyed before the vectors were whitened", 100, { power: 0.5, from: 256 }, 256],
])("asks a server again for the width that it %s", (_, dimensions, whiten, expected) => {
  const encoder = { kind: "openai", options: { model: "m", dimensions: 256 } };
  const { options } = askedAgain({ encoder, dimensions, whiten });
  expect(options.dimensions).toBe(expected);
});
