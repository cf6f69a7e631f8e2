import { totalmem } from "node:os";

/** Bytes of memory of the machine, or of the container. */
export function availableBytes(): number {
  const bound = process.constrainedMemory();
  return bound > 0 ? Math.min(bound, totalmem()) : totalmem();
}
