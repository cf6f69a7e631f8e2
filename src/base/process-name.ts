// Which process it is, so that others can tell whether it still lives.
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** This boot and this container of the host: process numbers mean nothing elsewhere. */
export function machineName(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return [hostname(), boot, readlinkSync("/proc/self/ns/pid")].join(" ");
  } catch {
    return hostname();
  }
}

/** What a process is called where nothing tells it from a later one of its number: without `/proc`. */
export const RUNNING = "running";

/** The time at which a process began, in ticks of the kernel, or `RUNNING`; undefined when it is gone. */
export function processName(pid: number): string | undefined {
  try {
    // After the name, which may hold anything: state, and the start as the twentieth from there.
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)!.split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return processNameElsewhere(pid);
  }
}

function processNameElsewhere(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
    return RUNNING;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? RUNNING : undefined;
  }
}
