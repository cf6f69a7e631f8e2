import { describe, expect, it } from "vitest";
import { worstDifference } from "../../../test/parity/closeness.ts";
import { denseOf, randomOperator } from "../../../test/support/sparse-operators.ts";
import { Random } from "../../base/random.ts";
import {
  ADAMW_DEFAULTS,
  add,
  cast,
  compile,
  compileTrainStep,
  concat,
  dropout,
  gather,
  gradients,
  greater,
  log,
  matmul,
  mul,
  neg,
  type OptimiserOptions,
  Parameters,
  type Program,
  pad,
  printProgram,
  relu,
  reshape,
  SGD_DEFAULTS,
  SparseOperator,
  scatterAdd,
  sigmoid,
  slice,
  sparsePolynomial,
  spmm,
  sub,
  sum,
  type Tensor,
  type TensorData,
  type Trace,
  trace,
  where,
} from "../index.ts";
import { planStages } from "./placement.ts";
import { Session } from "./session.ts";

/** Row r of the result is row r + 1 of x, and the last is its first. */
const cycle = new SparseOperator({
  rows: 3,
  columns: 3,
  offsets: Int32Array.of(0, 1, 2, 3),
  indices: Int32Array.of(1, 2, 0),
  values: Float32Array.of(1, 1, 1),
});
const table = (t: Trace) => t.input("x", [3, 2]);
const X = Float32Array.of(1, 2, 3, 4, 5, 6);

describe("a training step on a graph", () => {
  const [nUsers, nItems, width, pairs] = [8, 12, 128, 60];
  const coefficients = [0.25, 0.25, 0.3, 0.2];
  const operator = randomOperator(Random.of(1), { rows: 20, columns: 20, density: 0.25 });
  const dense = Float32Array.from(denseOf(operator));

  /** Horner's rule with dense products. */
  function densePolynomial(x: Tensor): Tensor {
    const a = x.trace.constant("a", dense, [20, 20]);
    return coefficients
      .slice(0, -1)
      .reduceRight((inner, coefficient) => add(matmul(a, inner), mul(x, coefficient)), mul(x, coefficients.at(-1)!));
  }

  /** Bayesian personalised ranking of pairs, and the squared vectors before propagation. */
  function objective(t: Trace, propagate: (x: Tensor) => Tensor) {
    const [users, items] = [
      t.parameter({ name: "users", shape: [nUsers, width] }),
      t.parameter({ name: "items", shape: [nItems, width] }),
    ];
    const all = propagate(concat([users, items], 0));
    const [user, positive] = [t.input("user", [pairs], "int32"), t.input("positive", [pairs], "int32")];
    const negative = reshape(t.input("negative", [pairs, 1], "int32"), [pairs]);
    const u = gather(slice(all, 0, 0, nUsers), user);
    const itemRows = slice(all, 0, nUsers, nUsers + nItems);
    const margin = sum(mul(u, sub(gather(itemRows, positive), gather(itemRows, negative))), [1]);
    const own = gather(users, user);
    const ranking = neg(mul(sum(log(sigmoid(margin))), 1 / pairs));
    return { loss: add(ranking, mul(sum(mul(own, own)), 0.01 / pairs)), outputs: { ranking } };
  }

  function start(): Parameters {
    const parameters = new Parameters();
    parameters.add({ name: "users", shape: [nUsers, width] }, Random.of(2, "users").normals(nUsers * width, 0.1));
    parameters.add({ name: "items", shape: [nItems, width] }, Random.of(2, "items").normals(nItems * width, 0.1));
    return parameters;
  }

  function batch(step: number) {
    const random = Random.of(3, step);
    const draw = (bound: number) => Int32Array.from({ length: pairs }, () => random.below(bound));
    return { user: draw(nUsers), positive: draw(nItems), negative: draw(nItems) };
  }

  // AdamW divides by the root of v + epsilon: a large epsilon keeps rounding of tiny gradients as small as it is.
  const adamw = { ...ADAMW_DEFAULTS, learningRate: 0.05, epsilon: 0.01 };
  const optimisers: Record<string, OptimiserOptions> = {
    "AdamW, in place": adamw,
    "AdamW, clipped": { ...adamw, maxGradientNorm: 0.05 },
    "SGD, in the program": { ...SGD_DEFAULTS, learningRate: 5, momentum: 0.9 },
  };

  it.each(Object.entries(optimisers))("is that with a dense matrix, step after step: %s", async (_, optimiser) => {
    const [parameters, expected] = [start(), start()];
    const step = await compileTrainStep(
      (t) => objective(t, (x) => sparsePolynomial(operator, x, coefficients)),
      parameters,
      optimiser,
    );
    const reference = await compileTrainStep((t) => objective(t, densePolynomial), expected, optimiser);
    const differences: number[] = [];
    for (let i = 0; i < 6; i++) {
      const results = await step.run(batch(i), optimiser);
      for (const [name, value] of Object.entries(await reference.run(batch(i), optimiser))) {
        differences.push(worstDifference(results[name]!, value));
      }
      for (const { name, front } of expected.all) {
        differences.push(worstDifference(parameters.get(name).front.value, front.value));
      }
    }
    await step.dispose();
    await reference.dispose();
    // Sums of at most 60 rows, of 128 columns for a score and of 20 neighbours thrice: below 300 roundings of 2^-24 a
    // step.
    expect(Math.max(...differences)).toBeLessThan(6 * 300 * 2 ** -24);
    for (const { name, front } of start().all) {
      expect(worstDifference(parameters.get(name).front.value, front.value)).toBeGreaterThan(0.1);
    }
  });
});

