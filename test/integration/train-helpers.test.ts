// A training with helpers in processes of their own: one begun by it, one that joins from outside and is killed.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { ISRF } from "../support/isrf-command.ts";
import { shell } from "../support/shell.ts";
import { preparedShop } from "../support/trained-shop.ts";
import { until } from "../support/until.ts";

const TOKEN = { ISRF_HELPER_TOKEN: "known to both" };
const WORDS =
  "--preset tiny --set accumulate=2 --set width=16 --set warmStartEpochs=1 --set sequenceEpochs=1 --set validationUsers=20 --set batch=4 --epochs 1 --threads 1";

function isrf(words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [...ISRF, ...words], {
    env: { ...process.env, ...TOKEN },
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** Digests are for the whole: which bytes differ says nothing. */
async function trainedBytes(run: string): Promise<string> {
  const { last } = JSON.parse(await readFile(join(run, "checkpoint", "current.json"), "utf8")) as { last: string };
  const files = ["model", "interests", "optimiser"].map((name) => `${last}/${name}.safetensors`);
  const bytes = await Promise.all(files.map((file) => readFile(join(run, "checkpoint", file))));
  return Buffer.concat(bytes).toString("base64");
}

it("is the training of one process, also when a helper is killed and another joins late", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isrf-helpers-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const shop = await preparedShop(folder);
  const port = await freePort();
  const line = ["train", shop, ...WORDS.split(" ")];
  const helped = isrf([
    ...line,
    "--out",
    join(folder, "helped"),
    "--helpers",
    "1",
    "--helpers-at",
    `127.0.0.1:${port}`,
  ]);
  let words = "";
  helped.stderr!.on("data", (chunk: Buffer) => {
    words += chunk.toString();
  });
  const ended = once(helped, "close");
  await until(() => words.includes("a helper joined"), { child: helped });
  const late = isrf(["train-helper", `127.0.0.1:${port}`, "--threads", "1"]);
  await until(() => words.includes("; 2 by now") || helped.exitCode !== null);
  late.kill("SIGKILL");
  const [code] = (await ended) as [number];
  expect({ code, words: code === 0 ? "" : words }).toEqual({ code: 0, words: "" });
  const { code: alone } = await shell(`${line.join(" ")} --out ${join(folder, "alone")}`, commands);
  expect(alone).toBe(0);
  expect((await trainedBytes(join(folder, "helped"))) === (await trainedBytes(join(folder, "alone")))).toBe(true);
}, 120_000);

it("is refused where nothing can be divided, and where others may join without a secret", async () => {
  const folder = await mkdtemp(join(tmpdir(), "isrf-helpers-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const shop = await preparedShop(folder);
  const whole = await shell(`train ${shop} --preset tiny --helpers 1 --out ${join(folder, "run")}`, commands);
  expect(whole.code).toBe(2);
  expect(whole.stderr).toContain("Generative systems take --set accumulate=N");
  const open = await shell(`train ${shop} --preset tiny --helpers-at 0.0.0.0:1 --out ${join(folder, "run")}`, commands);
  expect(open.code).toBe(2);
  expect(open.stderr).toContain("ISRF_HELPER_TOKEN is not set");
  const nowhere = await shell("train-helper gpu1", commands);
  expect(nowhere.code).toBe(2);
  expect(nowhere.stderr).toContain("expected the address of a training, HOST:PORT");
});
