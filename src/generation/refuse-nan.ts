import { OperationError } from "../base/errors.ts";

/**
 * What is no number is neither above nor below another: an item with such a score would be left out in silence.
 * @throws OperationError for the first of `scores` that is NaN.
 */
export function refuseNaN(scores: Float32Array): void {
  for (let place = 0; place < scores.length; place++)
    if (Number.isNaN(scores[place]))
      throw new OperationError(
        `score ${place + 1} of ${scores.length} is no number (NaN): the model's training has diverged. Train it again with a smaller learning rate.`,
      );
}
