// What a measurement was made on, for records of results.
import { execFileSync } from "node:child_process";
import { cpus, platform, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
}

export function machine(): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.version,
  };
}

/** Commit of the checkout that this code runs from; undefined for an installed package, or without git. */
export function commit(): string | undefined {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  try {
    const git = (...words: string[]) =>
      execFileSync("git", ["-C", root, ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    // A package below somebody else's repository is not that repository.
    const isOwn = git("rev-parse", "--show-prefix") === "";
    return isOwn ? git("rev-parse", "HEAD") : undefined;
  } catch {
    return undefined;
  }
}
