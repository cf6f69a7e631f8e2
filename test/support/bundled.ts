// Programs of tests that import much of the product: as one file they start in a fraction of the time that their
// sources take through a loader.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { sha256, writeFileAtomic } from "../../src/base/files.ts";
import { ROOT } from "./built.ts";

/** Packages are found from here. */
const FOLDER = join(ROOT, "node_modules", ".cache", "isrf-tests");

/** @param code TypeScript that imports absolute paths. @returns the path of what `node` starts. */
export async function bundled(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, loader: "ts", resolveDir: ROOT },
    write: false,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "error",
    plugins: [{ name: "knows-its-place", setup: ({ onLoad }) => onLoad({ filter: /product-files\.ts$/ }, atItsPlace) }],
  });
  const path = join(FOLDER, `${sha256(code).slice(0, 16)}.mjs`);
  await writeFileAtomic(path, outputFiles[0]!.contents);
  return path;
}

/** The product's files lie where its sources do. */
async function atItsPlace({ path }: { readonly path: string }) {
  const text = await readFile(path, "utf8");
  const contents = text.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
  return { contents, loader: "ts" } as const;
}

/** The same of a file. */
export function bundledFile(path: string): Promise<string> {
  return bundled(`import ${JSON.stringify(path)};`);
}
