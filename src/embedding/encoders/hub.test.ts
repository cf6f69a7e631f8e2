import { cp, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fixturePath } from "../../../test/parity/fixture.ts";
import { hubServer } from "../../../test/support/hub-server.ts";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { silent } from "../../base/progress.ts";
import { fetchFromHub, isHubId } from "../../servers/hub.ts";
import { ENCODER_FILES } from "./encoder-files.ts";
import { openEncoder } from "./open-encoder.ts";

const FILES = fixturePath("encoders/bert");

const hub = (lacks: readonly string[] = []) => hubServer("acme/tiny", FILES, { lacks });

async function options(endpoint: string) {
  const cache = await temporaryDirectory();
  return { cache, environment: { HF_ENDPOINT: endpoint, XDG_CACHE_HOME: cache }, report: silent };
}

it("tells hub ids from paths", () => {
  expect(["acme/tiny", "acme/tiny@v1.0", "sentence-transformers/all-MiniLM-L6-v2"].every(isHubId)).toBe(true);
  expect(["tiny", "./acme", "../a/b", "/acme/tiny", "a/b/c", "a b/c"].some(isHubId)).toBe(false);
});

it("fetches a checkpoint once, whole, and opens it", async () => {
  const { url, requests } = await hub();
  const { cache, ...rest } = await options(url);
  const directory = await fetchFromHub("acme/tiny", ENCODER_FILES, rest);
  expect(directory).toBe(join(cache, "isrf", "hub", "acme--tiny", "main"));
  for (const file of ["config.json", "model.safetensors", "tokenizer.json", "1_Pooling/config.json"]) {
    expect(await readFile(join(directory, file))).toEqual(await readFile(join(FILES, file)));
  }
  const asked = requests.length;
  const encoder = await openEncoder({ kind: "transformer", model: "acme/tiny" }, { transformer: {}, ...rest });
  expect(encoder.options).toMatchObject({ model: "acme/tiny", family: "bert", pooling: "cls" });
  expect(requests.length).toBe(asked);
});

it("keeps nothing of a model that lacks a file, and names it", async () => {
  const { url } = await hub(["model.safetensors"]);
  const { cache, ...rest } = await options(url);
  await expect(fetchFromHub("acme/tiny", ENCODER_FILES, rest)).rejects.toThrow(
    /found no model.safetensors.*save_pretrained/,
  );
  expect(await readdir(join(cache, "isrf", "hub", "acme--tiny"))).toEqual([]);
});

it("says what to check when the hub refuses", async () => {
  const { url } = await hub();
  const { environment, report } = await options(url);
  await expect(fetchFromHub("acme/secret", ENCODER_FILES, { environment, report })).rejects.toThrow(
    /status 401.*HF_TOKEN/,
  );
});

it("says how to do without a network when there is none", async () => {
  // Port 9 (discard) of this machine: nobody listens.
  const { environment, report } = await options("http://127.0.0.1:9");
  await expect(fetchFromHub("acme/tiny", ENCODER_FILES, { environment, report })).rejects.toThrow(
    /Without network, put config.json/,
  );
});

it("prefers a directory to a hub model of the same name, and says when it is neither", async () => {
  const { environment, report } = await options("http://127.0.0.1:9");
  const folder = join(await temporaryDirectory(), "copy");
  await cp(FILES, folder, { recursive: true });
  const open = (model: string) => openEncoder({ kind: "transformer", model }, { transformer: {}, environment, report });
  expect((await open(folder)).options).toMatchObject({ family: "bert" });
  await expect(open(join(folder, "absent"))).rejects.toThrow(/no such directory/);
  await expect(open(join(folder, "1_Pooling"))).rejects.toThrow();
  expect((await stat(folder)).isDirectory()).toBe(true);
});
