// `isrf embed` by a server, killed with SIGKILL twice: no text that was answered and kept is asked again.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openDataset, synthesiseShop } from "../../src/data/index.ts";
import { openEmbeddings } from "../../src/embedding/index.ts";
import { ISRF } from "../support/isrf-command.ts";
import { loopbackServer, sendJson } from "../support/loopback-server.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const NAME = "m-attributes-attributes";
const PROGRESS = new RegExp(`^\\.${NAME}\\.[0-9a-f]{8}\\.progress$`);
/** Texts of one request, numbers of one vector: what the server below gets and gives. */
const [BATCH, WIDTH] = [32, 2];

function embed(shop: string, host: string): ChildProcess {
  const words = ["embed", shop, "--encoder", "ollama:m", "--item-text", "attributes", "--user-text", "attributes"];
  return spawn(process.execPath, [...ISRF, ...words, "--json", "--quiet"], {
    env: { ...process.env, OLLAMA_HOST: host },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Resolves when the progress file holds `records` whole batches: 32 bytes, then 16 and the vectors for each. */
async function untilKept(shop: string, records: number): Promise<void> {
  const folder = join(shop, "embeddings");
  const wanted = 32 + records * (16 + 4 * BATCH * WIDTH);
  for (;;) {
    const name = (await readdir(folder).catch(() => [])).find((each) => PROGRESS.test(each));
    const { size } = await stat(join(folder, name ?? "none")).catch(() => ({ size: 0 }));
    if (size >= wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it("asks for each distinct text exactly once over two kills and a third run", { timeout: 300_000 }, async () => {
  const shop = join(await temporaryDirectory(), "shop");
  await synthesiseShop({ out: shop, users: 120, items: 120 });
  const answered: string[] = [];
  /** Requests beyond this many stay unanswered, so that a kill finds work in flight. */
  let allowed = 2;
  let count = 0;
  const server = await loopbackServer((request, response) => {
    if (++count > allowed) return;
    const { input } = request.body as { input: string[] };
    answered.push(...input);
    sendJson(response, { embeddings: input.map((text) => [text.length, 1]) });
  });
  for (const kept of [2, 4]) {
    const child = embed(shop, server.url);
    await untilKept(shop, kept);
    child.kill("SIGKILL");
    expect((await once(child, "exit"))[1]).toBe("SIGKILL");
    const left = (await readdir(join(shop, "embeddings"))).sort();
    expect(left).toEqual([expect.stringMatching(PROGRESS), `.${NAME}.lock`]);
    count = 0;
  }
  allowed = Number.POSITIVE_INFINITY;
  const last = embed(shop, server.url);
  expect((await once(last, "exit"))[0]).toBe(0);
  expect(new Set(answered).size).toBe(answered.length);
  const { items, users } = await openEmbeddings(shop, NAME, await openDataset(shop));
  // Every row is a unit vector: each text was answered in one of the three runs.
  for (const { rows, data } of [items, users]) {
    for (let r = 0; r < rows; r++) expect(Math.hypot(data[r * 2]!, data[r * 2 + 1]!)).toBeCloseTo(1, 5);
  }
  expect(await readdir(join(shop, "embeddings"))).toEqual([NAME]);
});
