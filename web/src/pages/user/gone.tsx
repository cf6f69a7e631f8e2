// Items that left the list, and their ranks under the changed question.
import type { JSX } from "preact";
import type { Recommended } from "../../../../src/client/index.ts";
import { ItemLines } from "../../showing/item-link.tsx";
import { rankWords } from "./rank-words.ts";
import { type Asked, useRanks } from "./use-recommendations.ts";
import type { WhatIf } from "./what-if.ts";

export function Gone({
  asked,
  whatIf,
  items,
}: {
  readonly asked: Asked;
  readonly whatIf: WhatIf;
  readonly items: readonly Recommended[];
}): JSX.Element | null {
  const answer = useRanks(
    asked,
    whatIf,
    items.map(({ item }) => item.id),
  );
  if (items.length === 0) return null;
  return (
    <div class="gone">
      <h3>No longer in the list</h3>
      <ul class="rows">
        {items.map(({ item, rank }) => (
          <li key={item.id} class="row">
            <span class="grows min-0">
              <ItemLines item={item} />
            </span>
            <span class="small numbers move down">
              {rank} → {rankWords(answer, item.id, whatIf)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
