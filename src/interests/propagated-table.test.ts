import { afterEach, describe, expect, it } from "vitest";
import { Random } from "../base/random.ts";
import {
  ADAMW_DEFAULTS,
  add,
  compile,
  compileTrainStep,
  gather,
  gradients,
  mul,
  Parameters,
  sum,
  type Tensor,
  type Trace,
  trace,
} from "../engine/index.ts";
import { groupInterests } from "./group-interests.ts";
import { PropagatedTable } from "./propagated-table.ts";
import { relationMatrix } from "./user-graph.ts";

const [ROWS, WIDTH] = [5, 2];
const relation = relationMatrix({ rows: ROWS, k: 2, neighbours: Int32Array.of(1, 2, 0, 3, 0, 4, 2, 1, 3, 0) });
const build = groupInterests(relation, { width: WIDTH, layers: 2, includesSelf: true });
const optimiser = { ...ADAMW_DEFAULTS, learningRate: 0.05 };
const start = Random.of(1).normals(ROWS * WIDTH);

function freshParameters(): Parameters {
  const parameters = new Parameters();
  parameters.add({ name: "group.users", shape: [ROWS, WIDTH] }, start.slice());
  return parameters;
}

/** sum of squares of some rows, weighted: its gradient depends on the value, so that a stale value would show. */
const rowLoss = (rows: Tensor, weights: Tensor): Tensor => sum(mul(mul(rows, rows), weights));

const batches = Array.from({ length: 6 }, (_, i) => ({
  users: Int32Array.of(i % ROWS, (2 * i + 1) % ROWS, i % ROWS),
  weights: Random.of(20 + i).normals(3 * WIDTH),
}));

describe("a propagated table", () => {
  const open: { dispose(): Promise<void> }[] = [];
  const kept = <T extends { dispose(): Promise<void> }>(made: T): T => {
    open.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of open.splice(0)) await made.dispose();
  });
  const table = async (parameters: Parameters) =>
    kept(await PropagatedTable.create({ rows: ROWS, width: WIDTH, build, parameters, optimiser, compile: {} }));

  /** Gradient of one batch's loss with respect to the rows it reads, as a caller's training program gives it. */
  async function rowGradients() {
    return kept(
      await compile(
        trace((t) => {
          const rows = t.input("rows", [3, WIDTH]);
          return { g: gradients(rowLoss(rows, t.input("weights", [3, WIDTH])), [rows])[0]! };
        }),
      ),
    );
  }

  async function feedStep(of: PropagatedTable, program: Awaited<ReturnType<typeof rowGradients>>, index: number) {
    const { users, weights } = batches[index]!;
    const rows = new Float32Array(3 * WIDTH);
    users.forEach((user, i) => {
      rows.set(of.value.subarray(user * WIDTH, (user + 1) * WIDTH), i * WIDTH);
    });
    const g = (await program.run({ rows, weights })).g as Float32Array;
    users.forEach((user, i) => {
      of.addGradient(user, g, i * WIDTH);
    });
    of.countStep();
  }

  it("updated after every step equals training through the graph in one program, repeated rows included", async () => {
    const [lazy, plain] = [freshParameters(), freshParameters()];
    const program = await rowGradients();
    const split = await table(lazy);
    const whole = kept(
      await compileTrainStep(
        (t: Trace) => ({
          loss: rowLoss(gather(build(t), t.input("users", [3], "int32")), t.input("weights", [3, WIDTH])),
        }),
        plain,
        optimiser,
      ),
    );
    for (const [i, batch] of batches.entries()) {
      await feedStep(split, program, i);
      await split.update(optimiser);
      await whole.run(batch, optimiser);
    }
    const expected = plain.get("group.users").front.value;
    lazy.get("group.users").front.value.forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i]!, 5);
    });
  });

  it("updated once for several steps uses the mean of their gradients at the common value", async () => {
    const [lazy, plain] = [freshParameters(), freshParameters()];
    const program = await rowGradients();
    const split = await table(lazy);
    for (const i of [0, 1, 2]) await feedStep(split, program, i);
    await split.update(optimiser);
    const whole = kept(
      await compileTrainStep(
        (t: Trace) => {
          const losses = [0, 1, 2].map((i) =>
            rowLoss(gather(build(t), t.input(`users${i}`, [3], "int32")), t.input(`weights${i}`, [3, WIDTH])),
          );
          return {
            loss: mul(
              losses.reduce((a, b) => add(a, b)),
              1 / 3,
            ),
          };
        },
        plain,
        optimiser,
      ),
    );
    const feeds = Object.fromEntries(
      [0, 1, 2].flatMap((i) => [
        [`users${i}`, batches[i]!.users],
        [`weights${i}`, batches[i]!.weights],
      ]),
    );
    await whole.run(feeds, optimiser);
    const expected = plain.get("group.users").front;
    const found = lazy.get("group.users").front;
    found.m.forEach((m, i) => {
      expect(m).toBeCloseTo(expected.m[i]!, 6);
    });
    found.value.forEach((x, i) => {
      expect(x).toBeCloseTo(expected.value[i]!, 5);
    });
  });

  it("does nothing without counted steps: no decay, no momentum, no optimiser step", async () => {
    const parameters = freshParameters();
    const split = await table(parameters);
    await split.update(optimiser);
    expect(parameters.get("group.users").front.value).toEqual(start);
    expect(parameters.get("group.users").steps).toBe(0);
  });

  it("shows values changed from outside after a refresh", async () => {
    const parameters = freshParameters();
    const split = await table(parameters);
    const before = split.value.slice();
    for (let i = 0; i < start.length; i++) parameters.get("group.users").front.value[i]! *= 2;
    await split.refresh();
    split.value.forEach((x, i) => {
      expect(x).toBeCloseTo(2 * before[i]!, 6);
    });
  });
});
