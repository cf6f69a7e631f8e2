// The official SDK, which is optional: everything else of isrf does without it.
import { OperationError } from "../base/errors.ts";

export type Sdk = typeof import("@modelcontextprotocol/server");
export type SdkStdio = typeof import("@modelcontextprotocol/server/stdio");

const MISSING =
  "isrf mcp needs the optional package @modelcontextprotocol/server: npm install @modelcontextprotocol/server.";

/** @throws OperationError where it is not installed. */
export function loadSdk(): Promise<Sdk> {
  return import("@modelcontextprotocol/server").catch(missing);
}

/** @throws as `loadSdk`. */
export function loadSdkStdio(): Promise<SdkStdio> {
  return import("@modelcontextprotocol/server/stdio").catch(missing);
}

function missing(cause: unknown): never {
  throw new OperationError(MISSING, { cause });
}
