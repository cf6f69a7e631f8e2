// Codes of the run before, with free ones for what is new.
import type { ItemCodes } from "../../../backbone/item-codes.ts";
import { keptCodes } from "../../../backbone/kept-codes.ts";
import { InputError, internal } from "../../../base/errors.ts";
import type { Matrix } from "../../../base/matrix.ts";
import type { Before } from "./before.ts";

/** `vectors` are those of the data now. @throws InputError where the run's codes are too few. */
export function codesFrom(before: Before, noun: "items" | "users", vectors: Matrix): ItemCodes {
  const { state, run } = before;
  const codes = noun === "items" ? state.codes : state.userCodes;
  if (codes === undefined) throw internal(`a run without codes of ${noun} and a training with them`);
  const { from, before: count } = before[noun];
  const kept = keptCodes(codes, from, vectors);
  if (kept !== undefined) return kept;
  throw new InputError({
    where: run,
    found: `codes made for ${count} ${noun}, too few for ${from.length}`,
    expected: `as many ${noun} as its codes can tell apart`,
    todo: "Train without --from: all of them get new codes.",
  });
}
