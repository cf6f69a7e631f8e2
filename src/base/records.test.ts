import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { InputError } from "./errors.ts";
import { readRecord } from "./records.ts";

const folder = await mkdtemp(join(tmpdir(), "isrf-records-"));
afterAll(() => rm(folder, { recursive: true }));

const shape = z.object({ kind: z.literal("cost"), seconds: z.number() });
const words = { expected: "the cost of a training", todo: "Delete it." };

async function read(text: string) {
  const path = join(folder, "cost.json");
  await writeFile(path, text);
  return readRecord(path, shape, words);
}

test("a record of the shape is read, and what the shape does not know is left out", async () => {
  expect(await read('{"kind": "cost", "seconds": 2, "more": 1}')).toEqual({ kind: "cost", seconds: 2 });
});

test.each([
  ['{"kind": "cost", "seconds": "2"}', /cost\.json: found .*number.*at seconds.*the cost of a training\. Delete it\./],
  ["[]", /cost\.json: found /],
  ["{", /cost\.json: found .*JSON/],
])("%s is refused, naming the file and what to do", async (text, sentence) => {
  await expect(read(text)).rejects.toThrow(sentence);
  await expect(read(text)).rejects.toBeInstanceOf(InputError);
});
