// RecBole's (and SELFRec's) parameters under our names and in our row order: they put padding first, we put it after
// the last item; their tables of users have a row for padding, ours have none.
import type { Golden } from "./fixture.ts";

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(item_embedding\.weight|item_emb\.weight|embedding_dict\.item_emb)$/, "items"],
  [/^(user_embedding\.weight|user_emb\.weight|embedding_dict\.user_emb)$/, "users"],
  [/^item_embedding_for_prediction\.weight$/, "outputItems"],
  [/^position_embedding\.weight$/, "positions"],
  [/^(\w*[bB]locks)\.layer\.(\d)\.multi_head_attention\.(query|key|value)\./, "$1.$2.$3."],
  [/^(\w*[bB]locks)\.layer\.(\d)\.multi_head_attention\.dense\./, "$1.$2.output."],
  [/^(\w*[bB]locks)\.layer\.(\d)\.multi_head_attention\.LayerNorm\./, "$1.$2.attentionNorm."],
  [/^(\w*[bB]locks)\.layer\.(\d)\.feed_forward\.dense_1\./, "$1.$2.inner."],
  [/^(\w*[bB]locks)\.layer\.(\d)\.feed_forward\.dense_2\./, "$1.$2.outer."],
  [/^(\w*[bB]locks)\.layer\.(\d)\.feed_forward\.LayerNorm\./, "$1.$2.outerNorm."],
  [/^feature_embed_layer\.token_seq_embedding_table\.item\.0\.weight$/, "field.brand"],
  [/^feature_embed_layer\.token_seq_embedding_table\.item\.1\.weight$/, "field.categories"],
  [/^feature_att_layer\.projection\.0\./, "fieldInner."],
  [/^feature_att_layer\.projection\.2\./, "fieldOuter."],
  [/^concat_layer\./, "join."],
  [/^gru_layers\.weight_ih_l(\d)$/, "gru.$1.input"],
  [/^gru_layers\.weight_hh_l(\d)$/, "gru.$1.state"],
  [/^output_ffn\./, "head."],
  [/^output_ln\./, "headNorm."],
  [/^output_bias$/, "outputBias"],
  [/^UI_map\./, "pool."],
  [/^w1\./, "featureItem."],
  [/^w2\./, "featureUser."],
  [/^w3\./, "instanceItem."],
  [/^w4\./, "instanceUser."],
  [/^conv_v\./, "vertical."],
  [/^fc1\./, "hidden."],
  [/^fc2\./, "final."],
];

/** `norm` is what we call the model's own `LayerNorm`. */
export function ourName(theirs: string, norm: string): string {
  // Their list of horizontal filters counts from 0; ours are named by the height of the run.
  const run = /^conv_h\.(\d+)\.(.*)$/.exec(theirs);
  if (run !== null) return `horizontal.${Number(run[1]) + 1}.${run[2]}`;
  const blocks = theirs
    .replace(/^trm_encoder\./, "blocks.")
    .replace(/^(item|feature)_trm_encoder\./, "$1Blocks.")
    .replace(/^LayerNorm\./, `${norm}.`);
  const [pattern, name] = NAMES.find(([known]) => known.test(blocks)) ?? [blocks, blocks];
  return blocks.replace(pattern, name);
}

/** Values of one of their tables or vectors as our parameter of `length` values; `count` is the number of real rows. */
export function ourValues({ shape, data }: Golden, length: number, count: number): Float32Array {
  const rows = shape[0]!;
  const values = data as Float32Array;
  if (rows <= count) return values;
  const width = values.length / rows;
  const order = [...Array.from({ length: count }, (_, i) => i + 1), 0, ...range(count + 1, rows)];
  return Float32Array.from(order.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)])).slice(
    0,
    length,
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
