// Individual explicit interests (paper section 4.1, eq. 2-4): [E_u ; E_v] propagated over the user-item graph.
import type { Matrix, SparseRows } from "../base/matrix.ts";
import type { Random } from "../base/random.ts";
import {
  add,
  concat,
  constant,
  normal,
  type ParameterSpec,
  type Parameters,
  SparseOperator,
  type Tensor,
  type Trace,
} from "../engine/index.ts";
import { type AdapterStart, adapter, addAdapterParameters } from "./adapter.ts";
import { propagate } from "./light-gcn.ts";

/** Where an item's starting vector comes from. */
export const ITEM_SOURCES = ["semantic", "semantic+free", "frozen-semantic", "free", "frozen-free"] as const;
export type ItemSource = (typeof ITEM_SOURCES)[number];

export interface IndividualOptions {
  /** d. */
  readonly width: number;
  /** L, propagation layers. */
  readonly layers: number;
  /** Standard deviation of the user table at the start, and of the adapted items where their start is `sized`. */
  readonly sigma: number;
  /** Standard deviation of a trained table of items at the start; default: sigma. */
  readonly itemSigma?: number | undefined;
  /** Default "sized". */
  readonly adapterStart?: AdapterStart | undefined;
  /**
   * semantic: adapter(S~_v), the paper; semantic+free: plus a trained per-item correction that starts at zero;
   * frozen-semantic: S~_v itself (ablation "w/o adapter", needs d_m = d); free: a trained random table (ablation
   * "w/o I_se"); frozen-free: a random table that stays as drawn, given as `embeddings`.
   */
  readonly itemSource: ItemSource;
}

export interface IndividualGraph {
  readonly nUsers: number;
  readonly nItems: number;
  /** Normalised user-item graph. */
  readonly graph: SparseRows;
  /** S~_v: reduced item embeddings [nItems, d_m]. */
  readonly embeddings: Matrix;
}

/** E_u, and the items' own rows: beside adapted texts they are a correction, which begins at zero. */
function tablesOf(
  { nUsers, nItems }: IndividualGraph,
  { width, sigma, itemSigma = sigma, itemSource }: IndividualOptions,
) {
  return {
    users: { name: "interest.users", shape: [nUsers, width], rows: "users", init: normal(sigma) },
    items: {
      name: "interest.items",
      shape: [nItems, width],
      rows: "items",
      init: itemSource === "semantic+free" ? constant(0) : normal(itemSigma),
    },
  };
}

/** Put E_u, the adapter and whatever else the item source trains into `parameters`. */
export function addIndividualParameters(
  parameters: Parameters,
  g: IndividualGraph,
  o: IndividualOptions,
  random: Random,
): void {
  const { users, items } = tablesOf(g, o);
  const declare = (spec: ParameterSpec): void => parameters.add(spec, spec.init(spec.shape, random));
  declare(users);
  if (o.itemSource === "semantic" || o.itemSource === "semantic+free") {
    const shape = { input: g.embeddings.columns, output: o.width };
    addAdapterParameters(parameters, g.embeddings, shape, o.sigma, random, o.adapterStart);
  }
  if (o.itemSource === "semantic+free" || o.itemSource === "free") declare(items);
}

export interface IndividualNodes {
  /** E^0: [nUsers + nItems, d] before propagation. */
  readonly start: Tensor;
  /** E~: the same after propagation. */
  readonly interests: Tensor;
}

/** A builder of the interests' nodes; it keeps one sparse operator for all programs. */
export function individualInterests(g: IndividualGraph, o: IndividualOptions): (t: Trace) => IndividualNodes {
  const operator = new SparseOperator(g.graph);
  return (t) => {
    const start = concat([t.parameter(tablesOf(g, o).users), itemStart(t, g, o)], 0);
    return { start, interests: propagate(operator, start, o.layers) };
  };
}

function itemStart(t: Trace, g: IndividualGraph, o: IndividualOptions): Tensor {
  const { embeddings } = g;
  const semantic = (): Tensor => t.constant("semantics", embeddings.data, [g.nItems, embeddings.columns]);
  const free = (): Tensor => t.parameter(tablesOf(g, o).items);
  const adapted = (): Tensor => adapter(t, semantic(), { input: embeddings.columns, output: o.width });
  switch (o.itemSource) {
    case "semantic":
      return adapted();
    case "semantic+free":
      return add(adapted(), free());
    case "frozen-semantic":
    case "frozen-free":
      return semantic();
    case "free":
      return free();
    default:
      return o.itemSource satisfies never;
  }
}
