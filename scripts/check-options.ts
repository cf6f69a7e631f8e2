// Refuses two ways of leaving undefined values out that hide which keys are passed: a misspelt one then compiles and
// does nothing. Inputs are declared `?: T | undefined`, and values go where they are named. Prints what offends; exits
// with 1.
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const REFUSED: readonly { readonly pattern: RegExp; readonly words: string }[] = [
  { pattern: /\.\.\.\(.*=== undefined \? \{\} :/, words: "a conditional spread" },
  { pattern: /\.\.\.\([^()\n]*&& \{/, words: "a conditional spread" },
  {
    pattern: /fromEntries\(\s*Object\.entries\(\w+\)\.filter\(\(\[, (\w+)\]\) => \1 !== undefined\)/,
    words: "undefined values filtered out of an object, which erases its keys' types",
  },
];

/** `file:line: what` for each place in a text. */
export function refusedIn(file: string, text: string): readonly string[] {
  return REFUSED.flatMap(({ pattern, words }) =>
    [...text.matchAll(new RegExp(pattern, "g"))].map(
      ({ index }) => `${file}:${text.slice(0, index).split("\n").length}: ${words}; pass the value as it is`,
    ),
  );
}

function isProduct(file: string): boolean {
  return file.endsWith(".ts") && !file.endsWith(".test.ts");
}

async function main(): Promise<void> {
  const root = resolve(import.meta.dirname, "../src");
  const files = (await readdir(root, { recursive: true })).filter(isProduct).sort();
  const found = await Promise.all(
    files.map(async (file) => refusedIn(`src/${file}`, await readFile(join(root, file), "utf8"))),
  );
  for (const line of found.flat()) console.error(line);
  if (found.flat().length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