describe("programs in stages", () => {
  interface Fed {
    readonly program: Program;
    readonly feeds: Readonly<Record<string, TensorData>>;
  }

  /**
   * A random program of products and whatever may stand around them, with gradients. Small whole numbers, so that all
   * orders of additions give the same floats.
   */
  function randomProgram(seed: number): Fed {
    const random = Random.of(seed, "program");
    const [n, width] = [4 + random.below(4), random.pick([1, 4, 132])];
    const feeds: Record<string, TensorData> = {};
    const sign = (from: Random) => (from.below(2) === 0 ? 1 : -1);
    const operators = [n, n, n + 2].map((rows) =>
      randomOperator(random, { rows, columns: n, density: 0.4, draw: sign }),
    );
    const named = (value: TensorData): string => {
      const name = `in${Object.keys(feeds).length}`;
      feeds[name] = value;
      return name;
    };
    const program = trace((t) => {
      const newTable = (): Tensor => {
        const name = named(Float32Array.from({ length: n * width }, () => random.below(5) - 2));
        return t.parameter({ name, shape: [n, width] });
      };
      const indices = (count: number, rows: number): Tensor => {
        const name = named(Int32Array.from({ length: count }, () => random.below(rows)));
        const isColumn = random.below(2) === 0;
        return isColumn ? reshape(t.input(name, [count, 1], "int32"), [count]) : t.input(name, [count], "int32");
      };
      const pool = [newTable(), newTable(), t.fill(0, [n, width])];
      const ofRows = (rows: number) => pool.filter(({ shape }) => shape[0] === rows);
      const makers: readonly ((x: Tensor, rows: number) => Tensor | undefined)[] = [
        (x) => random.pick([relu, (y: Tensor) => mul(y, -1)])(x),
        (x, rows) => add(x, random.pick(ofRows(rows))),
        (x) => concat([x, random.pick(pool)], 0),
        (x) => pad(x, 0, random.below(3), random.below(3)),
        (x, rows) => slice(x, 0, rows >> 2, rows - (rows >> 2)),
        (x, rows) => gather(x, indices(random.below(20), rows)),
        (x, rows) => {
          const to = random.pick([n, n + 2]);
          const base = random.below(2) === 0 ? undefined : ofRows(to)[0];
          return scatterAdd(indices(rows, to), x, to, base);
        },
      ];
      const product = (x: Tensor, rows: number): Tensor | undefined => {
        const fitting = operators.filter(({ columns }) => columns === rows);
        if (fitting.length === 0) return undefined;
        const operator = random.pick(fitting);
        const isSquare = operator.rows === operator.columns;
        return sparsePolynomial(
          operator,
          x,
          isSquare
            ? random.pick([
                [0, 1],
                [1, 1],
                [0, 0, 1],
                [2, 0, 1],
                [1, -1, 0, 2],
              ])
            : [0, 1],
        );
      };
      for (let i = 0; i < 24; i++) {
        const x = random.pick(pool);
        const made = (i % 3 === 0 ? product : random.pick(makers))(x, x.shape[0]!);
        if (made !== undefined && made.shape[0]! > 0 && made.shape[0]! < 30) pool.push(made);
      }
      const loss = sum(random.pick(pool));
      const some = Array.from({ length: 3 }, () => random.pick(pool));
      const outputs = [loss, pool.at(-1)!, ...some, ...gradients(loss, [pool[0]!, random.pick(pool)])];
      return Object.fromEntries(outputs.map((output, i) => [`out${i}`, output]));
    });
    return {
      program,
      feeds: Object.fromEntries(program.inputs.map(({ attributes: { name } }) => [name, feeds[name]!])),
    };
  }

  it("give what one session with Horner's rule in ONNX gives: sixty random programs", async () => {
    let [stages, wrong] = [0, ""];
    for (let seed = 0; seed < 60; seed++) {
      const { program, feeds } = randomProgram(seed);
      const session = await Session.open(program, { threads: 1 });
      const expected = await session.run(feeds, {});
      await session.dispose();
      const executable = await compile(program, { threads: 2 });
      // The second run finds the arrays of the first.
      for (const found of [await executable.run(feeds), await executable.run(feeds)]) {
        expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
        const differs = Object.keys(expected).filter((name) => worstDifference(found[name]!, expected[name]!) !== 0);
        if (differs.length > 0) wrong += `seed ${seed}: ${differs}\n${printProgram(program)}\n`;
      }
      await executable.dispose();
      stages += planStages(program).length;
    }
    expect(wrong).toBe("");
    // Otherwise the programs have become too simple to say much.
    expect(stages / 60).toBeGreaterThan(3);
  });

  it("pass whole numbers and conditions from session to session", async () => {
    const program = trace((t) => {
      const x = table(t);
      const isLarge = greater(x, 3);
      const numbers = slice(reshape(cast(isLarge, "int32"), [6]), 0, 1, 4);
      const w = t.constant("w", Float32Array.of(10, 20, 30, 40), [2, 2]);
      return {
        conditional: where(isLarge, spmm(cycle, where(isLarge, x, 0)), 1),
        numbered: gather(relu(spmm(cycle, gather(w, numbers))), numbers),
      };
    });
    const executable = await compile(program);
    const { conditional, numbered } = await executable.run({ x: X });
    // Chosen are 4, 5 and 6, and of [[0, 4], [5, 6], [0, 0]], which is next in the cycle, the last three.
    expect([...conditional!]).toEqual([1, 1, 1, 6, 0, 0]);
    // The numbers are 0, 0, 1; the cycle makes [[10, 20], [30, 40], [10, 20]] of those rows of w.
    expect([...numbered!]).toEqual([10, 20, 10, 20, 30, 40]);
    await executable.dispose();
  });

  it("drop the same elements of a large table in both passes, though each session cuts the mask itself", async () => {
    const half = 2 ** 21;
    const swap = new SparseOperator({
      ...cycle.source,
      rows: 2,
      columns: 2,
      offsets: Int32Array.of(0, 1, 2),
      indices: Int32Array.of(1, 0),
      values: Float32Array.of(1, 1),
    });
    const program = trace((t) => {
      const x = t.input("x", [2, half]);
      const y = spmm(swap, dropout(x, 0.5));
      return { dx: gradients(sum(mul(y, y)), [x])[0]! };
    });
    const executable = await compile(program);
    const mask = Uint8Array.from({ length: 2 * half }, (_, i) => Number(i % 3 === 0));
    const { dx } = await executable.run({ x: new Float32Array(2 * half).fill(1), "keep@0.5": mask });
    // y holds what is kept, doubled; d/dx of its square is 2 (2 x) 2.
    expect(dx!.every((value, i) => value === 8 * mask[i]!)).toBe(true);
    await executable.dispose();
  });

  it("take constants, as tables and as row numbers", async () => {
    const program = trace((t) => {
      const y = spmm(cycle, t.constant("x", X, [3, 2]));
      const i = t.constant("i", Int32Array.of(2, 0), [2]);
      return { rows: gather(y, i), sum: sum(mul(gather(y, i), t.constant("w", Float32Array.of(1, 10), [2]))) };
    });
    const executable = await compile(program);
    const { rows, sum: total } = await executable.run({});
    expect([...rows!]).toEqual([1, 2, 3, 4]);
    expect([...total!]).toEqual([1 + 20 + 3 + 40]);
    await executable.dispose();
  });
});

