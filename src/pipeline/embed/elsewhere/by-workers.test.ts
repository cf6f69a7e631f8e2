import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../../../test/support/temporary.ts";
import { exists } from "../../../base/files.ts";
import { matrix } from "../../../base/matrix.ts";
import { encodeTexts, type PretrainedEncoder } from "../../../embedding/index.ts";
import { type ObjectStore, openObjects } from "../../../objects/index.ts";
import { withWorkers, workFolder } from "./by-workers.ts";
import { VECTORS, vectorsFolder } from "./messages.ts";
import { shardsOfEncoding } from "./shards.ts";
import { putVectors } from "./vector-log.ts";

const TEXTS = ["a", "b", "c"];
const encoded: string[] = [];
/** A batch a text. */
const ENCODER: PretrainedEncoder = {
  kind: "ollama",
  options: { model: "m" },
  concurrency: 1,
  prepare: async (texts) => ({
    batches: texts.map((_, n) => [n]),
    async encode(batch) {
      encoded.push(texts[batch]!);
      return matrix(1, 2, Float32Array.of(batch, 1));
    },
  }),
  async dispose() {},
};

async function names(objects: ObjectStore): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name } of objects.list(VECTORS)) found.push(name);
  return found;
}

it("takes what workers put before, drops vectors of another width, and encodes the rest here", async () => {
  const target = join(await temporaryDirectory(), "vectors");
  const objects = await openObjects(join(workFolder(target), "objects"));
  const batches = TEXTS.map((_, n) => [n]);
  const shards = shardsOfEncoding(ENCODER, { texts: TEXTS, batches });
  const put = (shard: number, width: number) =>
    putVectors(objects, vectorsFolder(shards[shard]!.hash), [
      { batch: 0, vectors: matrix(1, width, new Float32Array(width).fill(shard)) },
    ]);
  for (const [shard, width] of [2, 3].entries()) await put(shard, width);
  const encode = async () => {
    const spec = { kind: "ollama", model: "m" } as const;
    const elsewhere = await withWorkers(ENCODER, { spec, choice: {}, checkpoint: undefined, target, place: undefined });
    const partialPath = join(target, "..", ".progress");
    return encodeTexts(ENCODER, TEXTS, { partialPath, encodeElsewhere: elsewhere.encode });
  };
  await expect(encode()).rejects.toThrow(/of 2 and of 3 numbers/);
  expect(await names(objects)).toHaveLength(1);
  expect([...(await encode()).data]).toEqual([0, 0, 1, 1, 2, 1]);
  expect(encoded).toEqual(["b", "c"]);
});

it("leaves what workers put for another encoding under the same name, and else nothing", async () => {
  const target = join(await temporaryDirectory(), "vectors");
  const objects = await openObjects(join(workFolder(target), "objects"));
  const spec = { kind: "ollama", model: "m" } as const;
  const other = `${vectorsFolder("0".repeat(32))}one.vectors`;
  await objects.put(other, Buffer.from("paid for"));
  const elsewhere = await withWorkers(ENCODER, { spec, choice: {}, checkpoint: undefined, target, place: undefined });
  await elsewhere.clear();
  expect(await names(objects)).toEqual([other]);
  await objects.remove(other);
  await elsewhere.clear();
  expect(await exists(workFolder(target))).toBe(false);
});
