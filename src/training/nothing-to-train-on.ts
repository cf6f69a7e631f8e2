// The refusal of data that hold no training example.
import { InputError } from "../base/errors.ts";

/** The two interactions that most imports hold out leave nothing to learn from in histories of three. */
export function nothingToTrainOn(): InputError {
  return new InputError({
    where: "training histories",
    found: "none of two items",
    expected: "some that an item and the one after it can be learned from",
    todo:
      "Where the last two interactions are held out, somebody needs four: import more interactions, or filter fewer " +
      "out (isrf data stats shows how long histories are).",
  });
}
