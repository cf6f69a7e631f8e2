import { describe, expect, it } from "vitest";
import { tinyData, tinyState } from "../../../../test/support/tiny-isrf.ts";
import { Random } from "../../../base/random.ts";
import { compile, Parameters, SparseOperator, trace } from "../../../engine/index.ts";
import { interactionGraph } from "../../../interests/interaction-graph.ts";
import { propagate } from "../../../interests/light-gcn.ts";
import { makeBatch, returnGradients } from "../examples/batches.ts";
import { interestRows } from "../generator.ts";
import type { Example } from "../shapes.ts";
import { TargetEdges } from "./target-edges.ts";

const LAYERS = 3;
const d = 16;

/** e~ of all nodes, from one random start, over the given edges. */
async function propagated(
  histories: readonly Int32Array[],
  nItems: number,
  start: Float32Array,
): Promise<Float32Array> {
  const operator = new SparseOperator(interactionGraph(histories, nItems));
  const parameters = new Parameters();
  parameters.add("start", [histories.length + nItems, d], start);
  const program = await compile(
    trace((t) => ({ value: propagate(operator, t.parameter("start", [histories.length + nItems, d]), LAYERS) })),
  );
  const { value } = await program.run<"value">(parameters.feeds());
  await program.dispose();
  return value as Float32Array;
}

const distance = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((x, i) => x - b[i]!));

describe("hidden target edges", () => {
  const data = tinyData({ nUsers: 40, nItems: 30, length: 9 });
  const nUsers = data.histories.length;

  it("bring interests near to those of the graph without the edge", async () => {
    const start = Random.of(5, "start").normals((nUsers + data.nItems) * d);
    const whole = await propagated(data.histories, data.nItems, start);
    const edges = new TargetEdges(data.histories, data.nItems, LAYERS);
    const ratios: number[] = [];
    for (const user of [0, 7, 19, 33]) {
      const target = data.histories[user]![3]!;
      const rest = data.histories.map((items, u) => (u === user ? items.filter((item) => item !== target) : items));
      const without = await propagated(rest, data.nItems, start);
      for (const [node, other] of [
        [user, nUsers + target],
        [nUsers + target, user],
      ] as const) {
        const row = (of: Float32Array, at: number): Float32Array => of.subarray(at * d, (at + 1) * d);
        const hidden = row(whole, node).map((x, c) => x - edges.share(user, target) * row(whole, other)[c]!);
        ratios.push(distance(hidden, row(without, node)) / distance(row(whole, node), row(without, node)));
      }
    }
    // Observed: .33 to .46 of what the edge does is left, through degrees and later walks.
    expect(Math.max(...ratios)).toBeLessThan(0.6);
  });

  it("have no share where the graph has no such edge", () => {
    const edges = new TargetEdges(data.histories, data.nItems, LAYERS);
    const owned = data.histories[0]![0]!;
    const foreign = Array.from({ length: data.nItems }, (_, item) => item).find(
      (i) => !data.histories[0]!.includes(i),
    )!;
    const degree = data.histories.filter((items) => items.includes(owned)).length;
    // A_ui L / (L + 1) with A_ui = 1 / sqrt(|V_u| |U_i|).
    expect(edges.share(0, owned)).toBeCloseTo(0.75 / Math.sqrt(data.histories[0]!.length * degree), 10);
    expect(edges.share(0, foreign)).toBe(0);
  });

  it("are taken out of fed interests alone, and their gradients come back by the transpose", async () => {
    const state = await tinyState({ batch: 2 }, "tiny", data);
    const edges = new TargetEdges(data.histories, data.nItems, LAYERS);
    const examples: Example[] = [3, 8].map((userIndex) => {
      const target = data.histories[userIndex]![2]!;
      return { task: "direct", userIndex, items: Int32Array.of(29, target, 28), target };
    });
    const batchOf = (hidden?: TargetEdges) =>
      makeBatch(examples, state.form, state.network, interestRows(state), 4, hidden).feeds;
    const [plain, hidden] = [batchOf(), batchOf(edges)];
    const changed = Object.keys(plain).filter((name) => distance(floats(plain[name]!), floats(hidden[name]!)) > 0);
    expect(changed.sort()).toEqual(["candidates", "individual"]);

    // <G, take(E)> = <giveBack(G), E> for any G: the feeds are linear in the table E.
    const gradients = {
      "d.individual": Random.of(1, "u").normals(2 * d),
      "d.candidates": Random.of(1, "v").normals(2 * 4 * d),
    };
    // Slot 3 is padding: nothing was read there.
    for (const b of [0, 1]) gradients["d.candidates"].fill(0, (b * 4 + 3) * d, (b * 4 + 4) * d);
    const collected = new Float32Array(state.interests.individual.length);
    const to = {
      individual: (row: number, g: Float32Array, at: number) => {
        for (let c = 0; c < d; c++) collected[row * d + c]! += g[at + c]!;
      },
      group: () => {},
    };
    returnGradients(gradients, examples, 4, d, nUsers, to, edges);
    const inner = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    const left =
      inner(gradients["d.individual"], floats(hidden.individual!)) +
      inner(gradients["d.candidates"], floats(hidden.candidates!));
    expect(inner(collected, state.interests.individual)).toBeCloseTo(left, 3);
  });
});

const floats = (values: ArrayLike<number>): Float32Array => Float32Array.from(values);
