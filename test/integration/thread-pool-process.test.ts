import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const source = (path: string): string => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);

/**
 * A product of several chunks on three threads, which are left waiting for more; then time to hear of their failures.
 */
const PROGRAM = `
import { sparsePolynomial } from ${source("engine/host/sparse-polynomial.ts")};
import { SparseOperator } from ${source("engine/trace/sparse-operator.ts")};
const [n, degree, width] = [1000, 20, 64];
const operator = new SparseOperator({
  rows: n,
  columns: n,
  offsets: Int32Array.from({ length: n + 1 }, (_, i) => degree * i),
  indices: Int32Array.from({ length: degree * n }, (_, i) => (31 * i) % n),
  values: new Float32Array(degree * n).fill(1),
});
for (let i = 0; i < 5; i++) {
  sparsePolynomial({
    operator,
    coefficients: [0, 1],
    width,
    threads: 3,
    fill: (x) => void x.fill(1),
    visit: (y) => console.log(y.every((value) => value === degree)),
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
}
`;

test("a process ends by itself though its threads wait, and they start whatever the process was started with", async () => {
  const words = ["--import", "tsx", "--input-type=module", "--eval", PROGRAM];
  // A process that does not end is killed, and that is an error.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, words, { timeout: 30_000 });
  expect(stderr).toBe("");
  expect(stdout).toBe("true\n".repeat(5));
});
