import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hubServer } from "../../../test/support/hub-server.ts";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { silent } from "../../base/progress.ts";
import { ggufIdentity, ggufPath, ggufSource } from "./gguf-file.ts";

const signal = new AbortController().signal;

it("is a file of this machine", async () => {
  const path = join(await temporaryDirectory(), "model.gguf");
  expect(() => ggufSource(path)).toThrow(/no such file.*hf:ORG\/REPO\/FILE\.gguf/);
  await writeFile(path, "GGUF");
  const source = ggufSource(path);
  expect(source.name).toBe("model.gguf");
  expect(await ggufPath(source, { environment: {}, report: silent }, signal)).toBe(path);
});

it("is fetched from the hub once, each file of a repository for itself", async () => {
  const files = await temporaryDirectory();
  await writeFile(join(files, "small-q4.gguf"), "GGUF small");
  await writeFile(join(files, "large-q8.gguf"), "GGUF large");
  const { url, requests } = await hubServer("acme/model", files);
  const access = { environment: { HF_ENDPOINT: url, XDG_CACHE_HOME: await temporaryDirectory() }, report: silent };
  const fetched = async (file: string) =>
    readFile(await ggufPath(ggufSource(`hf:acme/model/${file}`), access, signal), "utf8");
  expect(await fetched("small-q4.gguf")).toBe("GGUF small");
  expect(await fetched("large-q8.gguf")).toBe("GGUF large");
  const asked = requests.length;
  expect(await fetched("small-q4.gguf")).toBe("GGUF small");
  expect(requests).toHaveLength(asked);
});

it.each(["hf:acme/model.gguf", "hf:model/x.bin", "hf:"])("%s is refused with the form that is expected", (spec) => {
  expect(() => ggufSource(spec)).toThrow(/expected hf:ORG\/REPO\/FILE\.gguf, such as hf:Qwen/);
});

it("is told from another of its name by its size, its head, or its weights", async () => {
  const identities = [];
  const content = Buffer.alloc(3 << 20, "weights");
  const changed = [content, content.subarray(1), Buffer.concat([Buffer.from("x"), content.subarray(1)])];
  // The last byte alone.
  changed.push(Buffer.concat([content.subarray(0, -1), Buffer.from("!")]));
  for (const bytes of [...changed, content]) {
    const path = join(await temporaryDirectory(), "model.gguf");
    await writeFile(path, bytes);
    identities.push(ggufIdentity(ggufSource(path)));
  }
  expect(new Set(identities).size).toBe(4);
  expect(identities[4]).toBe(identities[0]);
  expect(ggufIdentity(ggufSource("hf:acme/model/small-q4.gguf"))).toMatch(/^[0-9a-f]{16}$/);
});
