// A PostgreSQL server of the test's own on loopback, where the machine has one.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

const places = (): string[] => {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, "bin")) : [];
  return [...versions, "/usr/local/bin", "/usr/bin"];
};
const binaries = places().find((place) => existsSync(join(place, "initdb")) && existsSync(join(place, "postgres")));

/** PostgreSQL refuses to run as root: who runs it instead. */
function owner(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const id = (flag: string) =>
      Number(execFileSync("id", [flag, "postgres"], { stdio: ["ignore", "pipe", "ignore"] }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return { uid: 65534, gid: 65534 };
  }
}

/** Why tests are skipped, for their titles; "" where they run. */
export const missingPostgres = binaries === undefined ? " (skipped: this machine has no PostgreSQL)" : "";

export interface Postgres {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "isrf-postgres-"));
  const who = owner();
  if (who !== undefined) chownSync(folder, who.uid, who.gid);
  const data = join(folder, "data");
  const options = { ...who, cwd: folder, env: { PATH: process.env.PATH, HOME: folder, LC_ALL: "C" } };
  const make = ["-D", data, "-U", "isrf", "-A", "trust", "--no-sync", "-E", "UTF8"];
  execFileSync(join(binaries!, "initdb"), make, { ...options, stdio: "pipe" });
  const port = await freePort();
  let child: ChildProcess | undefined;
  const start = async () => {
    const words = ["-D", data, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-k", folder];
    child = spawn(join(binaries!, "postgres"), words, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    for await (const chunk of child.stderr!) if (String(chunk).includes("ready to accept connections")) break;
    child.stderr!.destroy();
  };
  const stop = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    // Immediate: connections are not waited for.
    child.kill("SIGQUIT");
    await ended;
  };
  await start();
  return {
    url: `postgres://isrf:secret@127.0.0.1:${port}/postgres`,
    start,
    stop,
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
