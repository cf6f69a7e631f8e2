import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { Random } from "../base/random.ts";
import {
  ADAMW_DEFAULTS,
  adamWInPlace,
  add,
  compile,
  compileTrainStep,
  DeviceError,
  dropout,
  gather,
  gradients,
  greater,
  matmul,
  mul,
  oneHot,
  Parameters,
  ProgramCache,
  parseDevice,
  printProgram,
  relu,
  reshape,
  ShapeError,
  SparseOperator,
  spmm,
  stopGradient,
  sub,
  sum,
  trace,
  transpose,
} from "./index.ts";

describe("programs", () => {
  it("are printed one node a line", () => {
    const program = trace((t) => {
      const x = t.input("x", [2, 3]);
      const w = t.parameter({ name: "w", shape: [3, 1] });
      const loss = sum(relu(matmul(x, w)));
      return { loss, dw: gradients(loss, [w])[0]! };
    });
    expect(printProgram(program)).toMatchInlineSnapshot(`
      "%0 = data "x" : float32[2, 3]
      %1 = parameter "w" : float32[3, 1]
      %2 = matmul(%0, %1) : float32[2, 1]
      %3 = relu(%2) : float32[2, 1]
      %4 = sum(%3, axes=[0,1]) : float32[1, 1]
      %5 = reshape(%4) : float32[]
      %6 = fill(value=1) : float32[]
      %7 = reshape(%6) : float32[1, 1]
      %8 = expand(%7) : float32[2, 1]
      %9 = fill(value=0) : float32[]
      %10 = greater(%3, %9) : bool[2, 1]
      %11 = cast(%10, to="float32") : float32[2, 1]
      %12 = mul(%8, %11) : float32[2, 1]
      %13 = transpose(%0, order=[1,0]) : float32[3, 2]
      %14 = matmul(%13, %12) : float32[3, 1]
      return loss = %5, dw = %14"
    `);
  });

  it("keep infinities, NaN and both zeros apart when they are filled in", async () => {
    const values = [Infinity, -Infinity, NaN, 0, -0];
    const program = trace((t) => {
      const x = t.input("x", [1]);
      return Object.fromEntries(values.map((value, i) => [`y${i}`, add(t.fill(value, [1]), mul(x, -0))]));
    });
    const executable = await compile(program);
    const out = await executable.run({ x: Float32Array.of(0) });
    expect(values.map((_, i) => out[`y${i}`]![0])).toEqual(values);
    await executable.dispose();
  });

  it("name the op and the shapes that do not fit", () => {
    trace((t) => {
      const a = t.input("a", [2, 3]);
      expect(() => matmul(a, t.input("b", [4, 5]))).toThrow(ShapeError);
      expect(() => matmul(a, t.input("c", [4, 5]))).toThrow(
        "matmul: shapes [2, 3] and [4, 5] do not fit (inner extents 3 and 4)",
      );
      return { a };
    });
  });

  it("refuse missing feeds, wrong sizes and use after disposal", async () => {
    const executable = await compile(trace((t) => ({ y: add(t.input("x", [2]), 1) })));
    await expect(executable.run({})).rejects.toThrow("program input x is not fed");
    await expect(executable.run({ x: new Float32Array(3) })).rejects.toThrow("3 values, expected shape [2]");
    await executable.dispose();
    await expect(executable.run({ x: new Float32Array(2) })).rejects.toThrow("disposed");
  });

  it("may call inputs and outputs anything that generated names could be called elsewhere", async () => {
    const program = trace((t) => {
      const [v1, t0] = [t.input("v1", [2]), t.input("t0", [2])];
      return { v2: add(v1, t0), c0: mul(v1, t0), v3: sum(add(mul(v1, 2), t0)) };
    });
    const executable = await compile(program);
    const out = await executable.run({ v1: Float32Array.of(1, 2), t0: Float32Array.of(3, 4) });
    expect([...out.v2!, ...out.c0!, ...out.v3!]).toEqual([4, 6, 3, 8, 13]);
    await executable.dispose();
  });

  it("refuse a name for two things", () => {
    trace((t) => {
      const x = t.input("x", [2]);
      const data = Float32Array.of(1, 2);
      const c = t.constant("c", data, [2]);
      expect(t.input("x", [2])).toBe(x);
      expect(t.constant("c", data, [2])).toBe(c);
      expect(() => t.parameter({ name: "x", shape: [2] })).toThrow(
        "trace: input x is declared twice, as data float32[2] and as parameter float32[2]",
      );
      expect(() => t.input("x", [2], "int32")).toThrow("as data float32[2] and as data int32[2]");
      expect(() => t.constant("c", data, [1, 2])).toThrow("as constant float32[2] and as constant float32[1,2]");
      expect(() => t.constant("c", Float32Array.of(1, 3), [2])).toThrow("a constant of other data");
      return { x };
    });
  });

  it("refuse extents and int32 numbers that are no whole ones", () => {
    trace((t) => {
      const x = t.input("x", [5]);
      const n = t.input("n", [5], "int32");
      expect(() => reshape(x, [2, -1])).toThrow(ShapeError);
      expect(() => reshape(x, [2, 2.5])).toThrow(ShapeError);
      expect(() => transpose(x)).toThrow("transpose: shapes [5] do not fit (rank below 2)");
      expect(() => greater(n, -0.5)).toThrow("fill: -0.5 for an int32 tensor");
      expect(() => greater(n, 2 ** 31)).toThrow("expected a whole number of 32 bits");
      return { y: greater(n, -1) };
    });
  });

  it("write into the arrays given for outputs", async () => {
    const executable = await compile(trace((t) => ({ y: add(t.input("x", [2]), 1) })));
    const target = new Float32Array(2);
    await executable.run({ x: Float32Array.of(1, 2) }, { y: target });
    expect([...target]).toEqual([2, 3]);
    await executable.dispose();
  });

  it("are compiled once per key and disposed of when the cache is full", async () => {
    const cache = new ProgramCache(1);
    let made = 0;
    const make = (n: number) => async () => {
      made++;
      return compile(trace((t) => ({ y: add(t.input("x", [n]), 1) })));
    };
    const first = await cache.get("1", make(1));
    expect(await cache.get("1", make(1))).toBe(first);
    await cache.get("2", make(2));
    await expect(first.run({ x: new Float32Array(1) })).rejects.toThrow("disposed");
    expect(made).toBe(2);
    await cache.dispose();
  });
});

