// `isrf embed` by workers elsewhere: the files of vectors are those of one process. test/faults/workers kills them.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openObjects } from "../../src/objects/index.ts";
import { type EmbedOptions, embed } from "../../src/pipeline/embed/index.ts";
import { runWorker } from "../../src/pipeline/work/index.ts";
import { fixturePath } from "../parity/fixture.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { tinyShop } from "../support/tiny-shop.ts";

const TEXTS = { itemText: "attributes", userText: "attributes" } as const;

/** The files of vectors, byte for byte, of an encoding under a name of its own. */
async function vectorsOf(name: string, options: Omit<EmbedOptions, "name">): Promise<readonly Buffer[]> {
  const { directory } = await embed({ ...TEXTS, name, ...options });
  return Promise.all(["items", "users"].map((side) => readFile(join(directory, `${side}.safetensors`))));
}

it("sends a transformer's folder to workers elsewhere, whose vectors are those of one process to the last bit", async () => {
  const dataset = tinyShop(await temporaryDirectory());
  const encoder = `transformer:${fixturePath("encoders/mpnet")}`;
  const alone = await vectorsOf("alone", { dataset, encoder });
  const elsewhere = await temporaryDirectory();
  const [queue, objects] = [join(elsewhere, "jobs.db"), join(elsewhere, "objects")];
  const over = new AbortController();
  const worker = runWorker({ queue, objects, cache: join(elsewhere, "cache"), signal: over.signal });
  expect(await vectorsOf("shared", { dataset, encoder, queue, objects })).toEqual(alone);
  over.abort();
  expect((await worker).failed).toBe(0);
  const left = new Set<string>();
  const store = await openObjects(objects);
  for await (const { name } of store.list("")) left.add(name.split("/")[0]!);
  store.close();
  expect([...left].sort()).toEqual(["contents", "folders"]);
}, 60_000);
