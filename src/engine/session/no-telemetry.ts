// onnxruntime 1.30 collects usage data: it writes a device id and a database into the user's home and tries to send
// them. It asks the environment once, before its first session, so this file is imported before it. docs/privacy.md
// tells users.
import { isMainThread } from "node:worker_threads";
import { OperationError } from "../../base/errors.ts";

const SWITCH = "ORT_DISABLE_TELEMETRY";

/** @throws OperationError in a worker thread whose process lets onnxruntime collect: a worker cannot change that. */
function forbidTelemetry(): void {
  if (process.env[SWITCH] === "1") return;
  if (!isMainThread) {
    throw new OperationError(
      `onnxruntime would collect usage data: a worker thread cannot forbid it for its process. Start the process with ${SWITCH}=1, or import isrf in the main thread before the worker starts.`,
    );
  }
  process.env[SWITCH] = "1";
}

forbidTelemetry();
