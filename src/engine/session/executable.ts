// A compiled program: an onnxruntime session with checked feeds. It holds native memory: call `dispose()`.
import * as ort from "onnxruntime-node";
import { UsageError } from "../../base/errors.ts";
import { type EmitOptions, elementType, emitOnnx } from "../onnx/emit.ts";
import type { DType, Shape, Tensor } from "../trace/tensor.ts";
import { sizeOf } from "../trace/tensor.ts";
import type { Program, TensorData } from "../trace/trace.ts";
import { type Device, DeviceError } from "./device.ts";

export interface CompileOptions {
  readonly device?: Device;
  /** Threads inside one op; onnxruntime's default (all cores) when absent. */
  readonly threads?: number;
}

export type Feeds = Readonly<Record<string, TensorData>>;

/** Compile a program for a device. @throws DeviceError when the device cannot run it. */
export async function compile(program: Program, options: CompileOptions = {}): Promise<Executable> {
  const device = options.device ?? "cpu";
  const isWebGpu = device === "webgpu";
  const emission = { fusedRmsNorm: device === "cpu", byteMasks: !isWebGpu, logSoftmax: !isWebGpu };
  const bytes = emitOnnx(program, emission);
  try {
    const session = await ort.InferenceSession.create(bytes, {
      executionProviders: [device],
      graphOptimizationLevel: "all",
      // Pre-planned memory blocks cost a third more memory and no visible time less.
      enableMemPattern: false,
      logSeverityLevel: 3,
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    });
    return new Executable(program, session, emission);
  } catch (cause) {
    if (device === "cpu") throw cause;
    throw new DeviceError(device, cause);
  }
}

export class Executable {
  readonly program: Program;
  private session: ort.InferenceSession | undefined;
  private readonly emission: EmitOptions;
  private readonly constants: Readonly<Record<string, ort.Tensor>>;

  constructor(program: Program, session: ort.InferenceSession, emission: EmitOptions) {
    this.program = program;
    this.emission = emission;
    this.session = session;
    this.constants = Object.fromEntries(
      program.inputs.flatMap((input) => {
        const { name } = input.attributes;
        const data = program.constants.get(name);
        return data === undefined ? [] : [[name, this.fed(input, data)]];
      }),
    );
  }

  /**
   * Run once. `feeds` holds every input except constants; results are fresh arrays, or those given in `into`
   * (which must not be among the feeds).
   * @throws UsageError for a missing, misnamed or wrongly sized feed, or after `dispose()`.
   */
  async run<Name extends string = string>(
    feeds: Feeds,
    into: Readonly<Record<string, TensorData>> = {},
  ): Promise<Record<Name, TensorData>> {
    if (this.session === undefined) throw new UsageError("this program has been disposed of");
    const results = await this.session.run(this.tensors(feeds), this.fetches(into));
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, tensor.data as TensorData]),
    ) as Record<Name, TensorData>;
  }

  async dispose(): Promise<void> {
    const session = this.session;
    this.session = undefined;
    await session?.release();
  }

  private tensors(feeds: Feeds): Record<string, ort.Tensor> {
    const tensors: Record<string, ort.Tensor> = {};
    for (const input of this.program.inputs) {
      const { name } = input.attributes;
      const data = feeds[name];
      const bound = this.constants[name];
      if (data === undefined && bound === undefined) throw new UsageError(`program input ${name} is not fed`);
      tensors[name] = data === undefined ? bound! : this.fed(input, data);
    }
    return tensors;
  }

  private fed(input: Tensor<"input">, data: TensorData): ort.Tensor {
    return toOrt(input.attributes.name, input.shape, elementType(input, this.emission), data);
  }

  private fetches(into: Readonly<Record<string, TensorData>>): Record<string, ort.Tensor | null> {
    return Object.fromEntries(
      Object.entries(this.program.outputs).map(([name, node]) => {
        const target = into[name];
        return [name, target === undefined ? null : toOrt(name, node.shape, node.dtype, target)];
      }),
    );
  }
}

function toOrt(name: string, shape: Shape, type: DType | "uint8", data: TensorData): ort.Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new UsageError(`program value ${name}: ${data.length} values, expected shape [${shape.join(", ")}]`);
  }
  return new ort.Tensor(type, data, [...shape]);
}
