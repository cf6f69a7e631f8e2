// Kernels over a memory of a fixed size that is theirs alone.
import { assemble, type Kernel } from "./assembler.ts";
import { PAGE, webAssembly } from "./web-assembly.ts";

export type Callable<Name extends string> = Readonly<Record<Name, (...parameters: number[]) => void>>;

/** At least `bytes` of zeros, and functions over them whose parameters are i32. */
export function instance<Name extends string>(
  kernels: Readonly<Record<Name, Kernel>>,
  bytes: number,
): { readonly buffer: ArrayBuffer; readonly kernels: Callable<Name> } {
  const { Memory, Module, Instance } = webAssembly;
  const memory = new Memory({ initial: Math.ceil(bytes / PAGE) });
  const { exports } = new Instance(new Module(assemble(kernels)), { env: { memory } });
  return { buffer: memory.buffer, kernels: exports as Callable<Name> };
}
