// Whether two lists are one.
import type { JSX } from "preact";
import type { Answer } from "../../../../src/browser/api.ts";
import type { Theirs } from "./server-list.tsx";

export function Agreement({
  own,
  theirs,
}: {
  readonly own: Answer;
  readonly theirs: Theirs | undefined;
}): JSX.Element | null {
  if (theirs?.answer.kind !== "here" || theirs.answer.isOld) return null;
  const here = own.items.map(({ item }) => item.id);
  const there = theirs.answer.value.items.map(({ item }) => item.id);
  const shared = here.filter((id) => there.includes(id)).length;
  const places = here.filter((id, at) => there[at] !== id).length;
  if (places === 0 && here.length === there.length) {
    return (
      <p class="small">
        <span class="chip good">The server's list, item by item</span>
      </p>
    );
  }
  return (
    <p class="small">
      <span class="chip warn">
        {shared} of {there.length} items are the server's, {places} in another place
      </span>{" "}
      <span class="faint">Stored in 16 bits, scores of nearly equal items may change places.</span>
    </p>
  );
}
