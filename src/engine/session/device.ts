// Where programs run. An unavailable device is an error that says how to get it, never a silent fallback.
import { OperationError, UsageError } from "../../base/errors.ts";

/** Where programs can run: on the CPU, or on a GPU by WebGPU or CUDA. */
export const DEVICES = ["cpu", "webgpu", "cuda"] as const;
/** One of `DEVICES`. */
export type Device = (typeof DEVICES)[number];

const ADVICE: Readonly<Record<Device, string>> = {
  cpu: "Reinstall isrf on this platform.",
  webgpu:
    "WebGPU needs a working Vulkan (Linux), Metal (macOS) or Direct3D 12 (Windows) driver; install one, or use --device cpu.",
  cuda:
    "CUDA needs Linux x64, an NVIDIA driver, CUDA 12 with cuDNN 9 (LD_LIBRARY_PATH must name them), and " +
    "onnxruntime-node's CUDA libraries: `npm install --ignore-scripts onnxruntime-node@1.30.0`, then " +
    "`ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install`. " +
    "For CUDA 13 see docs/engine.md. Or use --device cpu.",
};

/** The asked-for device cannot run programs here. */
export class DeviceError extends OperationError {
  override readonly name = "DeviceError";

  constructor(device: Device, cause: unknown) {
    super(`device ${device} is not available (${(cause as Error).message}). ${ADVICE[device]}`, { cause });
  }
}

/** The device of a name. @throws UsageError for an unknown name. */
export function parseDevice(name: string): Device {
  const device = DEVICES.find((known) => known === name);
  if (device === undefined) throw new UsageError(`device ${name}: expected one of ${DEVICES.join(", ")}`);
  return device;
}
