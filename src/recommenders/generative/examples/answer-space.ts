// What each token of an answer competes with where options say `tokenSoftmax` tree: only tokens that lead to an item
// that may be answered. A sequential prompt may be answered by every item, a direct one by its candidates. An answer's
// log-probability, summed over its tokens, is then that of a distribution over items.
import type { PromptForm } from "../../../backbone/prompt.ts";
import { EOS_ID } from "../../../backbone/t5-config.ts";
import { type FeedsOf, HIDDEN } from "../../../engine/index.ts";
import { type Followers, PrefixTree } from "../../../generation/index.ts";
import type { treeInputs } from "../network/inputs.ts";
import type { BatchShape, Example, NetworkShape } from "../shapes.ts";

const trees = new WeakMap<PromptForm, PrefixTree>();

/** The tree of all items' tokens, made once a form. */
export function itemTree(form: PromptForm, nItems: number): PrefixTree {
  const known = trees.get(form);
  if (known !== undefined) return known;
  const sequences = Array.from({ length: nItems }, (_, item) => [...form.target(item), EOS_ID]);
  const tree = PrefixTree.of(sequences, EOS_ID);
  trees.set(form, tree);
  return tree;
}

/** The part of it that may answer a prompt. */
export function answersOf({ task, items }: Pick<Example, "task" | "items">, tree: PrefixTree): PrefixTree {
  return task === "direct" ? tree.restrictedTo(items) : tree;
}

/** An additive mask that hides everything. */
export const allHidden = (length: number): Float32Array => new Float32Array(length).fill(HIDDEN);

/** Uncover, row after row of `mask` from `at`, what may follow none of the tokens, the first, the first two ... */
export function uncover(
  tree: PrefixTree,
  tokens: readonly number[],
  mask: Float32Array,
  at: number,
  vocabulary: number,
): void {
  let node = PrefixTree.ROOT;
  for (let place = 0; place < tokens.length && node >= 0; place++) {
    uncoverNext(tree, node, mask, at + place * vocabulary);
    node = tree.child(node, tokens[place]!);
  }
}

/** Logits of what may follow beams, turned in place into log-probabilities among what may follow each. */
export function logShares(logits: Float32Array, { starts }: Followers): Float32Array {
  for (let beam = 0; beam + 1 < starts.length; beam++) {
    const own = logits.subarray(starts[beam]!, starts[beam + 1]!);
    const most = own.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const total = most + Math.log(own.reduce((sum, value) => sum + Math.exp(value - most), 0));
    for (let i = 0; i < own.length; i++) own[i]! -= total;
  }
  return logits;
}

function uncoverNext(tree: PrefixTree, node: number, mask: Float32Array, at: number): void {
  for (let child = tree.offsets[node]!; child < tree.offsets[node + 1]!; child++) mask[at + tree.tokens[child]!] = 0;
}

/**
 * Feeds of a loss in which tokens compete inside the tree: what may stand at each place, and how much of it is wanted.
 * Label smoothing spreads its share over what may stand there; each answer's tokens weigh 1 together.
 */
export function treeFeeds(
  examples: readonly Example[],
  form: PromptForm,
  { nItems, options, t5: { vocabulary } }: NetworkShape,
  { batch, target: length }: BatchShape,
): FeedsOf<ReturnType<typeof treeInputs>> {
  const tree = itemTree(form, nItems);
  const allowed = allHidden(batch * length * vocabulary);
  const wanted = new Float32Array(allowed.length);
  examples.forEach((example, b) => {
    const tokens = [...form.target(example.target!), EOS_ID];
    const at = b * length * vocabulary;
    uncover(answersOf(example, tree), tokens, allowed, at, vocabulary);
    for (const [place, token] of tokens.entries()) {
      const from = at + place * vocabulary;
      const shares = wanted.subarray(from, from + vocabulary);
      spread(allowed.subarray(from, from + vocabulary), options.labelSmoothing / tokens.length, shares);
      shares[token]! += (1 - options.labelSmoothing) / tokens.length;
    }
  });
  return { allowed, wanted };
}

/** Spread `share` evenly over what is allowed. */
function spread(allowed: Float32Array, share: number, shares: Float32Array): void {
  if (share === 0) return;
  let count = 0;
  for (const hidden of allowed) if (hidden === 0) count++;
  for (let token = 0; token < allowed.length; token++) if (allowed[token] === 0) shares[token] = share / count;
}
