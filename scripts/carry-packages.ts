// A step of `npm run build`, after the declarations: puts into dist/ the programs, what the published package carries
// instead of depending on it, and data that lies beside the sources.
// docs/decisions/0018-carried-in-the-package.md says why.
import { chmod, copyFile, cp, link, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BROWSER_FILES, made } from "../src/pipeline/export-web/bundle.ts";
import { bundlePrograms } from "./bundle.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "dist");
const PACKAGES = join(ROOT, "node_modules");

/**
 * Binaries by platform: where SQLite, DuckDB and onnxruntime all have some. DirectML.dll stays behind: onnxruntime.dll
 * loads it for a device that we do not offer. The macOS library's second name is a copy of the same 45 MB.
 */
const BINARIES: Readonly<Record<string, readonly string[]>> = {
  "linux/x64": ["libonnxruntime.so.1", "onnxruntime_binding.node"],
  "linux/arm64": ["libonnxruntime.so.1", "onnxruntime_binding.node"],
  "darwin/arm64": ["libonnxruntime.1.dylib", "onnxruntime_binding.node"],
  "win32/x64": ["onnxruntime.dll", "dxcompiler.dll", "dxil.dll", "onnxruntime_binding.node"],
};

/** onnxruntime-node without its install script and what that script needs. */
async function carryOnnxRuntime(): Promise<void> {
  const from = join(PACKAGES, "onnxruntime-node");
  const to = join(DIST, "onnxruntime");
  await cp(join(from, "dist"), join(to, "dist"), {
    recursive: true,
    filter: (path) => !path.endsWith(".map") && !path.endsWith(".d.ts"),
  });
  for (const [platform, names] of Object.entries(BINARIES)) {
    const folder = join("bin", "napi-v6", platform);
    await mkdir(join(to, folder), { recursive: true });
    for (const name of names) await place(join(from, folder, name), join(to, folder, name));
  }
  const { name, version, license, main } = JSON.parse(await readFile(join(from, "package.json"), "utf8"));
  await writeFile(join(to, "package.json"), `${JSON.stringify({ name, version, license, main }, null, 2)}\n`);
  for (const file of ["LICENSE", "ThirdPartyNotices.txt"])
    await copyFile(join(ROOT, "scripts", "carried", `onnxruntime-${file}`), join(to, file));
}

/** A second name for the same bytes where the file system can, so that a build costs no 165 MB. */
async function place(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

/** What `isrf export-web` writes beside the model: modules for browsers as single files, and a page. */
async function buildBrowserFiles(): Promise<void> {
  const to = join(DIST, "browser", "exported");
  await mkdir(to, { recursive: true });
  for (const name of Object.keys(BROWSER_FILES)) await writeFile(join(to, name), await made(name));
}

/** What a program of ours reads from beside itself. */
async function carryData(): Promise<void> {
  for (const file of ["reasoning/judgement/labelled-replies.jsonl"])
    await copyFile(join(ROOT, "src", file), join(DIST, file));
}

await carryData();
await buildBrowserFiles();
await carryOnnxRuntime();
await bundlePrograms({ root: ROOT, to: DIST });
await chmod(join(DIST, "cli", "main.js"), 0o755);
