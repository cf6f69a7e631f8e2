// `isrf embed` by worker processes: whoever is killed, no text that was answered and kept is asked again, and the files
// of vectors are those of one process.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { synthesiseShop } from "../../src/data/index.ts";
import { openJobs } from "../../src/jobs/index.ts";
import { openObjects } from "../../src/objects/index.ts";
import { recordsIn } from "../../src/pipeline/embed/elsewhere/vector-log.ts";
import { type EmbedOptions, embed } from "../../src/pipeline/embed/index.ts";
import { runWorker } from "../../src/pipeline/work/index.ts";
import { fixturePath } from "../parity/fixture.ts";
import { ISRF } from "../support/isrf-command.ts";
import { loopbackServer, sendJson } from "../support/loopback-server.ts";
import { temporaryDirectory } from "../support/temporary.ts";
import { tinyShop } from "../support/tiny-shop.ts";

const TEXTS = { itemText: "attributes", userText: "attributes" } as const;

let shop: string;

/** The files of vectors, byte for byte, of an encoding under a name of its own. */
async function vectorsOf(name: string, options: Partial<EmbedOptions>): Promise<readonly Buffer[]> {
  const { directory } = await embed({ dataset: shop, ...TEXTS, name, ...options });
  return Promise.all(["items", "users"].map((side) => readFile(join(directory, `${side}.safetensors`))));
}

/** Texts whose vectors no kill takes away: those in the object store and in the progress file. */
async function keptTexts(): Promise<number> {
  const vectors = join(shop, "embeddings", ".shared.work", "objects", "embed", "vectors");
  const names = existsSync(vectors) ? await readdir(vectors, { recursive: true }) : [];
  const whole = names.filter((name) => /^[^.].*\/[0-9a-f]{64}\.vectors$/.test(name));
  const rows = whole.map(async (name) => {
    const records = recordsIn(await readFile(join(vectors, name)), name);
    return records.reduce((sum, one) => sum + one.vectors.rows, 0);
  });
  return (await Promise.all(rows)).reduce((sum, some) => sum + some, 0);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((done) => setTimeout(done, 20));
}

/** Kill a worker process that has a job. */
async function killWorker(): Promise<void> {
  const store = await openJobs(join(shop, "embeddings", ".shared.work", "jobs.db"));
  const [job] = await store.list({ states: ["active"], limit: 1 });
  await store.close();
  process.kill(Number(job!.worker!.split(" ")[1]), "SIGKILL");
}

function command(): ChildProcess {
  const words = ["--encoder", "ollama:m", "--item-text", "attributes", "--user-text", "attributes", "--name", "shared"];
  return spawn(process.execPath, [...ISRF, "embed", shop, ...words, "--workers", "2", "--quiet"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

it("asks for each distinct text once over a killed worker, a killed command, and a process that goes on alone", async () => {
  shop = join(await temporaryDirectory(), "shop");
  await synthesiseShop({ users: 90, items: 110, seed: 3, out: shop });
  const asked: string[] = [];
  let allowed = Number.POSITIVE_INFINITY;
  const server = await loopbackServer((request, response) => {
    const { input } = request.body as { input: string[] };
    // What is not allowed yet stays without an answer.
    if (asked.length + input.length > allowed) return;
    asked.push(...input);
    sendJson(response, { embeddings: input.map((text, place) => [text.length, place, text.codePointAt(0)!]) });
  });
  vi.stubEnv("OLLAMA_HOST", server.url);
  const alone = await vectorsOf("alone", { encoder: "ollama:m" });
  const needed = asked.length;
  asked.length = 0;
  allowed = 64;
  const running = command();
  const ended = once(running, "exit");
  const isSilent = (texts: number) => async () => asked.length >= texts && (await keptTexts()) >= asked.length;
  await until(isSilent(64));
  await killWorker();
  allowed = 128;
  await until(isSilent(128));
  running.kill("SIGKILL");
  await ended;
  allowed = Number.POSITIVE_INFINITY;
  expect(await vectorsOf("shared", { encoder: "ollama:m" })).toEqual(alone);
  expect(asked).toHaveLength(needed);
  expect(new Set(asked).size).toBe(needed);
  expect((await readdir(join(shop, "embeddings"))).sort()).toEqual(["alone", "shared"]);
  vi.unstubAllEnvs();
}, 60_000);

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
