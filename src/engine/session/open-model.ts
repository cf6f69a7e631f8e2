// An ONNX model of any origin, to be run here.
import type { TensorData } from "../trace/tensor.ts";
import { ort } from "./onnxruntime.ts";

export interface OpenedModel {
  /** `feeds`: of each input its data and shape. Results by output. */
  run(
    feeds: Readonly<Record<string, { readonly data: Float32Array | Int32Array; readonly dims: readonly number[] }>>,
  ): Promise<Record<string, TensorData>>;
  dispose(): Promise<void>;
}

/** It holds native memory: call `dispose()`. */
export async function openModel(bytes: Uint8Array): Promise<OpenedModel> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  return {
    async run(feeds) {
      const tensors = Object.entries(feeds).map(([name, { data, dims }]) => {
        const tensor =
          data instanceof Int32Array ? new ort.Tensor("int32", data, dims) : new ort.Tensor("float32", data, dims);
        return [name, tensor] as const;
      });
      const results = await session.run(Object.fromEntries(tensors));
      return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, data as TensorData]));
    },
    dispose: () => session.release(),
  };
}
