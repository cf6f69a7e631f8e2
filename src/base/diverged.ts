// What trainings say where their figures are no numbers any more.
import { OperationError } from "./errors.ts";

export interface DivergedWords {
  /** The part of a training, or its folder. */
  readonly of: string;
  /** Such as "epoch 3". */
  readonly where: string;
  /** What to try. */
  readonly todo: string;
}

/**
 * Without this a diverged training would go on to its last epoch, or be ended by patience as if nothing were wrong.
 * @throws OperationError that names the first figure that is no finite number.
 */
export function refuseDiverged(figures: Readonly<Record<string, number>>, { of, where, todo }: DivergedWords): void {
  const wrong = Object.entries(figures).find(([, value]) => !Number.isFinite(value));
  if (wrong === undefined) return;
  throw new OperationError(`${of}: ${wrong[0]} is ${wrong[1]} in ${where}: training has diverged. ${todo}`);
}
