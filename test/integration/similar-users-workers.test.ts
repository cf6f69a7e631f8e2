// Similar users by worker processes of which one is killed: what is kept is, byte for byte, what one process finds.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { OUTPUTS } from "../../scripts/json-schemas.ts";
import { synthesiseShop } from "../../src/data/index.ts";
import { openJobs } from "../../src/jobs/index.ts";
import { embed } from "../../src/pipeline/embed/index.ts";
import { type PreparedSimilarUsers, prepareSimilarUsers } from "../../src/pipeline/similar-users/index.ts";
import { ISRF } from "../support/isrf-command.ts";
import { temporaryDirectory } from "../support/temporary.ts";

it("equal those of one process when a worker is killed, and nothing else is left", async () => {
  const shop = join(await temporaryDirectory(), "shop");
  await synthesiseShop({ users: 1600, items: 60, seed: 3, out: shop });
  const texts = { itemText: "attributes", userText: "attributes" } as const;
  for (const name of ["alone", "shared"])
    await embed({ dataset: shop, ...texts, encoder: "random", dimensions: 48, seed: 7, name });
  const alone = await prepareSimilarUsers({ dataset: shop, embeddings: "alone", neighbours: 15 });
  const words = ["similar-users", shop, "--embeddings", "shared", "--neighbours", "15", "--workers", "2", "--json"];
  const child = spawn(process.execPath, [...ISRF, ...words, "--quiet"], { stdio: ["ignore", "pipe", "inherit"] });
  const [output, [code]] = await Promise.all([text(child.stdout!), once(child, "exit"), killWorker(shop)]);
  expect(code).toBe(0);
  const shared: PreparedSimilarUsers = JSON.parse(output);
  expect(() => OUTPUTS["similar-users"].parse(shared)).not.toThrow();
  const { seconds: _, embeddings: __, ...facts } = shared.manifest;
  expect(alone.manifest).toMatchObject(facts);
  const bytesOf = ({ directory }: PreparedSimilarUsers) => readFile(join(directory, "similar-users.safetensors"));
  expect((await bytesOf(shared)).equals(await bytesOf(alone))).toBe(true);
  expect((await readdir(join(shop, "embeddings"))).sort()).toEqual(["alone", "shared"]);
}, 60_000);

/** Kill the first worker process that has a job. */
async function killWorker(shop: string): Promise<void> {
  const path = join(shop, "embeddings", ".shared.similar-users", "jobs.db");
  while (!existsSync(path)) await sleep(10);
  const store = await openJobs(path);
  for (;;) {
    const [job] = await store.list({ states: ["active"], limit: 1 });
    if (job !== undefined) {
      await store.close();
      process.kill(Number(job.worker!.split(" ")[1]), "SIGKILL");
      return;
    }
    await sleep(10);
  }
}
