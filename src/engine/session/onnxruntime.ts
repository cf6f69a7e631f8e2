// The library that runs programs. The published package carries the files of onnxruntime-node, because that package's
// install script fetches from outside the npm registry: docs/decisions/0018-carried-in-the-package.md.
import "./no-telemetry.ts";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { OperationError } from "../../base/errors.ts";
import { codeFile } from "../../base/product-files.ts";

type OnnxRuntime = typeof import("onnxruntime-common");

const require = createRequire(import.meta.url);
/** Below dist/, where the build puts it: a clone's sources have none and run the installed package. */
const CARRIED = codeFile("onnxruntime/");

function load(): OnnxRuntime {
  const installed = installedVersion();
  if (!existsSync(CARRIED)) return require("onnxruntime-node");
  // One that was installed beside us goes first: it may have the CUDA provider, which is too large to carry.
  const { version } = JSON.parse(readFileSync(`${CARRIED}package.json`, "utf8")) as { version: string };
  if (installed === version) return require("onnxruntime-node");
  try {
    return require(CARRIED);
  } catch (cause) {
    const [reason] = (cause as Error).message.split("\n");
    throw new OperationError(
      `this package carries no onnxruntime that runs on ${process.platform} ${process.arch} ` +
        `(${reason}). Where onnxruntime-node runs, \`npm install onnxruntime-node@${version}\` adds it.`,
      { cause },
    );
  }
}

function installedVersion(): string | undefined {
  try {
    return (require("onnxruntime-node/package.json") as { version: string }).version;
  } catch {
    return undefined;
  }
}

export const ort = load();
