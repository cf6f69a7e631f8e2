// Means of histories' items: of a batch, and of all users in blocks.
import { add, concat, div, sub, sum, type Tensor, type Trace } from "../../engine/index.ts";
import { historyFeeds } from "../id-models/histories.ts";
import { embedHistory, isNumber } from "../id-models/layers.ts";

/** Numbers of the gathered item rows that are in memory at a time. */
const MOST_GATHERED = 2 ** 24;

/** mean(history): [n, d], zeros for an empty one. */
export function pool(items: Tensor, history: Tensor, pad: number): Tensor {
  const used = add(sum(sub(1, isNumber(history, pad)), [1], true), 1e-10);
  return div(sum(embedHistory(items, history, pad), [1]), used);
}

/**
 * The same of everybody's newest `maxHistory` training items: [nUsers, d], from `items` [nItems + 1, d]. A few users at
 * a time: the rows of all items of all users would be as many as there are interactions.
 */
export function poolAll(
  t: Trace,
  items: Tensor,
  prefixes: readonly Int32Array[],
  maxHistory: number,
  mostGathered = MOST_GATHERED,
): Tensor {
  const [rows, d] = items.shape as [number, number];
  const pad = rows - 1;
  const length = Math.min(
    maxHistory,
    prefixes.reduce((most, prefix) => Math.max(most, prefix.length), 0),
  );
  const users = Math.max(1, Math.floor(mostGathered / (length * d)));
  const blocks: Tensor[] = [];
  for (let from = 0; from < prefixes.length; from += users) {
    const block = prefixes.slice(from, from + users);
    const { history } = historyFeeds(block, { length, padding: "right", pad });
    blocks.push(pool(items, t.constant(`histories ${from}`, history, [block.length, length]), pad));
  }
  return blocks.length === 1 ? blocks[0]! : concat(blocks, 0);
}
