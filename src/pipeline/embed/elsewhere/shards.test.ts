import { expect, it } from "vitest";
import { fixturePath } from "../../../../test/parity/fixture.ts";
import { silent } from "../../../base/progress.ts";
import { openEncoder } from "../../../embedding/index.ts";
import { shardsOfEncoding } from "./shards.ts";

const open = () =>
  openEncoder(
    { kind: "transformer", model: fixturePath("encoders/mpnet") },
    // Small batches, so that there are many of them, and a last one that is not full.
    { transformer: { pooling: "cls", maxTokens: 20, batchTokens: 64 }, environment: {}, report: silent },
  );

const WORDS = "soft bright durable portable classic gentle fresh".split(" ");
const TEXTS = Array.from({ length: 22 }, (_, n) => `${WORDS.slice(0, 1 + (n % 7)).join(" ")} ${n}`);

it("gives each batch of a transformer the very vectors that it has in the whole", async () => {
  const encoder = await open();
  const { batches, encode } = await encoder.prepare(TEXTS);
  const shards = shardsOfEncoding(encoder, { texts: TEXTS, batches });
  expect(shards.flatMap(({ content }) => content.batches)).toEqual(batches.map(({ length }) => length));
  expect(batches.at(-1)!.length).toBeLessThan(batches.at(-2)!.length);
  for (const { from, content } of shards) {
    const plan = await encoder.prepare(content.texts, undefined, TEXTS.length);
    expect(plan.batches.map(({ length }) => length)).toEqual(content.batches);
    for (const batch of content.batches.keys())
      expect((await plan.encode(batch)).data).toEqual((await encode(from + batch)).data);
  }
  await encoder.dispose();
});

it("has whole batches in a shard, 256 at the most, in order", () => {
  const texts = Array.from({ length: 140_000 }, (_, n) => `text ${n}`);
  const batches = Array.from({ length: 70_000 }, (_, b) => [2 * b, 2 * b + 1]);
  const shards = shardsOfEncoding({ kind: "ollama", options: { model: "m" } }, { texts, batches });
  expect(shards.every(({ content }) => content.batches.length <= 256)).toBe(true);
  expect(shards.flatMap(({ content }) => content.texts)).toEqual(texts);
  expect(shards[1]!.from).toBe(shards[0]!.content.batches.length);
});

it("names a shard by its texts, its encoder and what is divided", () => {
  const named = (options: object, texts: readonly string[]) =>
    shardsOfEncoding({ kind: "ollama", options: { model: "m", ...options } }, { texts, batches: [[0]] })[0]!.hash;
  const names = [named({}, ["a"]), named({ server: "x" }, ["a"]), named({}, ["b"]), named({}, ["a", "b"])];
  expect(new Set(names).size).toBe(4);
  expect(named({}, ["a"])).toBe(names[0]);
});
