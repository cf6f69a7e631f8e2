// Gathers what Node starts into few files: a start takes about a millisecond for each module, and the command line had
// 900. docs/decisions/0033-bundle-what-starts.md has the numbers.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { OWN_PROGRAMS } from "../src/base/own-program.ts";

/**
 * What Node starts or imports, below src/. All go into one call, so that they share what they have in common: a class
 * is the same whichever entry it comes from.
 */
const ENTRIES: readonly string[] = ["cli/main", "index", "engine/index", ...OWN_PROGRAMS];

/**
 * Packages of many modules that a start loads, and what they need themselves. All others stay imports: those with
 * native parts, optional ones, and @opentelemetry/api, which users share with us. @hono/zod-openapi extends zod, so one
 * cannot be inside without the other.
 */
export const BUNDLED_PACKAGES: ReadonlySet<string> = new Set([
  "@asteasolutions/zod-to-openapi",
  "@duckdb/node-api",
  "@hono/node-server",
  "@hono/zod-openapi",
  "@hono/zod-validator",
  "bintrees",
  "commander",
  "echarts",
  "hono",
  "long",
  "prom-client",
  "protobufjs",
  "tdigest",
  "tslib",
  "yaml",
  "zod",
  "zrender",
]);

/** Runs in browsers as well, so it is a file of its own, which knows nothing of Node. */
const CLIENT = "client/index";

const CHUNKS = "chunks";

const SHARED_OPTIONS = {
  outbase: "src",
  bundle: true,
  format: "esm",
  sourcemap: true,
  sourcesContent: false,
  legalComments: "none",
  logLevel: "warning",
} as const satisfies BuildOptions;

export async function bundlePrograms({ root, to }: { readonly root: string; readonly to: string }): Promise<void> {
  const shared = { ...SHARED_OPTIONS, absWorkingDir: root, outdir: to };
  const { metafile } = await build({
    ...shared,
    entryPoints: ENTRIES.map((entry) => `src/${entry}.ts`),
    chunkNames: `${CHUNKS}/[name]-[hash]`,
    splitting: true,
    platform: "node",
    target: "node20",
    metafile: true,
    // CommonJS packages ask for Node's modules by it.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module";\nconst require = requireFrom(import.meta.url);',
    },
    plugins: [othersStayImports],
  });
  demandOwnPlace(metafile);
  await build({ ...shared, entryPoints: [`src/${CLIENT}.ts`], platform: "neutral", target: "es2023" });
  await writeFile(join(to, CHUNKS, "LICENCES.txt"), await licencesOf(root, metafile));
}

const othersStayImports: Plugin = {
  name: "others-stay-imports",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
      kind === "entry-point" || (!isBuiltin(path) && BUNDLED_PACKAGES.has(packageOf(path)))
        ? undefined
        : { path, external: true },
    ),
};

/** Of `@hono/node-server/serve-static`: `@hono/node-server`. */
function packageOf(path: string): string {
  return path
    .split("/")
    .slice(0, path.startsWith("@") ? 2 : 1)
    .join("/");
}

/** Where product-files.ts came to lie decides whether it finds anything. */
function demandOwnPlace({ outputs }: Metafile): void {
  const places = Object.keys(outputs).filter(
    (path) => outputs[path]!.inputs["src/base/product-files.ts"] !== undefined,
  );
  if (places.length !== 1 || !places[0]!.includes(`/${CHUNKS}/`))
    throw new Error(`src/base/product-files.ts: lies in ${places.join(", ")}, expected one file in ${CHUNKS}`);
}

const LICENCE = /^(licen[cs]e|notice|copyright)/i;

/** Of every package that went in, by name. */
async function licencesOf(root: string, { inputs }: Metafile): Promise<string> {
  const folders = new Set(
    Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
  );
  const texts = await Promise.all([...folders].sort().map((folder) => licenceIn(join(root, folder))));
  return `The files in this folder hold parts of these packages.\n${texts.join("")}`;
}

/** Its licence and notices, and those of what it holds; where it has none, what its package.json says. */
async function licenceIn(folder: string): Promise<string> {
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const named = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => LICENCE.test(name));
  const paths = named.map(async (entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? (await readdir(path)).sort().map((name) => join(path, name)) : [path];
  });
  const texts = await Promise.all((await Promise.all(paths)).flat().map((path) => readFile(path, "utf8")));
  const said = texts.length > 0 ? texts.map((text) => text.trim()) : [`Licence ${about.license}: ${about.homepage}`];
  return `\n## ${about.name} ${about.version}\n\n${said.join("\n\n")}\n`;
}
