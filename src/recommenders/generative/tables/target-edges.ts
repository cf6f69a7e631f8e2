// Option `hideTarget`. In training the graph holds the edge between an example's user and its target, at test it does not:
// interests e~ = mean over l of A^l E then tell the answer. Of e~_u, the walks that begin with that edge make
//   A_ui (sum of (A^l E)_i over l < L) / (L + 1) = A_ui (e~_i - (A^L E)_i / (L + 1)),
// and of e~_i likewise. Here (A^L E)_i, an average over L-step neighbours, is taken for e~_i itself, so A_ui e~_i L / (L + 1) is
// subtracted. Left in: walks that cross the edge later, and the edge's part in the two degrees.

import type { Example, InterestGradients, InterestRows } from "../shapes.ts";

interface ReadRows {
  /** e~_u [B, d] */
  readonly individual: Float32Array;
  /** e~_v [B, itemSlots, d] of direct prompts. */
  readonly candidates: Float32Array | undefined;
}

export class TargetEdges {
  private readonly owned: readonly ReadonlySet<number>[];
  private readonly itemDegrees: Int32Array;
  private readonly layers: number;

  /** `edges`: items by user of the interaction graph; `layers`: L. */
  constructor(edges: readonly Int32Array[], nItems: number, layers: number) {
    this.owned = edges.map((items) => new Set(items));
    this.itemDegrees = new Int32Array(nItems);
    for (const items of edges) for (const item of items) this.itemDegrees[item]!++;
    this.layers = layers;
  }

  /** A_ui L / (L + 1); 0 where the graph has no such edge. */
  share(user: number, item: number): number {
    const own = this.owned[user]!;
    if (!own.has(item)) return 0;
    return this.layers / (this.layers + 1) / Math.sqrt(own.size * this.itemDegrees[item]!);
  }

  /** Subtract each target's walks from its user's row, and the user's from the target's row among the candidates. */
  take(examples: readonly Example[], read: ReadRows, itemSlots: number, rows: InterestRows): void {
    const d = read.individual.length / examples.length;
    const row = new Float32Array(d);
    examples.forEach(({ userIndex, items, target }, b) => {
      if (target === undefined) return;
      const share = this.share(userIndex, target);
      rows.individual(rows.nUsers + target, row, 0);
      subtract(read.individual, b * d, row, share);
      const slot = items.indexOf(target);
      if (read.candidates === undefined || slot < 0) return;
      rows.individual(userIndex, row, 0);
      subtract(read.candidates, (b * itemSlots + slot) * d, row, share);
    });
  }

  /** The transpose of `take`: what the other end of each edge gets of a row's gradient. */
  giveBack(
    examples: readonly Example[],
    gradients: ReadRows,
    itemSlots: number,
    nUsers: number,
    to: InterestGradients,
  ): void {
    const d = gradients.individual.length / examples.length;
    const scaled = (from: Float32Array, at: number, share: number) => from.subarray(at, at + d).map((g) => -share * g);
    examples.forEach(({ userIndex, items, target }, b) => {
      if (target === undefined) return;
      const share = this.share(userIndex, target);
      to.individual(nUsers + target, scaled(gradients.individual, b * d, share), 0);
      const slot = items.indexOf(target);
      if (gradients.candidates === undefined || slot < 0) return;
      to.individual(userIndex, scaled(gradients.candidates, (b * itemSlots + slot) * d, share), 0);
    });
  }
}

function subtract(from: Float32Array, at: number, row: Float32Array, share: number): void {
  for (let c = 0; c < row.length; c++) from[at + c]! -= share * row[c]!;
}
