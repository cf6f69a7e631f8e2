// The rate of large matrix products on this machine, in a fresh process:
//   node --import tsx bench/engine/matmul-peak.ts THREADS
import { Random } from "../../src/base/random.ts";
import { compile, matmul, trace } from "../../src/engine/index.ts";
import { productFlop } from "./flop.ts";

const SIZE = 2048;
const RUNS = 8;

const threads = Number(process.argv[2]);
const program = trace((t) => ({ y: matmul(t.input("a", [SIZE, SIZE]), t.input("b", [SIZE, SIZE])) }));
const executable = await compile(program, { threads });
const random = Random.of(1);
const feeds = { a: random.normals(SIZE * SIZE), b: random.normals(SIZE * SIZE) };
const into = { y: new Float32Array(SIZE * SIZE) };
let best = Number.POSITIVE_INFINITY;
for (let run = 0; run < RUNS; run++) {
  const since = performance.now();
  await executable.run(feeds, into);
  best = Math.min(best, (performance.now() - since) / 1000);
}
await executable.dispose();
console.log(JSON.stringify({ gflops: productFlop(SIZE, SIZE, SIZE) / best / 1e9 }));
