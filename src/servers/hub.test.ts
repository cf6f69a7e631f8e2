import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fixturePath } from "../../test/parity/fixture.ts";
import { type HubServerOptions, hubServer } from "../../test/support/hub-server.ts";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { type ProgressEvent, silent } from "../base/progress.ts";
import { fetchFromHub, type HubModel } from "./hub.ts";

const FILES = fixturePath("encoders/bert");
const WEIGHTS = "model.safetensors";
const MODEL: HubModel = {
  what: "checkpoint",
  required: ["config.json", WEIGHTS],
  optional: [],
  byHand: "name it",
  convert: "Convert it.",
};

/** As the hub names large files, and git small ones. */
const etag = (file: string, bytes: Buffer): string =>
  file === WEIGHTS
    ? createHash("sha256").update(bytes).digest("hex")
    : createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

async function caseOf(options: HubServerOptions) {
  const { url, requests } = await hubServer("acme/tiny", FILES, options);
  const cache = await temporaryDirectory();
  const events: ProgressEvent[] = [];
  const environment = { HF_ENDPOINT: url, XDG_CACHE_HOME: cache };
  const fetching = () => fetchFromHub("acme/tiny", MODEL, { environment, report: (event) => events.push(event) });
  return { fetching, requests, events, kept: join(cache, "isrf", "hub", "acme--tiny") };
}

it("checks what came against the hub's own hashes, and says how far it is", async () => {
  const { fetching, events } = await caseOf({ etag });
  const directory = await fetching();
  expect(await readdir(directory)).toEqual(["config.json", WEIGHTS]);
  expect(events.map((event) => event.kind === "step" && event.stage)).toContain(`fetch ${WEIGHTS}`);
});

it("goes on where a connection broke off", async () => {
  let breaks: number | undefined = 1000;
  const { fetching, requests, kept } = await caseOf({
    etag,
    breaksAfter: (file) => (file === WEIGHTS ? breaks : undefined),
  });
  await expect(fetching()).rejects.toThrow(/could not be fetched; run the same command again to go on/);
  expect(await readdir(join(kept, ".main.begun"))).toContain("config.json");
  breaks = undefined;
  const before = requests.length;
  const directory = await fetching();
  const asked = requests.slice(before);
  expect(asked.every(({ path }) => path.endsWith("config.json") || path.endsWith(WEIGHTS))).toBe(true);
  expect(asked.map(({ headers }) => headers.range)).toContainEqual(expect.stringMatching(/^bytes=1000-/));
  expect(await readFile(join(directory, WEIGHTS))).toEqual(await readFile(join(FILES, WEIGHTS)));
  expect(await readdir(kept)).toEqual(["main"]);
});

it("takes nothing that is not what the hub names", async () => {
  const { fetching, kept } = await caseOf({
    etag: (file, bytes) => (file === WEIGHTS ? "0".repeat(64) : etag(file, bytes)),
  });
  await expect(fetching()).rejects.toThrow(/are not what the hub names/);
  expect(await readdir(kept)).toEqual([".main.begun"]);
  expect(await readdir(join(kept, ".main.begun"))).not.toContain(WEIGHTS);
});

it("asks nobody where the network is forbidden, and says what would be asked", async () => {
  const environment = { ISRF_OFFLINE: "1", XDG_CACHE_HOME: await temporaryDirectory() };
  await expect(fetchFromHub("acme/tiny", MODEL, { environment, report: silent })).rejects.toThrow(
    /ISRF_OFFLINE is set, and this would ask huggingface.co/,
  );
});