describe("devices", () => {
  it("reject an unknown name", () => {
    expect(() => parseDevice("gpu")).toThrow("expected one of cpu, webgpu, cuda");
  });

  it("say how to get CUDA where its libraries are absent", async () => {
    const program = trace((t) => ({ y: add(t.input("x", [1]), 1) }));
    const failure = await compile(program, { device: "cuda" }).then(
      (made) => made.dispose(),
      (error: unknown) => error,
    );
    if (failure === undefined) return; // This machine has CUDA.
    expect(failure).toBeInstanceOf(DeviceError);
    const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json");
    expect((failure as Error).message).toContain(`onnxruntime-node@${version}`);
  });
});

describe("gather, oneHot and spmm", () => {
  it("add up the gradient of repeated rows, the same on every run", async () => {
    const rows = 50;
    const count = 20_000;
    const random = Random.of(3);
    const indices = Int32Array.from({ length: count }, () => random.below(rows));
    const program = trace((t) => {
      const table = t.parameter({ name: "table", shape: [rows, 8] });
      const picked = gather(table, t.input("i", [count], "int32"));
      return { g: gradients(sum(mul(picked, t.input("w", [count, 8]))), [table])[0]! };
    });
    const executable = await compile(program);
    const w = random.normals(count * 8);
    const expected = new Float64Array(rows * 8);
    indices.forEach((row, i) => {
      for (let c = 0; c < 8; c++) expected[row * 8 + c]! += w[i * 8 + c]!;
    });
    const feeds = { table: new Float32Array(rows * 8), i: indices, w };
    const runs = await Promise.all([executable.run(feeds), executable.run(feeds)]);
    runs[0]!.g!.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-3);
    });
    expect(runs[1]!.g).toEqual(runs[0]!.g);
    await executable.dispose();
  });

  it("give zeros for a class outside the range", async () => {
    const executable = await compile(trace((t) => ({ y: oneHot(t.input("c", [3], "int32"), 3) })));
    expect([...(await executable.run({ c: Int32Array.of(2, -100, 0) })).y!]).toEqual([0, 0, 1, 0, 0, 0, 1, 0, 0]);
    await executable.dispose();
  });

  it("multiply by a sparse matrix like its dense form, empty rows and wide rows included", async () => {
    const random = Random.of(5);
    const [rows, columns, d] = [40, 30, 3];
    const dense = new Float64Array(rows * columns);
    const offsets = Int32Array.from({ length: rows + 1 }, () => 0);
    const indices: number[] = [];
    const values: number[] = [];
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        if (r % 7 === 3 || random.uniform() > r / rows) continue;
        const value = random.normal();
        dense[r * columns + c] = value;
        indices.push(c);
        values.push(value);
      }
      offsets[r + 1] = indices.length;
    }
    const operator = new SparseOperator({
      rows,
      columns,
      offsets,
      indices: Int32Array.from(indices),
      values: Float32Array.from(values),
    });
    const x = random.normals(columns * d);
    const executable = await compile(trace((t) => ({ y: spmm(operator, t.input("x", [columns, d])) })));
    const y = (await executable.run({ x })).y!;
    for (let r = 0; r < rows; r++) {
      for (let k = 0; k < d; k++) {
        let expected = 0;
        for (let c = 0; c < columns; c++) expected += dense[r * columns + c]! * x[c * d + k]!;
        expect(y[r * d + k]).toBeCloseTo(expected, 4);
      }
    }
    await executable.dispose();
  });
});

