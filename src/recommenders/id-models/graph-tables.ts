// What the graph models (LightGCN, NCL, XSimGCL) have in common: two trained tables over one interaction graph, pairs
// with one uniform negative each, and the ranking loss on rows of a table.
import {
  bpr,
  concat,
  gather,
  type Init,
  type ParameterSpec,
  reshape,
  rowDots,
  SparseOperator,
  slice,
  sub,
  type Tensor,
  type Trace,
} from "../../engine/index.ts";
import { interactionGraph } from "../../interests/interaction-graph.ts";
import type { IdTrainingData } from "./id-model.ts";
import { InstanceBatches, instanceInputs, negativeInputs } from "./instances.ts";
import { weighted } from "./losses.ts";

export interface GraphTables {
  readonly operator: SparseOperator;
  readonly tensors: Readonly<Record<"users" | "items", ParameterSpec>>;
  readonly batches: InstanceBatches;
  /** Vectors before propagation. */
  own(t: Trace): { readonly users: Tensor; readonly items: Tensor };
  /** The same in one table, users then items: [nUsers + nItems, d]. */
  start(t: Trace): Tensor;
  /** A table of all nodes cut in two. */
  split(all: Tensor): { readonly users: Tensor; readonly items: Tensor };
}

/** Edges come from training prefixes alone. */
export function graphTables(
  { nUsers, nItems, prefixes, ...rest }: IdTrainingData,
  width: number,
  batch: number,
  init: Init,
): GraphTables {
  const tensors = {
    users: { name: "users", shape: [nUsers, width], rows: "users", init },
    items: { name: "items", shape: [nItems, width], rows: "items", init },
  };
  const own = (t: Trace) => ({ users: t.parameter(tensors.users), items: t.parameter(tensors.items) });
  return {
    own,
    operator: new SparseOperator(interactionGraph(prefixes, nItems)),
    tensors,
    batches: new InstanceBatches({
      data: { nUsers, nItems, prefixes, ...rest },
      batch,
      firstTarget: 0,
      negatives: 1,
    }),
    start: (t) => {
      const { users, items } = own(t);
      return concat([users, items], 0);
    },
    split: (all) => ({ users: slice(all, 0, 0, nUsers), items: slice(all, 0, nUsers, nUsers + nItems) }),
  };
}

/** Vectors of a batch, each [rows, d]. */
export interface PairVectors {
  readonly user: Tensor;
  readonly positive: Tensor;
  readonly negative: Tensor;
}

/** Rows of `users` and `items` tables for the batch at hand. */
export function pairRows(
  t: Trace,
  { users, items }: { readonly users: Tensor; readonly items: Tensor },
  rows: number,
): PairVectors {
  const { user, target } = t.inputs(instanceInputs(rows));
  const { negative } = t.inputs(negativeInputs(rows, 1));
  return {
    user: gather(users, user),
    positive: gather(items, target),
    negative: gather(items, reshape(negative, [rows])),
  };
}

/** Bayesian personalised ranking on vectors [rows, d]. */
export function pairRanking(t: Trace, { user, positive, negative }: PairVectors): Tensor {
  return weighted(t, bpr(sub(rowDots(user, positive), rowDots(user, negative))));
}
