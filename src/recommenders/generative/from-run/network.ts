// The network's values of the run before: rows of items by their ids, of tokens by what they stand for.

import { UNK_ID } from "../../../backbone/t5-config.ts";
import { templateWords } from "../../../backbone/templates.ts";
import type { NearestOptions } from "../../nearest-texts.ts";
import { carryOver, type KnownRows } from "../../warm-from.ts";
import type { TrainingData } from "../examples/training-data.ts";
import { itemRows } from "../network/item-rows.ts";
import type { GenerativeState } from "../state.ts";
import type { Before } from "./before.ts";
import { fillFromNearest } from "./nearest-known.ts";

/** Put the run's values in place of the fresh ones of `state`; a new item's row begins near items of like texts. */
export async function carryNetwork(
  state: GenerativeState,
  before: Before,
  { embeddings }: TrainingData,
  options?: NearestOptions,
): Promise<void> {
  const { users, items, run } = before;
  const rows = { users, items, tokens: tokenRows(before.state, state) };
  const values = new Map(
    before.state.parameters.all.map(({ name, shape, front }) => [name, { shape, data: front.value }]),
  );
  carryOver(state.parameters.all, (name) => values.get(name), rows, run);
  const { name } = itemRows(state.network);
  const own = state.parameters.all.find((parameter) => parameter.name === name);
  if (own !== undefined && embeddings !== undefined)
    await fillFromNearest(own.front.value, state.network.t5.width, items, embeddings.items, options);
}

/** Codes keep their numbers; words have the numbers after them, which move when one is added. */
export function tokenRows(before: GenerativeState, now: GenerativeState): KnownRows {
  const words = wordsOf(now);
  // Rows of text that are nobody's word are digits and pieces; one of the two runs may have more rows than it uses.
  const fixed =
    now.form.kind === "text"
      ? Math.min(now.form.vocabulary, before.form.vocabulary)
      : now.form.vocabulary - words.length;
  const from = Int32Array.from({ length: now.form.vocabulary }, (_, token) => (token < fixed ? token : -1));
  const known = new Set(wordsOf(before));
  for (const word of words) {
    const [token, old] = [now.form.word(word), before.form.word(word)];
    // Tokenizers of checkpoints write a word in pieces, which stay what they are.
    if (token.length === 1 && token[0] !== UNK_ID) from[token[0]!] = known.has(word) ? old[0]! : -1;
  }
  return { from, before: before.form.vocabulary };
}

function wordsOf({ network, words }: GenerativeState): readonly string[] {
  return [...new Set([...templateWords(network.options.templates), ...words])];
}
