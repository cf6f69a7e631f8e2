import { availableParallelism } from "node:os";
import type { CompileOptions } from "../engine/index.ts";

/**
 * CPU threads that the parts of a training may divide; 1 where they can only take turns: helpers have the cores, and a
 * graphics device has one queue.
 */
export function divisibleThreads({ device = "cpu", threads }: CompileOptions, hasHelpers: boolean): number {
  return device !== "cpu" || hasHelpers ? 1 : (threads ?? availableParallelism());
}
