// Group implicit interests (paper section 4.2, eq. 6-7): H^(0) propagated over the graph of semantically similar users.
import type { SparseRows } from "../base/matrix.ts";
import { SparseOperator, type Tensor, type TensorSpec, type Trace } from "../engine/index.ts";
import { propagate } from "./light-gcn.ts";

export interface GroupOptions {
  readonly width: number;
  /** L', propagation layers. */
  readonly layers: number;
  /** Whether layer 0, the user's own row, counts (eq. 7). */
  readonly includesSelf: boolean;
}

/** H^(0) [nUsers, d]. */
export function groupUsers(nUsers: number, width: number): TensorSpec {
  return { name: "group.users", shape: [nUsers, width], rows: "users" };
}

/** A builder of H [nUsers, d] over the normalised relation matrix. */
export function groupInterests(relation: SparseRows, o: GroupOptions): (t: Trace) => Tensor {
  const operator = new SparseOperator(relation);
  const users = groupUsers(relation.rows, o.width);
  return (t) => propagate(operator, t.parameter(users), o.layers, o.includesSelf);
}
