// From a program to something that runs.
import type { TensorData } from "../trace/tensor.ts";
import type { Program } from "../trace/trace.ts";
import type { CompileOptions, Executable } from "./executable.ts";
import type { Feeds } from "./feeds.ts";
import { planStages } from "./placement.ts";
import { Session } from "./session.ts";
import { StagedExecutable } from "./staged-executable.ts";

/**
 * Compile a program for a device: one session, or on a CPU, where sparse products run outside of sessions, one session
 * between each two of them.
 * @throws DeviceError when another device than the CPU cannot run it; on a CPU what onnxruntime throws.
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
