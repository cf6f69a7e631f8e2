import { appendFile, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { sha256 } from "../../base/files.ts";
import { type Matrix, matrix } from "../../base/matrix.ts";
import { PartialVectors } from "./partial-vectors.ts";

const FINGERPRINT = sha256("these texts");

async function write(path: string, batches: ReadonlyMap<number, Matrix>, fingerprint = FINGERPRINT) {
  const file = await PartialVectors.open(path, fingerprint, () => {});
  for (const [batch, vectors] of batches) await file.add(batch, vectors);
  await file.close();
}

async function read(path: string, fingerprint = FINGERPRINT): Promise<Map<number, Matrix>> {
  const found = new Map<number, Matrix>();
  await (await PartialVectors.open(path, fingerprint, (batch, vectors) => found.set(batch, vectors))).close();
  return found;
}

const path = async () => join(await temporaryDirectory(), "folder", ".name.progress");
const TWO = new Map([
  [4, matrix(2, 3, Float32Array.of(1, -2.5, 3, 4, 5, 1e-30))],
  [0, matrix(1, 3, Float32Array.of(7, 8, 9))],
]);

it("gives back what was added, to the last bit", async () => {
  const file = await path();
  await write(file, TWO);
  expect(await read(file)).toEqual(TWO);
});

it("keeps batches whole that are added at one moment, each too large for one write of the system", async () => {
  const file = await path();
  const large = Array.from({ length: 4 }, (_, n) => matrix(128, 2048, new Float32Array(128 * 2048).fill(n + 0.5)));
  const open = await PartialVectors.open(file, FINGERPRINT, () => {});
  await Promise.all(large.map((vectors, batch) => open.add(batch, vectors)));
  await open.close();
  const found = await read(file);
  expect([...found.keys()].sort()).toEqual([0, 1, 2, 3]);
  for (const [batch, { data }] of found) expect(data.every((value) => value === batch + 0.5)).toBe(true);
});

it("cuts off a record that a kill left half written, wherever it stopped, and goes on from there", async () => {
  const file = await path();
  await write(file, TWO);
  const whole = await readFile(file);
  // 32 bytes of fingerprint, 16 + 24 of the first record, 16 + 12 of the second.
  expect(whole.length).toBe(100);
  for (const length of [73, 87, 88, 99]) {
    await writeFile(file, whole);
    await truncate(file, length);
    expect([...(await read(file)).keys()], `${length} bytes`).toEqual([4]);
    await write(file, new Map([[0, TWO.get(0)!]]));
    expect(await read(file)).toEqual(TWO);
  }
});

it("drops a record whose bytes have changed, and what follows it", async () => {
  const file = await path();
  await write(file, TWO);
  const bytes = await readFile(file);
  // The batch's number, the first vector.
  for (const place of [32, 50]) {
    bytes[place]! ^= 1;
    await writeFile(file, bytes);
    bytes[place]! ^= 1;
    expect((await read(file)).size, `byte ${place}`).toBe(0);
  }
});

it("takes a tail of noise for no record", async () => {
  const file = await path();
  await write(file, TWO);
  await appendFile(file, Buffer.alloc(200, 0xff));
  expect(await read(file)).toEqual(TWO);
});

it("begins anew for other texts or another encoder", async () => {
  const file = await path();
  await write(file, TWO);
  expect((await read(file, sha256("other texts"))).size).toBe(0);
  expect((await read(file)).size).toBe(0);
});
