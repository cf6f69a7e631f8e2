// What somebody took, newest on top, each with a button that takes it out of the question.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { User } from "../../../../src/client/index.ts";
import { Icon } from "../../showing/icon.tsx";
import { ItemLines, titleOf } from "../../showing/item-link.tsx";
import { onDay } from "../../showing/numbers.ts";
import { AddItem } from "./add-item.tsx";
import { AddedItem } from "./added-item.tsx";
import type { WhatIfControl } from "./what-if.ts";

type HistoryEntry = User["history"][number];
const SOURCES = { training: undefined, "held-out": "held out", event: "since training" } as const;

const FIRST_SHOWN = 8;

export function History({
  entries,
  whatIf,
}: {
  readonly entries: readonly HistoryEntry[];
  readonly whatIf: WhatIfControl;
}): JSX.Element {
  const known = new Set(entries.map(({ item }) => item.id));
  const [isWhole, setWhole] = useState(false);
  const newest = [...entries].reverse();
  // What was taken out stays in sight.
  const shown = newest.filter(({ item }, at) => isWhole || at < FIRST_SHOWN || whatIf.has("minus", item.id));
  return (
    <>
      <AddItem onAdd={(id) => whatIf.toggle("plus", id)} />
      <ol class="timeline" reversed>
        {[...whatIf.state.plus].reverse().map((id) => (
          <AddedItem key={`plus ${id}`} id={id} onRemove={() => whatIf.toggle("plus", id)} isAgain={known.has(id)} />
        ))}
        {shown.map((entry) => (
          <Entry key={entry.item.id} entry={entry} whatIf={whatIf} />
        ))}
      </ol>
      {newest.length > FIRST_SHOWN && (
        <button type="button" class="button" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show the newest alone" : `Show all ${newest.length}`}
        </button>
      )}
    </>
  );
}

function Entry({ entry, whatIf }: { readonly entry: HistoryEntry; readonly whatIf: WhatIfControl }): JSX.Element {
  const { item, at, source } = entry;
  const isOut = whatIf.has("minus", item.id);
  const says = [at === undefined ? undefined : onDay(at), SOURCES[source]].filter((word) => word !== undefined);
  return (
    <li class={`moment ${isOut ? "is-out" : ""} from-${source}`}>
      <span class="grows min-0">
        <ItemLines item={item} />
        {(says.length > 0 || isOut) && (
          <span class="small moment-note">{[...(isOut ? ["taken out"] : []), ...says].join(" · ")}</span>
        )}
      </span>
      <button
        type="button"
        class="icon-button"
        aria-pressed={isOut}
        aria-label={`Take out ${titleOf(item)}`}
        title={isOut ? "Put back" : "Take out of the history"}
        onClick={() => whatIf.toggle("minus", item.id)}
      >
        <Icon name={isOut ? "undo" : "close"} size={16} />
      </button>
    </li>
  );
}
