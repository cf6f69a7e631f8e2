// What an export to the browser costs: sizes, sizes as a server sends them, and the time of an answer in Node and in a
// browser, both by onnxruntime-web's wasm on one thread.
//
//   npx tsx bench/export-web.ts WEB_DIR > results/export-web-beauty.json
import { readdir, readFile, stat } from "node:fs/promises";
import { arch, cpus, loadavg, platform } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { Random } from "../src/base/random.ts";
import type { OpenRecommender } from "../src/browser/api.ts";
import { missingBrowser, openBrowser } from "../test/support/chromium.ts";
import { fileServer } from "../test/support/file-server.ts";

const ANSWERS = 60;
const WARM = 5;

interface Times {
  /** Until the first answer may be asked. */
  readonly openMs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

async function main(directory: string): Promise<void> {
  const files = await sizesIn(directory);
  const total = (of: (file: (typeof files)[number]) => number) => files.reduce((sum, file) => sum + of(file), 0);
  const record = {
    command: "npx tsx bench/export-web.ts WEB_DIR",
    machine: { platform: platform(), arch: arch(), cpu: cpus()[0]?.model, cores: cpus().length, node: process.version },
    loadPerCore: loadavg()[0]! / cpus().length,
    files,
    bytes: total(({ bytes }) => bytes),
    gzipBytes: total(({ gzipBytes }) => gzipBytes),
    answers: ANSWERS,
    node: await inNode(directory),
    browser: missingBrowser === "" ? await inBrowser(directory) : missingBrowser,
  };
  console.log(JSON.stringify(record, null, 2));
}

async function sizesIn(directory: string) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(
    paths.map(async (path) => ({
      name: path.slice(directory.length + 1),
      bytes: (await stat(path)).size,
      gzipBytes: gzipSync(await readFile(path)).length,
    })),
  );
}

/** Histories of one to ten items. */
async function drawn(directory: string): Promise<string[][]> {
  const { items } = JSON.parse(await readFile(join(directory, "catalogue.json"), "utf8"));
  const random = Random.of(1, "histories");
  return Array.from({ length: ANSWERS + WARM }, (_, i) =>
    Array.from({ length: 1 + (i % 10) }, () => items[random.below(items.length)][0]),
  );
}

async function inNode(directory: string): Promise<Times> {
  const module = pathToFileURL(join(directory, "recommend.js")).href;
  const { openRecommender } = (await import(module)) as { openRecommender: OpenRecommender };
  const ort = await import("onnxruntime-web");
  ort.env.wasm.numThreads = 1;
  const started = performance.now();
  const read = async (name: string) => new Uint8Array(await readFile(join(directory, name)));
  const recommender = await openRecommender({ ort: ort as never, read });
  const openMs = performance.now() - started;
  const times: number[] = [];
  for (const history of await drawn(directory)) times.push((await recommender.recommend(history)).ms);
  await recommender.dispose();
  return { openMs, ...spread(times) };
}

async function inBrowser(directory: string): Promise<Times> {
  const server = await fileServer(directory);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}README.md`);
    const { openMs, times } = (await page.evaluate(`(async () => {
      const { openRecommender } = await import("/recommend.js");
      const started = performance.now();
      const recommender = await openRecommender();
      const openMs = performance.now() - started;
      const times = [];
      for (const history of ${JSON.stringify(await drawn(directory))}) {
        times.push((await recommender.recommend(history)).ms);
      }
      return { openMs, times };
    })()`)) as { openMs: number; times: number[] };
    return { openMs, ...spread(times) };
  } finally {
    await browser.close();
    await server.close();
  }
}

function spread(times: readonly number[]): Pick<Times, "medianMs" | "p95Ms"> {
  const sorted = times.slice(WARM).sort((a, b) => a - b);
  return { medianMs: sorted[sorted.length >> 1]!, p95Ms: sorted[Math.floor(sorted.length * 0.95)]! };
}

await main(resolve(process.argv[2]!));
