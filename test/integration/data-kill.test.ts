import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { importDataset, openDataset } from "../../src/data/index.ts";
import { bundledFile } from "../support/bundled.ts";
import { directoryWith, temporaryDirectory } from "../support/temporary.ts";

const PROGRAM = await bundledFile(fileURLToPath(new URL("../support/import-forever.ts", import.meta.url)));

/** Start importing, and kill -9 `delayMs` after the first output that contains `word`. */
async function killAfter(word: string, delayMs: number, dir: string, out: string): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, dir, out], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.on("exit", (_, signal) => resolve(signal)));
  await new Promise<void>((resolve) => {
    let heard = "";
    child.stdout.on("data", (chunk: Buffer) => {
      heard += chunk.toString();
      if (heard.includes(word)) resolve();
    });
  });
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
}

function bigDirectory(): Promise<string> {
  const lines = Array.from({ length: 3000 }, (_, u) => [
    u + 1,
    ...Array.from({ length: 6 }, (_, k) => ((u * 7 + k * k) % 500) + 1),
  ]);
  return directoryWith({ "sequential.txt": `${lines.map((line) => line.join(" ")).join("\n")}\n` });
}

it("leaves no artifact when an import is killed while it writes, and the next import succeeds", async () => {
  const dir = await bigDirectory();
  const parent = await temporaryDirectory();
  const out = join(parent, "shop");
  await killAfter("write dataset", 40, dir, out);
  expect((await readdir(parent)).filter((name) => !/\.(partial|lock)$/.test(name))).toEqual([]);
  expect(existsSync(out)).toBe(false);
  const dataset = await importDataset({ dir, out });
  expect(dataset.manifest.counts.users).toBe(3000);
  expect(await readdir(parent)).toEqual(["shop"]);
});

it("leaves a whole artifact when an overwriting import is killed", async () => {
  const dir = await bigDirectory();
  const out = join(await temporaryDirectory(), "shop");
  await killAfter("whole", 60, dir, out);
  expect((await openDataset(out)).manifest.counts.users).toBe(3000);
});
