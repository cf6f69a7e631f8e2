// Which kinds of job there are. A line here, and every worker can do it.
import { unknownName } from "../../base/errors.ts";
import type { AnyJobKind } from "./kind.ts";

export const KINDS: readonly AnyJobKind[] = [];

/** @throws UsageError for a name that is none, listing the known ones. */
export function kindsNamed(names: readonly string[] | undefined): readonly AnyJobKind[] {
  if (names === undefined) return KINDS;
  const known = KINDS.map(({ name }) => name);
  return names.map((name) => {
    const kind = KINDS.find((each) => each.name === name);
    if (kind === undefined) throw unknownName("kind of job", name, known);
    return kind;
  });
}
