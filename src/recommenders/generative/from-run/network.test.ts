import { expect, test } from "vitest";
import { tinyState } from "../../../../test/support/tiny-isrf.ts";
import { textPrompts } from "../../../backbone/text-prompt.ts";
import { builtinTokenizer } from "../../../backbone/tokenizer.ts";
import { tokenRows } from "./network.ts";

/** A model of the text form that knows `words`; `rows` as versions gave every model. */
async function knowing(words: readonly string[], rows?: number) {
  const state = await tinyState({ width: 16 }, "small");
  const own = builtinTokenizer(words);
  const tokenizer = { ...own, vocabulary: rows ?? own.vocabulary };
  return {
    ...state,
    words,
    tokenizer,
    form: textPrompts({ tokenizer, itemNumbers: state.itemNumbers, templates: "bare" }),
  };
}

test("tokens of a run are found by their words, whatever rows it has beside them", async () => {
  const now = await knowing(["tent", "stove"]);
  const [tent, stove] = ["tent", "stove"].map((word) => now.form.word(word)[0]!);
  for (const rows of [undefined, 32_128]) {
    const run = await knowing(["lamp", "soap", "stove"], rows);
    const { from, before } = tokenRows(run, now);
    expect([from.length, before]).toEqual([now.form.vocabulary, run.form.vocabulary]);
    const kept = Array.from({ length: tent! }, (_, token) => token);
    expect([...from]).toEqual([...kept, -1, run.form.word("stove")[0]]);
    expect(stove).toBe(tent! + 1);
  }
});

test("rows that the run did not have are new", async () => {
  const run = await knowing([]);
  const { from } = tokenRows(run, await knowing(["tent"], 32_128));
  expect([...from.subarray(run.form.vocabulary)].every((row) => row === -1)).toBe(true);
});
