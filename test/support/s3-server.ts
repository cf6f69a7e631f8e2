// Object services of the test's own on loopback, in processes that can be killed: s3rver, which keeps what it has on
// disk; moto, which forgets but knows conditions and checksums; and Versity's gateway, which people run, on a folder.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface S3Server {
  readonly port: number;
  /** Where it keeps what it has; moto keeps nothing. */
  readonly folder: string;
  /** What a client's environment must hold. */
  readonly environment: Readonly<Record<string, string>>;
  /** By SIGKILL. */
  kill(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** Why tests of moto are skipped, for their titles; "" where it is there. `ISRF_MOTO` names a Python that has it. */
export const missingMoto = hasMoto() ? "" : " (skipped: no Python with moto here; ISRF_MOTO names one)";

/** The same of Versity's gateway. `ISRF_VERSITYGW` names the program. */
export const missingVersity = runs(versity(), ["--version"])
  ? ""
  : " (skipped: no versitygw here; ISRF_VERSITYGW names one)";

function hasMoto(): boolean {
  return runs(python(), ["-c", "import moto.server"]);
}

function runs(program: string, words: readonly string[]): boolean {
  try {
    execFileSync(program, words, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function versity(): string {
  return process.env.ISRF_VERSITYGW ?? "versitygw";
}

function python(): string {
  return process.env.ISRF_MOTO ?? "python3";
}

export function startS3rver(): Promise<S3Server> {
  return serving(async (port, folder) => {
    const program = new URL("s3rver.mjs", import.meta.url).pathname;
    // Tokens of lists that go on are encrypted in an old way.
    const words = ["--openssl-legacy-provider", program, String(port), folder];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
    await Promise.race([once(child.stdout, "data"), failed(child)]);
    return child;
  });
}

export function startMoto(): Promise<S3Server> {
  return serving(async (port) => {
    const words = ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)];
    const child = spawn(python(), words, { stdio: "ignore" });
    const put = () => fetch(`http://127.0.0.1:${port}/bucket`, { method: "PUT" });
    while (!(await put().catch(() => undefined))?.ok && child.exitCode === null) await sleep(50);
    return child;
  });
}

export function startVersity(): Promise<S3Server> {
  return serving(async (port, folder) => {
    mkdirSync(join(folder, "bucket"), { recursive: true });
    const { AWS_ACCESS_KEY_ID: ROOT_ACCESS_KEY, AWS_SECRET_ACCESS_KEY: ROOT_SECRET_KEY } = environmentOf(port);
    const env = { ...process.env, ROOT_ACCESS_KEY, ROOT_SECRET_KEY };
    const words = ["--port", `127.0.0.1:${port}`, "posix", folder];
    const child = spawn(versity(), words, { stdio: "ignore", env });
    const ask = () => fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    while ((await ask()) === undefined && child.exitCode === null) await sleep(50);
    return child;
  });
}

async function failed(child: ChildProcess): Promise<never> {
  await once(child, "exit");
  throw new Error("the S3 server did not start");
}

async function serving(begin: (port: number, folder: string) => Promise<ChildProcess>): Promise<S3Server> {
  const folder = mkdtempSync(join(tmpdir(), "isrf-s3-"));
  const port = await freePort();
  let child: ChildProcess | undefined;
  const kill = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  const start = async () => {
    child = await begin(port, folder);
  };
  await start();
  return {
    port,
    folder,
    environment: environmentOf(port),
    kill,
    start,
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** For a server, or for a proxy before it. */
export function environmentOf(port: number): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "S3RVER",
    AWS_SECRET_ACCESS_KEY: "S3RVER",
    AWS_REGION: "us-east-1",
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
