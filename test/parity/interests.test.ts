// LightGCN propagation, relation normalisations, adapter and InfoNCE against scipy and PyTorch in float64
// (peers/interests.py builds its graphs from edge lists by the formulas).
import { describe, expect, it } from "vitest";
import { type TrainingLists, trainingLists } from "../../src/data/index.ts";
import {
  compile,
  gradients,
  mul,
  SparseOperator,
  sum,
  type Tensor,
  type TensorData,
  type Trace,
  trace,
} from "../../src/engine/index.ts";
import { adapter } from "../../src/interests/adapter.ts";
import { infoNce } from "../../src/interests/contrastive.ts";
import { interactionGraph } from "../../src/interests/interaction-graph.ts";
import { propagate } from "../../src/interests/light-gcn.ts";
import { relationMatrix } from "../../src/interests/user-graph.ts";
import { worstDifference } from "./closeness.ts";
import { Fixture } from "./fixture.ts";

const fixture = await Fixture.open("interests.safetensors");
/** float32 against float64; sums of at most 30 terms, three deep. */
const TOLERANCE = 3e-6;
/** Cosines are divided by 0.07, which multiplies their rounding error of 2^-24 by 14. */
const CONTRASTIVE_TOLERANCE = 5e-6;

/** Value and gradients of <value, weights>, by fixture names `inputs` -> feeds. */
async function evaluate(
  build: (t: Trace) => { value: Tensor; wrt: Readonly<Record<string, Tensor>> },
  weights: Float32Array,
  feeds: Readonly<Record<string, TensorData>>,
): Promise<Record<string, TensorData>> {
  const program = trace((t) => {
    const { value, wrt } = build(t);
    const found = gradients(sum(mul(value, t.input("weights", value.shape))), Object.values(wrt));
    return { value, ...Object.fromEntries(Object.keys(wrt).map((name, i) => [`gradient/${name}`, found[i]!])) };
  });
  const executable = await compile(program, { threads: 1 });
  try {
    return await executable.run({ ...feeds, weights });
  } finally {
    await executable.dispose();
  }
}

function expectClose(prefix: string, results: Readonly<Record<string, TensorData>>, tolerance = TOLERANCE): void {
  for (const [name, data] of Object.entries(results)) {
    expect(worstDifference(data, fixture.floats(`${prefix}/${name}`)), name).toBeLessThan(tolerance);
  }
}

/** Training histories in the order of the edge list. */
function histories(users: number): TrainingLists {
  const lists: number[][] = Array.from({ length: users }, () => []);
  const pairs = fixture.ints("pairs");
  for (let i = 0; i < pairs.length; i += 2) lists[pairs[i]!]!.push(pairs[i + 1]!);
  return trainingLists(lists.map((list) => Int32Array.from(list)));
}

const users = fixture.get("neighbours").shape[0]!;
const [nodes, width] = fixture.get("graph/start").shape as [number, number];

describe("LightGCN propagation against sparse PyTorch", () => {
  const operator = new SparseOperator(interactionGraph(histories(users), nodes - users));

  it.each([0, 1, 2, 3])("agrees over %i layers, with its gradient, lonely users and items included", async (layers) => {
    const results = await evaluate(
      (t) => {
        const start = t.input("start", [nodes, width]);
        return { value: propagate(operator, start, layers), wrt: { start } };
      },
      fixture.floats("graph/weights"),
      { start: fixture.floats("graph/start") },
    );
    expectClose(`graph/${layers}`, results);
  });

  it("agrees over two layers of the user relation", async () => {
    const { shape, data } = fixture.get("neighbours");
    const graph = { rows: users, k: shape[1]!, neighbours: data as Int32Array };
    const relation = new SparseOperator(relationMatrix(graph));
    const results = await evaluate(
      (t) => {
        const start = t.input("start", [users, width]);
        return { value: propagate(relation, start, 2), wrt: { start } };
      },
      fixture.floats("relation/weights"),
      { start: fixture.floats("relation/start") },
    );
    expectClose("relation/row", results);
  });
});

describe("the adapter against PyTorch", () => {
  it("agrees, with the gradient of each parameter", async () => {
    const texts = fixture.get("adapter/texts");
    const names = ["adapter.w1", "adapter.b1", "adapter.w2", "adapter.b2"];
    const results = await evaluate(
      (t) => {
        const embeddings = t.input("texts", texts.shape);
        const value = adapter(t, embeddings, { input: texts.shape[1]!, output: width });
        const wrt = Object.fromEntries(
          names.map((name) => [name, t.parameter({ name, shape: fixture.get(`adapter/${name}`).shape })]),
        );
        return { value, wrt };
      },
      fixture.floats("adapter/weights"),
      { texts: texts.data, ...Object.fromEntries(names.map((name) => [name, fixture.floats(`adapter/${name}`)])) },
    );
    expectClose("adapter/none", results);
  });
});

describe("InfoNCE against PyTorch", () => {
  it.each([0.07, 0.5])("agrees at temperature %d, with both gradients, when a user repeats", async (temperature) => {
    const { shape, data } = fixture.get("contrastive/anchors");
    const results = await evaluate(
      (t) => {
        const [anchors, keys] = [t.input("anchors", shape), t.input("keys", shape)];
        const loss = infoNce(anchors, keys, t.input("users", [shape[0]!], "int32"), temperature);
        return { value: loss, wrt: { anchors, keys } };
      },
      Float32Array.of(1),
      { anchors: data, keys: fixture.floats("contrastive/keys"), users: fixture.ints("contrastive/users") },
    );
    expectClose(`contrastive/${temperature}`, results, CONTRASTIVE_TOLERANCE);
  });
});