describe("dropout", () => {
  it("keeps what the mask says, scaled, and passes gradients the same way", async () => {
    const program = trace((t) => {
      const x = t.input("x", [4]);
      const y = dropout(x, 0.5);
      return { y, g: gradients(sum(y), [x])[0]! };
    });
    expect(program.keepMasks.get(0.5)).toEqual({ name: "keep@0.5", length: 4 });
    const executable = await compile(program);
    const out = await executable.run({ x: Float32Array.of(1, 2, 3, 4), "keep@0.5": Uint8Array.of(1, 0, 1, 0) });
    expect([...out.y!]).toEqual([2, 0, 6, 0]);
    expect([...out.g!]).toEqual([2, 0, 2, 0]);
    await executable.dispose();
  });
});

describe("dropout of a large tensor", () => {
  it("has the same factors in both passes, though they are made twice", async () => {
    const size = 2 ** 22;
    const program = trace((t) => {
      const x = t.input("x", [2, size / 2]);
      const y = dropout(x, 0.5);
      return { y, g: gradients(sum(y), [x])[0]! };
    });
    expect(printProgram(program).match(/keepFactor/g)).toHaveLength(2);
    const executable = await compile(program);
    const mask = Uint8Array.from({ length: size }, (_, i) => Number(i % 3 === 0));
    const out = await executable.run({ x: new Float32Array(size).fill(1), "keep@0.5": mask });
    // Element by element, an assertion would take a minute.
    expect(out.g!.every((factor, i) => factor === out.y![i])).toBe(true);
    expect([...out.y!.subarray(0, 4)]).toEqual([2, 0, 0, 2]);
    await executable.dispose();
  });
});

describe("training steps", () => {
  it("leave parameters behind a stopped gradient alone, and give no gradient of inputs that get none", async () => {
    const parameters = new Parameters();
    parameters.add({ name: "teacher", shape: [2] }, Float32Array.of(1, 2));
    parameters.add({ name: "student", shape: [2] }, Float32Array.of(3, 4));
    const step = await compileTrainStep(
      (t) => {
        const [x, unused] = [t.input("x", [2]), t.input("unused", [2])];
        const target = stopGradient(mul(t.parameter({ name: "teacher", shape: [2] }), unused));
        const error = sub(mul(t.parameter({ name: "student", shape: [2] }), x), target);
        return { loss: sum(mul(error, error)), inputGradients: { dx: x, dUnused: unused } };
      },
      parameters,
      ADAMW_DEFAULTS,
    );
    const results = await step.run({ x: Float32Array.of(1, 1), unused: Float32Array.of(1, 1) }, ADAMW_DEFAULTS);
    // d/dx (s x - t)^2 = 2 s (s x - t): 2 * 3 * 2 and 2 * 4 * 2.
    expect([...results.dx!]).toEqual([12, 16]);
    expect(Object.keys(results)).not.toContain("dUnused");
    expect([...parameters.get("teacher").front.value]).toEqual([1, 2]);
    expect(parameters.get("teacher").steps).toBe(0);
    expect(parameters.get("student").steps).toBe(1);
    await step.dispose();
  });
});

describe("AdamW", () => {
  // Worked by hand from the update rule: p = 1, g = 0.5, lr = 0.1, wd = 0.01.
  // Step 1: m = .05, v = .00025; p = 1 * .999 - .1/.1 * .05 / (sqrt(.00025)/sqrt(.001) + 1e-8) = .999 - .1 = .899.
  it("moves by the learning rate on its first step, after decay", () => {
    const value = Float32Array.of(1);
    adamWInPlace(value, new Float32Array(1), new Float32Array(1), Float32Array.of(0.5), 1, {
      ...ADAMW_DEFAULTS,
      learningRate: 0.1,
    });
    expect(value[0]).toBeCloseTo(0.899, 6);
  });

  it("joined into a program equals the loop over arrays, over ten steps", async () => {
    const options = { ...ADAMW_DEFAULTS, learningRate: 0.05 };
    const start = Random.of(1).normals(6);
    const parameters = new Parameters();
    parameters.add({ name: "w", shape: [2, 3] }, start.slice());
    parameters.add({ name: "unused", shape: [1] }, Float32Array.of(3));
    const step = await compileTrainStep(
      (t) => {
        const error = sub(t.parameter({ name: "w", shape: [2, 3] }), t.input("target", [2, 3]));
        return { loss: sum(mul(error, error)) };
      },
      parameters,
      options,
    );
    const [value, m, v] = [start.slice(), new Float32Array(6), new Float32Array(6)];
    const target = Random.of(2).normals(6);
    for (let i = 1; i <= 10; i++) {
      await step.run({ target }, options);
      adamWInPlace(
        value,
        m,
        v,
        Float32Array.from(value, (x, k) => 2 * (x - target[k]!)),
        i,
        options,
      );
    }
    parameters.get("w").front.value.forEach((x, k) => {
      expect(x).toBeCloseTo(value[k]!, 5);
    });
    expect(parameters.get("w").steps).toBe(10);
    expect(parameters.get("unused").front.value[0]).toBe(3);
    await step.dispose();
  });
});
