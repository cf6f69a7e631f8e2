// The browser's files: modules bundled by the build into `dist/browser`, or here where there are sources.
import { readFile } from "node:fs/promises";
import { exists } from "../../base/files.ts";
import { codeFile, packageFile } from "../../base/product-files.ts";

/** Name in an export -> source. The build writes each under its name into `dist/browser`. */
export const BROWSER_FILES: Readonly<Record<string, string>> = {
  "recommend.js": codeFile("browser/recommend.ts"),
  "page.js": packageFile("web/export-page/page.ts"),
  "index.html": packageFile("web/export-page/index.html"),
  "style.css": packageFile("web/export-page/style.css"),
  "icon.svg": packageFile("web/export-page/icon.svg"),
};

/** Of a name in `BROWSER_FILES`. */
export async function browserFile(name: string): Promise<string> {
  const built = codeFile(`browser/exported/${name}`);
  return (await exists(built)) ? readFile(built, "utf8") : made(name);
}

/** From its source; modules by esbuild, which comes with a clone, where alone this is called. */
export async function made(name: string): Promise<string> {
  const source = BROWSER_FILES[name]!;
  return name.endsWith(".js") ? bundled(source) : readFile(source, "utf8");
}

/** Declarations of `recommend.js`. */
export async function moduleTypes(): Promise<string> {
  const built = codeFile("browser/api.d.ts");
  const text = await readFile((await exists(built)) ? built : codeFile("browser/api.ts"), "utf8");
  const api = text.replace(/^\/\/# source.*$/m, "").replace(/^(\/\/ .*\n)+/, "");
  return `// Types of recommend.js.\n${api.trimEnd()}\n\nexport declare const openRecommender: OpenRecommender;\n`;
}

async function bundled(entry: string): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
    write: false,
    external: ["./recommend.js"],
  });
  return outputFiles[0]!.text;
}