describe("results of stages", () => {
  const twice = (t: Trace) => {
    const x = table(t);
    const y = spmm(cycle, x);
    const rows = gather(y, t.input("i", [2], "int32"));
    const part = slice(y, 0, 1, 3);
    const sessions = mul(y, 2);
    return {
      x1: x,
      x2: x,
      y1: y,
      y2: y,
      rows1: rows,
      rows2: rows,
      part1: part,
      part2: part,
      z1: sessions,
      z2: sessions,
    };
  };
  const expected = {
    x: [...X],
    y: [3, 4, 5, 6, 1, 2],
    rows: [1, 2, 3, 4],
    part: [5, 6, 1, 2],
    z: [6, 8, 10, 12, 2, 4],
  };
  const feeds = { x: X, i: Int32Array.of(2, 0) };

  it.each(["both", "the first", "the second", "neither"])(
    "are written where they are wanted, under two names: %s",
    async (which) => {
      const executable = await compile(trace(twice));
      const targets = Object.entries(expected).flatMap(([name, values]) =>
        [1, 2].map((i) => [`${name}${i}`, new Float32Array(values.length)] as const),
      );
      const into = Object.fromEntries(
        targets.filter(
          ([name]) => which === "both" || (which !== "neither" && name.endsWith(which === "the first" ? "1" : "2")),
        ),
      );
      // The second run may leave nothing of the first: it multiplies other numbers.
      await executable.run({ ...feeds, x: X.map((value) => -value) }, into);
      const results = await executable.run(feeds, into);
      for (const [name, values] of Object.entries(expected)) {
        for (const i of [1, 2]) {
          expect([...results[`${name}${i}`]!], `${name}${i}`).toEqual(values);
          expect([...(into[`${name}${i}`] ?? values)], `target ${name}${i}`).toEqual(values);
        }
        expect(results[`${name}1`]).not.toBe(results[`${name}2`]);
      }
      await executable.dispose();
    },
  );

  it("are fresh arrays on each run, which the next leaves alone", async () => {
    const executable = await compile(trace(twice));
    const first = await executable.run(feeds);
    await executable.run({ ...feeds, x: X.map((value) => -value) });
    for (const [name, values] of Object.entries(expected)) expect([...first[`${name}1`]!], name).toEqual(values);
    await executable.dispose();
  });

  it("are those of their own feeds where runs overlap", async () => {
    const program = trace((t) => {
      const x = relu(table(t));
      const y = spmm(cycle, mul(x, 2));
      return { y: gather(y, t.input("i", [2], "int32")), z: sum(mul(spmm(cycle, relu(y)), x)) };
    });
    const executable = await compile(program);
    const draws = Array.from({ length: 12 }, (_, i) => ({
      x: Random.of(i).normals(6),
      i: Int32Array.of(i % 3, (i + 1) % 3),
    }));
    const alone: Record<string, TensorData>[] = [];
    for (const draw of draws) alone.push(await executable.run(draw));
    expect(await Promise.all(draws.map((draw) => executable.run(draw)))).toEqual(alone);
    await executable.dispose();
  });

  it("come from a run that began before the program was disposed of", async () => {
    const executable = await compile(trace(twice));
    const running = [executable.run(feeds), executable.run(feeds)];
    await executable.dispose();
    for (const { z1 } of await Promise.all(running)) expect([...z1!]).toEqual(expected.z);
  });
});

