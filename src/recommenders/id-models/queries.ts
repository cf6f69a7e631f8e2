// Queries of a whole batch: its histories come in groups of equal length, and each group has its own part of the
// program.
import { concat, reshape, slice, type Tensor, type Trace } from "../../engine/index.ts";
import { historyInputs } from "./histories.ts";
import type { BatchExtents, Histories, Query, QueryContext } from "./id-model.ts";
import { userInputs } from "./instances.ts";

/** Histories of a batch by group. */
export function historiesOf(t: Trace, { rows, groups }: BatchExtents): Histories[] {
  const slots = groups.reduce((total, group) => total + group.rows * group.length, 0);
  const { history, length: used, last } = t.inputs(historyInputs(rows, slots));
  const { user } = t.inputs(userInputs(rows));
  let [slot, row] = [0, 0];
  return groups.map((group) => {
    const [firstSlot, firstRow] = [slot, row];
    slot += group.rows * group.length;
    row += group.rows;
    const part = (x: Tensor): Tensor => slice(x, 0, firstRow, row);
    const items = reshape(slice(history, 0, firstSlot, slot), [group.rows, group.length]);
    return { ...group, history: items, used: part(used), last: part(last), user: part(user) };
  });
}

/** [rows, d]; `items` [nItems, d] are what items are ranked by. */
export function batchQuery<O>(
  t: Trace,
  query: Query<O>,
  context: QueryContext<O>,
  shape: BatchExtents,
  items: Tensor,
): Tensor {
  return joined(historiesOf(t, shape).map((histories) => query.build(t, context, histories, items)));
}

/** Groups' results below each other. */
export function joined(parts: readonly Tensor[]): Tensor {
  return parts.length === 1 ? parts[0]! : concat(parts, 0);
}
