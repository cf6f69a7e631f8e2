// The files of onnxruntime-web that a browser needs. It takes 130 MB installed, so it is nobody's dependency: whoever
// exports installs it.
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { OperationError } from "../../base/errors.ts";
import { packageFile } from "../../base/product-files.ts";

const PACKAGE = "onnxruntime-web";
const WASM = ["ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];
const WEBGPU = ["ort.webgpu.min.mjs", "ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm"];

export interface Runtime {
  readonly folder: string;
  readonly version: string;
  readonly license: string;
}

/** Where it is installed: for this package, or where the command runs. @throws OperationError where it is not. */
export async function findRuntime(): Promise<Runtime> {
  const folder = [packageFile("package.json"), join(process.cwd(), "package.json")].flatMap(resolvedFrom)[0];
  if (folder === undefined) {
    throw new OperationError(
      `isrf export-web copies files of ${PACKAGE}, which is not installed: npm install ${PACKAGE}. Or leave them out: --no-runtime.`,
    );
  }
  const { version, license } = JSON.parse(await readFile(join(folder, "..", "package.json"), "utf8"));
  return { folder, version, license };
}

function resolvedFrom(place: string): string[] {
  try {
    return [dirname(createRequire(place).resolve(PACKAGE))];
  } catch {
    return [];
  }
}

/** The file of a name that a browser without WebGPU loads; undefined for another name. */
export function runtimeFile({ folder }: Runtime, name: string): string | undefined {
  return WASM.includes(name) ? join(folder, name) : undefined;
}

/** Into `to`, a folder of its own. @throws OperationError for a version that lacks a file. */
export async function copyRuntime({ folder, version }: Runtime, to: string, hasWebgpu: boolean): Promise<void> {
  await mkdir(to);
  for (const name of hasWebgpu ? [...WASM, ...WEBGPU] : WASM) {
    if (!existsSync(join(folder, name)))
      throw new OperationError(`${PACKAGE} ${version} has no ${name}: npm install ${PACKAGE}@1.30.0.`);
    await copyFile(join(folder, name), join(to, name));
  }
}
