// A small trained run, and servers on loopback that answer by it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands } from "../../src/cli/commands/index.ts";
import { type Client, createClient } from "../../src/client/index.ts";
import { ISRF } from "./isrf-command.ts";
import { shell } from "./shell.ts";
import { preparedShop, SEED, TOY } from "./trained-shop.ts";

/** A folder with `shop` and `run`, trained in seconds; whoever asked for it removes it. */
export async function folderWithRun(model = "isrf", flags = TOY): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
  await mkdir(join(folder, "store"));
  const shop = await preparedShop(folder);
  const line = `train ${shop} --model ${model} ${flags} --seed ${SEED} --threads 1 --out ${folder}/run`;
  const { code, stderr } = await shell(line, commands);
  if (code !== 0) throw new Error(stderr);
  return folder;
}

export interface ServerProcess {
  readonly url: string;
  readonly client: Client;
  readonly child: ChildProcess;
  /** What it wrote to stderr so far. */
  readonly said: () => string;
  /** End it, and give its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** `isrf serve` as a process of its own, when it listens. */
export async function startServer(
  runs: readonly string[],
  flags: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const words = [...ISRF, "serve", ...runs, "--port", "0", "--threads", "1", ...flags];
  const child = spawn(process.execPath, words, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let text = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr!.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const found = /Listening on (\S+)/.exec(text);
      if (found !== null) resolve(found[1]!);
    });
    child.once("exit", () => reject(new Error(`ended before it listened: ${text}`)));
  });
  return {
    url,
    client: createClient({ url }),
    child,
    said: () => text,
    async stop(signal = "SIGTERM") {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, "exit");
      child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
