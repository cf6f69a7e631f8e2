// A server of a real model, for as long as a test needs it: our own over node-llama-cpp, or the one that the program in
// ISRF_LLM_START starts on the port it is given. That program prints the server's pid and returns when it answers.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../support/free-port.ts";
import { until } from "../../support/until.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
/** Fetching a model takes longer than loading it. */
const START_MS = 1_200_000;

export interface RealServer {
  readonly url: string;
  /** By its own word. */
  readonly model: string;
  stop(): Promise<void>;
}

export async function startedBy(program: string): Promise<RealServer> {
  const port = await freePort();
  const { stdout } = await promisify(execFile)(program, [String(port)], { timeout: START_MS });
  const pid = Number(stdout.trim());
  if (!Number.isInteger(pid) || pid <= 1) throw new Error(`${program} printed "${stdout}", expected a pid`);
  const url = `http://127.0.0.1:${port}`;
  return { url, model: await modelAt(url), stop: async () => void process.kill(pid) };
}

/** @param home where node-llama-cpp is installed. @param spec a GGUF file, or hf:ORG/REPO/FILE.gguf. */
export async function ownServer(home: string, spec: string): Promise<RealServer> {
  const tsx = join(ROOT, "node_modules/tsx/dist/loader.mjs");
  const words = ["--import", tsx, join(ROOT, "test/slow/support/llama-server.ts"), spec];
  const child = spawn(process.execPath, words, { cwd: home, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (part: Buffer) => (said += part));
  await until(() => said.endsWith("\n"), { child, ms: START_MS, everyMs: 100 });
  const url = said.trim();
  const stop = async () => {
    const ended = once(child, "exit");
    if (child.kill()) await ended;
  };
  return { url, model: await modelAt(url), stop };
}

async function modelAt(url: string): Promise<string> {
  const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: readonly { id: string }[] };
  return data[0]!.id;
}
