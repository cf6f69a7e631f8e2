// What a measurement was made on, for records of results.
import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { cpus, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { packageFile, RUNNING_FILE } from "./product-files.ts";

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

/**
 * Commit of the checkout that this code runs from, `COMMIT-dirty-HASH` where its sources are others, `COMMIT-stale`
 * where it was built before they changed; undefined for an installed package, or without git. Tests are no sources. As
 * it was when first asked for: what a process loaded stays, whatever is committed meanwhile.
 */
export const commit = onceAsked(() => commitOf(packageFile(""), RUNNING_FILE));

/** Gives what `ask` said first. */
export function onceAsked<T>(ask: () => T): () => T {
  let known: { readonly answer: T } | undefined;
  return () => {
    known ??= { answer: ask() };
    return known.answer;
  };
}

/** Of the checkout at `root`, for code that runs from `file`. */
export function commitOf(root: string, file: string): string | undefined {
  const git = (...words: string[]) =>
    execFileSync("git", ["--no-optional-locks", "-C", root, ...words], { encoding: "utf8", ...QUIET }).trim();
  try {
    // A package below somebody else's repository is not that repository.
    if (git("rev-parse", "--show-prefix") !== "") return undefined;
    const head = git("rev-parse", "HEAD");
    const changed = git("status", "--porcelain", "--untracked-files=all", ...OF_SOURCES);
    if (changed === "") return isOlder(file, join(root, SOURCES)) ? `${head}-stale` : head;
    const hash = createHash("sha256")
      .update(changed)
      .update(git("diff", "HEAD", ...OF_SOURCES));
    // A difference says nothing of files that git does not know.
    const unknown = git("ls-files", "--others", "--exclude-standard", "-z", ...OF_SOURCES).split("\0");
    for (const path of unknown.filter(Boolean)) hash.update(`${path}\0`).update(contentOf(join(root, path)));
    return `${head}-dirty-${hash.digest("hex").slice(0, 8)}`;
  } catch {
    return undefined;
  }
}

const SOURCES = "src";
const TESTS = ".test.ts";
const OF_SOURCES = ["--", SOURCES, `:(exclude)*${TESTS}`];
/** Of a difference of all sources. */
const QUIET = { stdio: ["ignore", "pipe", "ignore"], maxBuffer: 2 ** 28 } as const satisfies ExecFileSyncOptions;

/** Nothing of links and of repositories within: their names must do. */
function contentOf(path: string): Buffer {
  return lstatSync(path).isFile() ? readFileSync(path) : Buffer.alloc(0);
}

/** True for built code where a source was written after it; sources are what they are. */
function isOlder(file: string, sources: string): boolean {
  if (file.endsWith(".ts")) return false;
  const builtMs = statSync(file).mtimeMs;
  return readdirSync(sources, { recursive: true, encoding: "utf8" }).some(
    (path) => path.endsWith(".ts") && !path.endsWith(TESTS) && statSync(join(sources, path)).mtimeMs > builtMs,
  );
}
