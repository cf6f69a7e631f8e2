// Checks that imports go down only: a room of `src/` may import rooms of a lower rank and itself, nothing else of
// this repository. Prints each offending import and exits with 1. Tests are exempt.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { preProcessFile } from "typescript";

/** Room -> rank. A new room gets its line here before it gets its first file. */
export const RANKS: Readonly<Record<string, number>> = {
  base: 0,
  engine: 1,
  data: 1,
  reasoning: 2,
  interests: 2,
  backbone: 2,
  evaluation: 2,
  embedding: 3,
  training: 3,
  generation: 3,
  recommenders: 4,
  pipeline: 5,
  cli: 6,
  server: 6,
};

export interface Violation {
  /** Path of the importing file below `src`, with forward slashes. */
  readonly file: string;
  /** The import as written. */
  readonly specifier: string;
  readonly reason: string;
}

/** Every import below `sourceRoot` that does not go down, ordered by file. */
export async function findViolations(sourceRoot: string): Promise<readonly Violation[]> {
  const entries = await readdir(sourceRoot, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const perFile = await Promise.all(files.map((file) => checkFile(sourceRoot, file)));
  return perFile.flat();
}

async function checkFile(sourceRoot: string, file: string): Promise<readonly Violation[]> {
  const { importedFiles } = preProcessFile(await readFile(file, "utf8"), true, true);
  return importedFiles.flatMap(({ fileName: specifier }) => {
    const reason = specifier.startsWith(".")
      ? objection(sourceRoot, file, resolve(dirname(file), specifier))
      : undefined;
    return reason === undefined ? [] : [{ file: below(sourceRoot, file), specifier, reason }];
  });
}

/** Why `from` must not import `target`; undefined when it may. */
function objection(sourceRoot: string, from: string, target: string): string | undefined {
  const path = below(sourceRoot, target);
  if (path.startsWith("../")) return "leaves src";
  const [source, wanted] = [roomOf(below(sourceRoot, from)), roomOf(path)];
  // Files directly in src are the package's front door: they may re-export every room, and no room may need them.
  if (source === undefined) return undefined;
  if (wanted === undefined) return `${source} reaches up to the front door`;
  if (source === wanted) return undefined;
  const [rank, wantedRank] = [RANKS[source], RANKS[wanted]];
  if (rank === undefined || wantedRank === undefined) {
    return `the room "${rank === undefined ? source : wanted}" has no rank in scripts/check-imports.ts`;
  }
  return wantedRank < rank ? undefined : `${source} (rank ${rank}) may not import ${wanted} (rank ${wantedRank})`;
}

function below(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

function roomOf(path: string): string | undefined {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : undefined;
}

async function main(): Promise<void> {
  const violations = await findViolations(resolve(import.meta.dirname, "../src"));
  for (const { file, specifier, reason } of violations) console.error(`src/${file} -> ${specifier}: ${reason}`);
  if (violations.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
