// A disk of its own with little room, where the machine lets one be mounted.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why no small disk can be had here; undefined where it can. */
export function mountRefusal(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "isrf-disk-"));
  try {
    mount(folder, 64);
    execFileSync("umount", [folder]);
    return undefined;
  } catch {
    return "a small disk cannot be mounted here; that takes root on Linux";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface SmallDisk {
  readonly folder: string;
  /** Take all the room that is left. */
  fill(): void;
  /** Give it back. */
  clear(): void;
  remove(): void;
}

export function smallDisk(kb: number): SmallDisk {
  const place = mkdtempSync(join(tmpdir(), "isrf-disk-"));
  const folder = join(place, "disk");
  mkdirSync(folder);
  mount(folder, kb);
  const filler = join(folder, ".filler");
  return {
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder);
      try {
        writeFileSync(filler, Buffer.alloc(bavail * bsize));
      } catch (error) {
        // Somebody else took some of it meanwhile.
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    },
    clear: () => rmSync(filler, { force: true }),
    remove() {
      execFileSync("umount", ["-l", folder]);
      rmSync(place, { recursive: true, force: true });
    },
  };
}

function mount(folder: string, kb: number): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kb}k`, "tmpfs", folder], { stdio: "ignore" });
}
