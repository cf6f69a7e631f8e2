import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { loopbackServer, sendJson } from "../../../../test/support/loopback-server.ts";
import { temporaryDirectory } from "../../../../test/support/temporary.ts";
import { InputError, OperationError } from "../../../base/errors.ts";
import { matrix } from "../../../base/matrix.ts";
import { productVersion } from "../../../base/product-version.ts";
import { type ObjectStore, openObjects } from "../../../objects/index.ts";
import { encodeShard, openEncoderOf } from "./encode-shard.ts";
import { type EncodingRun, runName, textsName, vectorsFolder } from "./messages.ts";
import { putVectors, recordsIn, recordsOf, vectorsIn } from "./vector-log.ts";

const SHARD = "0a1b";
/** A batch of Ollama's has 32 texts. */
const TEXTS = Array.from({ length: 80 }, (_, n) => `text ${n}`);
const RUN: EncodingRun = {
  format: 1,
  kind: "encoding",
  version: productVersion(),
  encoder: { kind: "ollama", model: "m" },
  settings: {},
  options: { model: "m", batchTexts: 32 },
  total: 500,
};

let objects: ObjectStore;
beforeEach(async () => {
  objects = await openObjects(join(await temporaryDirectory(), "objects"));
  await objects.put(textsName(SHARD), Buffer.from(JSON.stringify({ texts: TEXTS, batches: [32, 32, 16] })));
});

async function opened(run: object, environment: Record<string, string> = {}) {
  await objects.put(runName("r"), Buffer.from(JSON.stringify(run)));
  return openEncoderOf(runName("r"), { objects, cache: "", environment });
}

it("asks its own server for what no worker before it has put, and puts each batch", async () => {
  const asked: number[] = [];
  let isDown = true;
  const { url } = await loopbackServer((request, response) => {
    const { input } = request.body as { input: string[] };
    if (isDown && input.length === 16) return sendJson(response, { error: "no such model" }, 404);
    asked.push(input.length);
    sendJson(response, { embeddings: input.map((text) => [text.length, 1]) });
  });
  const encoder = await opened(RUN, { OLLAMA_HOST: url });
  await putVectors(objects, vectorsFolder(SHARD), [{ batch: 1, vectors: matrix(32, 2) }]);
  await expect(encodeShard(SHARD, { ...encoder, objects })).rejects.toThrow(/404/);
  isDown = false;
  const done: number[] = [];
  await encodeShard(SHARD, { ...encoder, objects, onDone: (texts) => done.push(texts) });
  expect(asked).toEqual([32, 16]);
  expect(done).toEqual([64, 80]);
  const batches = new Set<number>();
  for await (const { batch } of vectorsIn(objects, vectorsFolder(SHARD))) batches.add(batch);
  expect([...batches].sort()).toEqual([0, 1, 2]);
});

it("refuses another model, another version of isrf, and texts that are divided otherwise", async () => {
  await expect(opened({ ...RUN, options: { model: "n" } })).rejects.toThrow(InputError);
  await expect(opened({ ...RUN, version: "0.0.0" })).rejects.toThrow(/expected one by .*same version of isrf/);
  await expect(opened({ version: "9.0.0", news: 1 })).rejects.toThrow(/found an encoding by isrf 9\.0\.0/);
  const encoder = await opened(RUN);
  await objects.put(textsName(SHARD), Buffer.from(JSON.stringify({ texts: TEXTS, batches: [40, 40] })));
  await expect(encodeShard(SHARD, { ...encoder, objects })).rejects.toThrow(OperationError);
});

it("reads back what was put, and refuses half a record", () => {
  const records = [
    { batch: 3, vectors: matrix(2, 2, Float32Array.of(1, 2, 3, 4)) },
    { batch: 0, vectors: matrix(1, 2, Float32Array.of(-1, 0.5)) },
  ];
  const bytes = recordsOf(records);
  expect(recordsIn(bytes, "x")).toEqual(records);
  expect(() => recordsIn(bytes.subarray(0, -1), "x")).toThrow(/^x: found/);
  expect(() => recordsIn(bytes.subarray(0, 8), "x")).toThrow(InputError);
});
