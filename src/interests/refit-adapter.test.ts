import { expect, it } from "vitest";
import { solveLeastSquares } from "../base/least-squares.ts";
import { type Matrix, matrix, rms, row } from "../base/matrix.ts";
import { Random } from "../base/random.ts";
import { Parameters } from "../engine/index.ts";
import { addAdapterParameters } from "./adapter.ts";
import { adaptedRows, refitAdapter } from "./refit-adapter.ts";

const random = Random.of(4, "refit");
const noise = (rows: number, columns: number) => matrix(rows, columns, random.normals(rows * columns));

function adapterOf(embeddings: Matrix, output: number): Parameters {
  const parameters = new Parameters();
  addAdapterParameters(parameters, embeddings, { input: embeddings.columns, output }, 0.1, random);
  return parameters;
}

it("least squares find a plane that goes through all points", () => {
  const x = matrix(4, 2, Float32Array.of(0, 0, 1, 0, 0, 1, 2, 3));
  const y = matrix(4, 1, Float32Array.of(5, 7, 2, 0)); // 5 + 2a - 3b
  const { weights, intercept } = solveLeastSquares(x, y);
  expect(weights.data[0]).toBeCloseTo(2, 2);
  expect(weights.data[1]).toBeCloseTo(-3, 2);
  expect(intercept[0]).toBeCloseTo(5, 2);
});

it.each([
  ["narrower than the interests", 6, 10],
  ["wider", 12, 5],
])("an adapter of texts %s gives on other axes what it gave", (_, input, output) => {
  const before = noise(60, input);
  const old = adapterOf(before, output);
  const wanted = adaptedRows((name) => old.get(name).front.value, before);
  // The same texts, turned and moved: every new row is an affine map of the old one.
  const [turn, shift] = [noise(input, input), noise(1, input)];
  const now = matrix(60, input);
  for (let r = 0; r < 60; r++) {
    for (let j = 0; j < input; j++) {
      const products = row(before, r).map((value, c) => value * turn.data[j * input + c]!);
      now.data[r * input + j] = products.reduce((a, b) => a + b) + shift.data[j]!;
    }
  }
  const known = Array.from({ length: 40 }, (_, i) => i);
  const parameters = adapterOf(now, output);
  refitAdapter(parameters, now, known, matrix(40, output, wanted.data.slice(0, 40 * output)));
  const found = adaptedRows((name) => parameters.get(name).front.value, now);
  const off = rms(found.data.map((value, i) => value - wanted.data[i]!)) / rms(wanted.data);
  expect(off).toBeLessThan(0.05);
});
