import type { BatchShape, NetworkShape } from "../shapes.ts";

/** About what a training program keeps of a batch until its gradients are known. */
export function activationBytes({ batch, length }: BatchShape, { t5 }: NetworkShape): number {
  const perPosition = t5.encoderLayers * (34 * t5.width + 6 * t5.heads * length);
  return 4 * batch * length * perPosition;
}
