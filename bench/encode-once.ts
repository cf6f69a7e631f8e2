// One timed encoding in a fresh process, for bench/encoder.ts:
//   node --import tsx bench/encode-once.ts MODEL TEXTS THREADS
import { readFile } from "node:fs/promises";
import { openTransformer } from "../src/embedding/encoders/transformer.ts";

const [model, textsPath, threads] = process.argv.slice(2) as [string, string, string];
const texts = JSON.parse(await readFile(textsPath, "utf8")) as string[];

async function encode(some: readonly string[]): Promise<Float32Array> {
  const plan = await encoder.prepare(some);
  const out: Float32Array[] = new Array(some.length);
  for (const [b, members] of plan.batches.entries()) {
    const { data, columns } = await plan.encode(b);
    for (const [r, member] of members.entries()) out[member] = data.slice(r * columns, (r + 1) * columns);
  }
  return Float32Array.from(out.flatMap((vector) => [...vector]));
}

const seconds = (since: number) => (performance.now() - since) / 1000;

const opening = performance.now();
const encoder = await openTransformer(model, model, { threads: Number(threads) });
const loadSeconds = seconds(opening);
const warming = performance.now();
await encode(texts.slice(0, 32));
const warmSeconds = seconds(warming);
// The programs of each batch shape are compiled inside this time, as they are in use.
const [timing, cpuBefore] = [performance.now(), process.cpuUsage()];
const vectors = await encode(texts);
const encodeSeconds = seconds(timing);
const { user, system } = process.cpuUsage(cpuBefore);
const cpuSeconds = (user + system) / 1e6;
await encoder.dispose();
console.log(
  JSON.stringify({ loadSeconds, warmSeconds, encodeSeconds, cpuSeconds, first: [...vectors.subarray(0, 384)] }),
);