describe("stages refuse", () => {
  const program = trace((t) => ({ rows: gather(spmm(cycle, table(t)), t.input("i", [2], "int32")) }));
  const i = Int32Array.of(0, 1);

  it.each([
    ["a missing table", { i }, {}, "program input x is not fed"],
    ["missing row numbers", { x: X }, {}, "program input i is not fed"],
    ["a table of another length", { i, x: X.slice(1) }, {}, "program value x: 5 values, expected shape [3, 2]"],
    ["row numbers of another length", { i: i.slice(1), x: X }, {}, "program value i: 1 values, expected shape [2]"],
    [
      "a target of another length",
      { i, x: X },
      { rows: new Float32Array(3) },
      "program value rows: 3 values, expected shape [2, 2]",
    ],
    ["a row that is not there", { i: Int32Array.of(0, 3), x: X }, {}, "row 3 of a table with 3 rows, expected 0 to 2"],
  ] as const)("%s, and go on afterwards", async (_, feeds, into, message) => {
    const executable = await compile(program);
    const [refused, next] = [executable.run(feeds, into), executable.run({ x: X, i })];
    await expect(refused).rejects.toThrow(message);
    expect([...(await next).rows!]).toEqual([3, 4, 5, 6]);
    await executable.dispose();
  });

  it("runs after disposal, twice disposed of or once", async () => {
    const executable = await compile(program);
    await executable.dispose();
    await expect(executable.run({ x: X, i })).rejects.toThrow("this program has been disposed of");
    await executable.dispose();
    await expect(executable.run({ x: X, i })).rejects.toThrow("this program has been disposed of");
  });

  it("products of tables that do not fit, or are not of floats", () => {
    trace((t) => {
      const tall = randomOperator(Random.of(1), { rows: 4, columns: 3, density: 0.5 });
      expect(() => spmm(tall, t.input("four", [4, 2]))).toThrow(
        "[4, 3] and [4, 2] do not fit (expected [r, c] and [c, d])",
      );
      expect(() => sparsePolynomial(tall, table(t), [1, 1])).toThrow(
        "[4, 3] and [3, 2] do not fit (expected [n, n] and [n, d])",
      );
      expect(() => spmm(tall, t.input("whole", [3, 2], "int32"))).toThrow(
        "sparsePolynomial: int32 operand, expected float32",
      );
      return { x: table(t) };
    });
  });
});
