// A compiled program. It holds native memory: call `dispose()`.
import type { Program, TensorData } from "../trace/trace.ts";
import type { Device } from "./device.ts";
import { planStages } from "./placement.ts";
import { Session } from "./session.ts";
import { StagedExecutable } from "./staged-executable.ts";

export interface CompileOptions {
  readonly device?: Device;
  /** Threads inside one op; onnxruntime's default (all cores) when absent. */
  readonly threads?: number;
}

export type Feeds = Readonly<Record<string, TensorData>>;

export interface Executable {
  readonly program: Program;
  /**
   * Run once. `feeds` holds every input except constants; results are fresh arrays, or those given in `into`
   * (which must not be among the feeds).
   * @throws UsageError for a missing, misnamed or wrongly sized feed, or after `dispose()`.
   */
  run<Name extends string = string>(
    feeds: Feeds,
    into?: Readonly<Record<string, TensorData>>,
  ): Promise<Record<Name, TensorData>>;
  dispose(): Promise<void>;
}

/**
 * Compile a program for a device: one session, or on a CPU, where sparse products run outside of sessions, one session
 * between each two of them.
 * @throws DeviceError when the device cannot run it.
 */
export async function compile(program: Program, options: CompileOptions = {}): Promise<Executable> {
  const hasProducts = program.nodes.some(({ op }) => op === "sparsePolynomial");
  if (hasProducts && (options.device ?? "cpu") === "cpu") {
    return StagedExecutable.open(program, planStages(program), options);
  }
  const session = await Session.open(program, options);
  return {
    program,
    run: <Name extends string>(feeds: Feeds, into: Readonly<Record<string, TensorData>> = {}) =>
      session.run(feeds, into) as Promise<Record<Name, TensorData>>,
    dispose: () => session.dispose(),
  };
}
