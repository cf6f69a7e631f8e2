// Writes the fixture checkpoint anew with our writer. The committed result is what peers/check_written.py loaded with
// safetensors and transformers; run this file, then that one, after a deliberate change of the writer.
import { pathToFileURL } from "node:url";
import { readSafetensors, writeSafetensors } from "../../src/engine/safetensors.ts";
import { fixturePath } from "./fixture.ts";

export const REWRITTEN = fixturePath("t5/rewritten.safetensors");

export async function rewriteCheckpoint(to: string): Promise<void> {
  const { tensors, metadata } = await readSafetensors(fixturePath("t5/model.safetensors"));
  // Further element types travel along; whoever reads a T5 ignores them.
  const extra = {
    "extra.int32": { shape: [2, 2], data: Int32Array.of(1, -2, 2 ** 31 - 1, -(2 ** 31)) },
    "extra.int64": { shape: [2], data: BigInt64Array.of(2n ** 53n + 1n, -1n) },
    "extra.float64": { shape: [3], data: Float64Array.of(Math.PI, -0, Number.POSITIVE_INFINITY) },
    "extra.uint8": { shape: [3], data: Uint8Array.of(0, 127, 255) },
    "extra.scalar": { shape: [], data: Float32Array.of(-1.5) },
    "extra.empty": { shape: [0, 4], data: new Float32Array(0) },
  };
  await writeSafetensors(to, { ...Object.fromEntries(tensors), ...extra }, metadata);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await rewriteCheckpoint(REWRITTEN);
