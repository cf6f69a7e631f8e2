// One onnxruntime session with checked feeds. It holds native memory: call `dispose()`.
import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-common";
import { UsageError } from "../../base/errors.ts";
import { elementType, emitOnnx } from "../onnx/emit.ts";
import { type EmitOptions, valueName } from "../onnx/emitter.ts";
import type { DType, Shape, Tensor, TensorData } from "../trace/tensor.ts";
import { isOp } from "../trace/tensor.ts";
import type { Program } from "../trace/trace.ts";
import { type Device, DeviceError } from "./device.ts";
import type { CompileOptions } from "./executable.ts";
import { checkLength, type Feeds } from "./feeds.ts";
import { ort } from "./onnxruntime.ts";

/** Which kernels a device may use. */
const emissionFor = (device: Device): EmitOptions => ({
  fusedRmsNorm: device === "cpu",
  byteMasks: device !== "webgpu",
  logSoftmax: device !== "webgpu",
});

export class Session {
  private readonly program: Program;
  private readonly foreign: readonly Tensor[];
  private readonly emission: EmitOptions;
  private readonly constants: Readonly<Record<string, OrtTensor>>;
  private native: InferenceSession | undefined;
  /** onnxruntime frees a session at once, under the feet of a run that is under way. */
  private readonly running = new Set<Promise<unknown>>();

  private constructor(
    program: Program,
    foreign: readonly Tensor[],
    emission: EmitOptions,
    native: InferenceSession,
    bound: Readonly<Record<string, OrtTensor>>,
  ) {
    this.program = program;
    this.foreign = foreign;
    this.emission = emission;
    this.native = native;
    const own = program.inputs.flatMap((input) => {
      const { name } = input.attributes;
      const data = program.constants.get(name);
      return data === undefined ? [] : [[name, this.fed(input, data)] as const];
    });
    this.constants = { ...bound, ...Object.fromEntries(own) };
  }

  /**
   * `foreign` are values that the program's nodes read and other programs make, fed under their `valueName`.
   * @throws DeviceError when the device cannot run it.
   */
  static async open(program: Program, options: CompileOptions, foreign: readonly Tensor[] = []): Promise<Session> {
    const device = options.device ?? "cpu";
    const emission = emissionFor(device);
    const { bytes, bound } = emitOnnx(program, emission, foreign);
    try {
      const settings: InferenceSession.SessionOptions = {
        executionProviders: [device],
        graphOptimizationLevel: "all",
        // Pre-planned memory blocks cost a third more memory and no visible time less.
        enableMemPattern: false,
        logSeverityLevel: 3,
        // Threads that spin between ops take a core from what runs there: our own threads, other processes.
        extra: { session: { intra_op: { allow_spinning: "0" } } },
      };
      if (options.threads !== undefined) settings.intraOpNumThreads = options.threads;
      const native = await ort.InferenceSession.create(bytes, settings);
      try {
        const tensors = [...bound].map(([name, { data, shape }]) => {
          const type = data instanceof Int32Array ? "int32" : "float32";
          return [name, toOrt(name, shape, type, data)] as const;
        });
        return new Session(program, foreign, emission, native, Object.fromEntries(tensors));
      } catch (error) {
        await native.release();
        throw error;
      }
    } catch (cause) {
      if (device === "cpu") throw cause;
      throw new DeviceError(device, cause);
    }
  }

  /** @throws UsageError for a missing, misnamed or wrongly sized feed, or after `dispose()`. */
  async run(feeds: Feeds, into: Readonly<Record<string, TensorData>>): Promise<Record<string, TensorData>> {
    if (this.native === undefined) throw new UsageError("this program has been disposed of");
    const run = this.native.run(this.tensors(feeds), this.fetches(into));
    this.running.add(run);
    const results = await run.finally(() => this.running.delete(run));
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensor.data as TensorData]));
  }

  /** Runs that are under way come to their end before. */
  async dispose(): Promise<void> {
    const { native } = this;
    this.native = undefined;
    await Promise.allSettled(this.running);
    await native?.release();
  }

  private tensors(feeds: Feeds): Record<string, OrtTensor> {
    const tensors: Record<string, OrtTensor> = { ...this.constants };
    for (const input of [...this.program.inputs, ...this.foreign]) {
      const name = valueName(input);
      const data = feeds[name];
      if (data === undefined && tensors[name] === undefined) throw new UsageError(`program input ${name} is not fed`);
      if (data !== undefined) tensors[name] = this.fed(input, data);
    }
    return tensors;
  }

  private fed(input: Tensor, data: TensorData): OrtTensor {
    const type = isOp(input, "input") ? elementType(input, this.emission) : input.dtype;
    return toOrt(valueName(input), input.shape, type, data);
  }

  private fetches(into: Readonly<Record<string, TensorData>>): Record<string, OrtTensor | null> {
    return Object.fromEntries(
      Object.entries(this.program.outputs).map(([name, node]) => {
        const target = into[name];
        return [name, target === undefined ? null : toOrt(name, node.shape, node.dtype, target)];
      }),
    );
  }
}

function toOrt(name: string, shape: Shape, type: DType | "uint8", data: TensorData): OrtTensor {
  checkLength(name, shape, data);
  return new ort.Tensor(type, data, [...shape]);
}
