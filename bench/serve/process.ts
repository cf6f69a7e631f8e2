// A server as a process of its own, and the memory that it takes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

export interface Served {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startServed(cli: string, run: string, flags: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [cli, "serve", run, "--port", "0", ...flags], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const found = /Listening on (\S+)/.exec(said);
      if (found !== null) resolve(found[1]!);
    });
    child.once("exit", () => reject(new Error(`the server ended: ${said}`)));
  });
  return {
    url,
    pid: child.pid!,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Resident memory in MiB, where the system tells it; the process's own words are not asked for. */
export function memoryOf(pid: number): number | undefined {
  try {
    const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch {
    return undefined;
  }
}

/** Processor time of a process so far, in ms, where the system tells it. */
export function processorOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    // User and system time in ticks, of which Linux counts 100 a second.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return Number.NaN;
  }
}
