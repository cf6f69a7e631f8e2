// A field that finds an item of the catalogue and adds it.
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { ItemCard } from "../../../../src/client/index.ts";
import { useItemSearch, useSettled } from "../../search/use-search.ts";
import { Icon } from "../../showing/icon.tsx";
import { itemFacts, titleOf } from "../../showing/item-link.tsx";

const SHOWN = 6;

export function AddItem({ onAdd }: { readonly onAdd: (id: string) => void }): JSX.Element {
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const name = useId();
  const answer = useItemSearch(useSettled(words), SHOWN);
  const isAsked = words.trim() !== "";
  const found = isAsked && answer.kind === "here" ? answer.value.items : [];
  const add = ({ id }: ItemCard) => {
    setWords("");
    onAdd(id);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setAt((at + step + found.length) % found.length);
    }
    if (event.key === "Enter" && found[at] !== undefined) add(found[at]);
    if (event.key === "Escape") setWords("");
  };
  return (
    <div class="search add-item">
      <div class="search-field">
        <Icon name="plus" size={16} />
        <input
          type="text"
          role="combobox"
          aria-label="Add an item to the history"
          aria-expanded={isAsked}
          aria-controls={`${name}-list`}
          aria-autocomplete="list"
          aria-activedescendant={found[at] === undefined ? undefined : `${name}-${at}`}
          placeholder="Add an item: what if?"
          autocomplete="off"
          value={words}
          onInput={(event) => {
            setWords(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKey}
          onBlur={() => setTimeout(() => setWords(""), 200)}
        />
      </div>
      <div class="search-results" id={`${name}-list`} role="listbox" aria-label="Items" hidden={!isAsked}>
        {found.map((item, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox hears the keys
          <div
            key={item.id}
            id={`${name}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            class="search-hit"
            onMouseMove={() => setAt(place)}
            onClick={() => add(item)}
          >
            <span class="item-lines">
              <span class="one-line">{titleOf(item)}</span>
              <span class="one-line faint small">{itemFacts(item) || item.id}</span>
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
