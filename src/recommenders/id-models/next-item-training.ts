// Training on (history, next item) instances: what SASRec, GRU4Rec and HGN share beside their queries.
import type { Tensor, Trace } from "../../engine/index.ts";
import type { BatchExtents, IdModel, IdTrainingData, Query } from "./id-model.ts";
import { InstanceBatches, itemsBefore } from "./instances.ts";
import { negativesOf, nextItemLoss } from "./losses.ts";
import type { IdOptions, SequenceLoss } from "./options.ts";
import { batchQuery } from "./queries.ts";

/** A model whose query is scored against `items` [nItems, d]; every item after a user's first is a target once. */
export function nextItemTraining<O extends IdOptions & { readonly loss: SequenceLoss }>(
  options: O,
  data: IdTrainingData,
  query: Query<O>,
  items: (t: Trace) => Tensor,
): Omit<IdModel, "tensors"> {
  const { nUsers, nItems, facts } = data;
  const { loss, batch } = options;
  const context = { options, nUsers, nItems, facts, isTraining: true };
  return {
    batches: new InstanceBatches({
      data,
      batch,
      firstTarget: 1,
      negatives: negativesOf(loss),
      history: { lengths: query.lengths(options), padding: query.padding, read: itemsBefore },
    }),
    tables: (t: Trace) => ({ items: items(t) }),
    objective(t: Trace, shape: BatchExtents) {
      const rows = items(t);
      return { loss: nextItemLoss(t, batchQuery(t, query, context, shape, rows), rows, shape, loss) };
    },
  };
}
