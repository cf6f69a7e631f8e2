// A Redis server of the test's own on loopback, with an append-only file, where the machine has one.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

const binary = ["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server"].find(
  existsSync,
);

/** Why tests are skipped, for their titles; "" where they run. */
export const missingRedis = binary === undefined ? " (skipped: this machine has no Redis)" : "";

export interface RedisServer {
  readonly url: string;
  start(): Promise<void>;
  /** As `kill -9` does. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

export async function startRedis(...more: readonly string[]): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "isrf-redis-"));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async () => {
    const kept = ["--save", "", "--appendonly", "yes", "--dir", folder, ...more];
    child = spawn(binary!, ["--port", String(port), "--bind", "127.0.0.1", ...kept], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    for await (const chunk of child.stdout!) if (String(chunk).includes("Ready to accept connections")) break;
    child.stdout!.destroy();
  };
  const kill = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
