import { describe, expect, it } from "vitest";
import { checkFeedGradients, type GradientCase, worstGradientError } from "../../test/support/finite-differences.ts";
import { matrix, rms } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { trainingLists } from "../data/index.ts";
import { compile, mul, Parameters, SparseOperator, sum, type Trace, trace } from "../engine/index.ts";
import { groupInterests } from "./group-interests.ts";
import {
  addIndividualParameters,
  type IndividualOptions,
  ITEM_SOURCES,
  individualInterests,
} from "./individual-interests.ts";
import { interactionGraph } from "./interaction-graph.ts";
import { propagate } from "./light-gcn.ts";
import { relationMatrix } from "./user-graph.ts";

// Users 0, 1 and items 0..3 (rows 2..5): user 0 has items 0, 1; user 1 has items 1, 2; nobody has item 3.
const histories = trainingLists([Int32Array.of(0, 1), Int32Array.of(1, 2)]);
const graph = interactionGraph(histories, 4);
const NODES = 6;

async function propagated(start: Float32Array, layers: number): Promise<Float32Array> {
  const operator = new SparseOperator(graph);
  const program = await compile(trace((t) => ({ y: propagate(operator, t.input("x", [NODES, 2]), layers) })));
  const { y } = await program.run({ x: start });
  await program.dispose();
  return y as Float32Array;
}

/** D^-1/2 A D^-1/2 written out: degrees 2, 2 | 1, 2, 1, 0. */
const half = 1 / Math.sqrt(2);
const dense = [
  [0, 0, half, 0.5, 0, 0],
  [0, 0, 0, 0.5, half, 0],
  [half, 0, 0, 0, 0, 0],
  [0.5, 0.5, 0, 0, 0, 0],
  [0, half, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0],
];

describe("propagation over the interaction graph (eq. 3 and 4)", () => {
  const start = Random.of(1).normals(NODES * 2);

  it("equals the mean of dense matrix powers on six nodes", async () => {
    let layer = Array.from(start);
    const total = layer.slice();
    for (let l = 0; l < 3; l++) {
      const from = layer;
      layer = total.map((_, i) => {
        const [row, column] = [Math.floor(i / 2), i % 2];
        return dense[row]!.reduce((s, weight, k) => s + weight * from[2 * k + column]!, 0);
      });
      layer.forEach((x, i) => {
        total[i]! += x;
      });
    }
    (await propagated(start, 3)).forEach((x, i) => {
      expect(x).toBeCloseTo(total[i]! / 4, 6);
    });
  });

  it("leaves an isolated node 1 / (L + 1) of its start", async () => {
    const y = await propagated(start, 4);
    expect(y[10]).toBeCloseTo(start[10]! / 5, 6);
    expect(y[11]).toBeCloseTo(start[11]! / 5, 6);
  });

  it("is the identity without layers", async () => {
    expect(await propagated(start, 0)).toEqual(start);
  });

  it("has the gradient of central differences", async () => {
    const operator = new SparseOperator(graph);
    const gradientCase: GradientCase = {
      name: "propagate",
      shapes: [[NODES, 2]],
      body: ([x]) => propagate(operator, x!, 3),
    };
    expect(await worstGradientError(gradientCase)).toBeLessThan(2e-3);
  });
});

const embeddings = matrix(4, 3, Random.of(2).normals(12));
const individualGraph = { nUsers: 2, nItems: 4, graph, embeddings };
const options = (over: Partial<IndividualOptions>): IndividualOptions => ({
  width: 3,
  layers: 2,
  sigma: 1,
  itemSource: "semantic",
  ...over,
});

/** A fixed random weighting of all interests. */
function objective(o: IndividualOptions, parameters: Parameters) {
  const build = individualInterests(individualGraph, o);
  const weights = Random.of(4).normals(NODES * 3);
  return (t: Trace) => {
    const loss = sum(mul(build(t).interests, t.constant("weights", weights, [NODES, 3])));
    const wrt = Object.fromEntries(parameters.all.map(({ name, shape }) => [name, t.parameter({ name, shape })]));
    return { loss, wrt };
  };
}

describe("individual interests (eq. 2 to 4)", () => {
  const cases = ITEM_SOURCES.map((itemSource) => options({ itemSource }));
  it.each(cases)("differentiate to users and items: $itemSource", async (o) => {
    const parameters = new Parameters();
    addIndividualParameters(parameters, individualGraph, o, Random.of(3));
    const checks = await checkFeedGradients(objective(o, parameters), parameters.feeds());
    expect(Object.keys(checks)).toEqual(parameters.all.map(({ name }) => name));
    for (const [name, { error, largest }] of Object.entries(checks)) {
      expect(largest, name).toBeGreaterThan(1e-3);
      expect(error, name).toBeLessThan(5e-3);
    }
  });

  it("start with adapted items as large as users, as the linear adapter promises", async () => {
    const o = options({ sigma: 6, layers: 0 });
    const parameters = new Parameters();
    addIndividualParameters(parameters, individualGraph, o, Random.of(3));
    const program = await compile(trace((t) => ({ y: individualInterests(individualGraph, o)(t).interests })));
    const { y } = await program.run(parameters.feeds());
    expect(rms((y as Float32Array).slice(6))).toBeCloseTo(6, 3);
    await program.dispose();
  });

  it("begin with no free correction, so that semantics decide at first", () => {
    const parameters = new Parameters();
    addIndividualParameters(parameters, individualGraph, options({ itemSource: "semantic+free" }), Random.of(3));
    expect(rms(parameters.get("interest.items").front.value)).toBe(0);
  });
});

describe("group interests (eq. 7)", () => {
  it.each([
    { includesSelf: true, layers: 1, expected: [6, 8.5, 6.5, 5] },
    { includesSelf: false, layers: 1, expected: [8, 9, 4, 4] },
    { includesSelf: false, layers: 2, expected: [8.5, 6.5, 6, 6] },
  ])("are means over layers, the user's own among them or not: $includesSelf, $layers", async (how) => {
    // Users 0 -> 1 -> 2 -> 0 and 3 -> 0.
    const relation = relationMatrix({ rows: 4, k: 1, neighbours: Int32Array.of(1, 2, 0, 0) });
    const build = groupInterests(relation, { width: 1, ...how });
    const program = await compile(trace((t) => ({ h: build(t) })));
    const { h } = await program.run({ "group.users": Float32Array.of(4, 8, 9, 6) });
    await program.dispose();
    how.expected.forEach((value, user) => {
      expect(h![user]).toBeCloseTo(value, 5);
    });
  });

  it("differentiate to H^(0) over a relation that is not symmetric", async () => {
    const relation = relationMatrix({ rows: 4, k: 1, neighbours: Int32Array.of(1, 2, 0, 0) });
    const build = groupInterests(relation, { width: 2, layers: 2, includesSelf: true });
    const body = (t: Trace) => {
      const loss = sum(mul(build(t), t.constant("weights", Random.of(5).normals(8), [4, 2])));
      return { loss, wrt: { "group.users": t.parameter({ name: "group.users", shape: [4, 2] }) } };
    };
    const checks = await checkFeedGradients(body, { "group.users": Random.of(6).normals(8) }, { entries: 8 });
    expect(checks["group.users"]!.error).toBeLessThan(2e-3);
  });
});
