// A trained toy run on the hostile shop behind a real server with the explorer, for tests in a browser.
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { createClient } from "../../src/client/index.ts";
import { splitOf } from "../../src/data/index.ts";
import { evaluate } from "../../src/pipeline/evaluate/index.ts";
import { makeReasoner } from "../../src/pipeline/reason/index.ts";
import { train } from "../../src/pipeline/train/index.ts";
import { serve } from "../../src/server/serve.ts";
import { hostileShop } from "./hostile-shop.ts";
import { LlmServer } from "./llm-server.ts";

const TOY = {
  epochs: 1,
  width: 16,
  layers: 1,
  warmStartEpochs: 2,
  validationUsers: 20,
  batch: 16,
  sequenceEpochs: 1,
  textMapSteps: 10,
  neighbours: 8,
};

export interface ServedShop {
  readonly url: string;
  /** Holds the dataset as `shop` and the run as `run`. */
  readonly directory: string;
  /** Wrote the texts, and is asked again. */
  readonly llm: LlmServer;
  readonly close: () => Promise<void>;
}

export async function servedShop(): Promise<ServedShop> {
  const directory = await mkdtemp(join(tmpdir(), "isrf-test-"));
  await builtExplorer();
  const llm = await LlmServer.start();
  const dataset = await hostileShop(directory, (shop) =>
    makeReasoner("openai:scripted", shop, splitOf(shop), { concurrency: 8, structured: "off" }, llm.environment),
  );
  const run = join(directory, "run");
  await train({ dataset, out: run, model: "isrf", preset: "tiny", overrides: TOY, threads: 1 });
  await evaluate(run, { threads: 1 });
  const server = await serve({
    runs: [run],
    port: 0,
    store: join(directory, "store"),
    threads: 1,
    environment: llm.environment,
  });
  // So that pages show what came of answers, whichever test opens them first.
  await createClient({ url: server.url }).recommend({ user: "user-3" });
  return {
    url: server.url,
    directory,
    llm,
    async close() {
      await server.stop();
      await llm[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** As `npm run build` leaves it: made anew where a source is younger, as other tests may be reading it. */
async function builtExplorer(): Promise<void> {
  const built = await stat("dist/ui/index.html").catch(() => undefined);
  const sources = (await readdir("web", { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const changed = await Promise.all(sources.map(({ parentPath, name }) => stat(join(parentPath, name))));
  if (built !== undefined && changed.every(({ mtimeMs }) => mtimeMs < built.mtimeMs)) return;
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  await build({ configFile: "web/vite.config.ts", logLevel: "silent" });
  process.env.NODE_ENV = NODE_ENV;
}
