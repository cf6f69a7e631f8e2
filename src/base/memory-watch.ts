// Memory while something runs: of this process, and on a device whose driver tells.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";

export interface MemoryUse {
  /** Largest resident size of the process. */
  readonly peakBytes: number;
  /** Resident size when it began: what is above it came with the work. */
  readonly startBytes: number;
  /** Largest of this process on its device; absent where no driver tells. */
  readonly deviceBytes?: number | undefined;
  /** Whether the process did this work and nothing before it. */
  readonly ownProcess?: boolean | undefined;
}

const SAMPLE_MS = 200;
const DEVICE_SAMPLE_MS = 2000;
const ASK = ["--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"];

export class MemoryWatch {
  private readonly startBytes = process.memoryUsage.rss();
  private peakBytes = this.startBytes;
  private deviceBytes: number | undefined;
  private readonly timers: NodeJS.Timeout[];

  /** @param onDevice Whether the work computes on a graphics device. */
  constructor(onDevice: boolean) {
    this.timers = [setInterval(this.look, SAMPLE_MS)];
    if (onDevice) this.timers.push(setInterval(this.askDriver, DEVICE_SAMPLE_MS));
    for (const timer of this.timers) timer.unref();
  }

  stop(): MemoryUse {
    for (const timer of this.timers) clearInterval(timer);
    this.look();
    const { peakBytes, startBytes, deviceBytes } = this;
    return { peakBytes, startBytes, deviceBytes };
  }

  private readonly look = (): void => {
    this.peakBytes = Math.max(this.peakBytes, process.memoryUsage.rss());
  };

  private readonly askDriver = (): void => {
    execFile("nvidia-smi", ASK, (error, out) => {
      if (error !== null) return;
      const used = deviceMemory(out, process.pid);
      if (used !== undefined) this.deviceBytes = Math.max(this.deviceBytes ?? 0, used);
    });
  };
}

const KIBIBYTE = 1024;

/** Largest resident size of this process so far, as the system saw it. */
export function peakResidentBytes(): number {
  return (kibibytesOfProgram() ?? process.resourceUsage().maxRSS) * KIBIBYTE;
}

/** Linux hands a parent's largest size down to its children; what /proc says begins anew with each program. */
function kibibytesOfProgram(): number | undefined {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"));
    return found === null ? undefined : Number(found[1]);
  } catch {
    // Other systems, and sandboxes, have none.
    return undefined;
  }
}

/** Bytes of process `pid` in lines such as "4711, 2048" (MiB). */
export function deviceMemory(lines: string, pid: number): number | undefined {
  const own = lines.split("\n").flatMap((line) => {
    const [process, mebibytes] = line.split(",").map(Number);
    return process === pid && mebibytes !== undefined && !Number.isNaN(mebibytes) ? [mebibytes * 2 ** 20] : [];
  });
  return own.length === 0 ? undefined : own.reduce((sum, bytes) => sum + bytes, 0);
}
