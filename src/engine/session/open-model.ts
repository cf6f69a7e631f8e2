// An ONNX model of any origin, to be run here.
import type { TensorData } from "../trace/tensor.ts";
import { ort } from "./onnxruntime.ts";

/** An ONNX model on the CPU. It holds native memory: call `dispose()`. */
export interface OpenedModel {
  /**
   * Run once. `feeds`: of each input its data and shape, float32 or int32 by the kind of array. Results by output,
   * row-major.
   * @throws what onnxruntime throws, as for inputs that are missing or do not fit.
   */
  run(
    feeds: Readonly<Record<string, { readonly data: Float32Array | Int32Array; readonly dims: readonly number[] }>>,
  ): Promise<Record<string, TensorData>>;
  /** Give the memory back; let runs end before. */
  dispose(): Promise<void>;
}

/** Open the bytes of an ONNX model. @throws what onnxruntime throws, as for bytes that are no model. */
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
