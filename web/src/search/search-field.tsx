// One field for items and users: results as one types, arrows walk through them, Enter opens.
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import type { ItemCard, UserEntry } from "../../../src/client/index.ts";
import { itemPage, userPage } from "../asking/addresses.ts";
import { Icon } from "../showing/icon.tsx";
import { itemFacts, titleOf } from "../showing/item-link.tsx";
import { counted } from "../showing/numbers.ts";
import { useItemSearch, useSettled, useUserSearch } from "./use-search.ts";

interface Hit {
  readonly kind: "item" | "user";
  readonly href: string;
  readonly title: string;
  readonly facts: string;
}

const SHOWN = 6;

export function SearchField({
  onLeave,
  isFirst = false,
}: {
  /** Something was opened, or the field was given up. */
  readonly onLeave?: (() => void) | undefined;
  /** Takes the focus as soon as it is there. */
  readonly isFirst?: boolean | undefined;
}): JSX.Element {
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const [, navigate] = useLocation();
  const name = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isFirst) input.current?.focus();
  }, [isFirst]);
  const settled = useSettled(words);
  const items = useItemSearch(settled, SHOWN);
  const users = useUserSearch(settled, SHOWN);
  const isAsked = words.trim() !== "";
  const found = isAsked
    ? [
        ...(items.kind === "here" ? items.value.items.map(itemHit) : []),
        ...(users.kind === "here" ? users.value.users.map(userHit) : []),
      ]
    : [];
  const open = ({ href }: Hit) => {
    navigate(href);
    setWords("");
    onLeave?.();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setAt((at + step + found.length) % found.length);
    }
    if (event.key === "Enter" && found[at] !== undefined) open(found[at]);
    if (event.key === "Escape") {
      setWords("");
      onLeave?.();
    }
  };
  const isSettled = settled === words && items.kind !== "waiting" && users.kind !== "waiting";
  return (
    <div class="search">
      <div class="search-field">
        <Icon name="search" />
        <input
          ref={input}
          data-search="true"
          type="text"
          inputMode="search"
          role="combobox"
          aria-label="Search items and users"
          aria-expanded={isAsked}
          aria-controls={`${name}-list`}
          aria-autocomplete="list"
          aria-activedescendant={found[at] === undefined ? undefined : `${name}-${at}`}
          placeholder="Search items and users"
          autocomplete="off"
          spellcheck={false}
          value={words}
          onInput={(event) => {
            setWords(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKey}
        />
        <span class="key" aria-hidden="true">
          /
        </span>
      </div>
      <div class="search-results" id={`${name}-list`} role="listbox" aria-label="Results" hidden={!isAsked}>
        {found.map((hit, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox hears the keys
          <div
            key={hit.href}
            id={`${name}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            class="search-hit"
            onMouseMove={() => setAt(place)}
            onClick={() => open(hit)}
          >
            <Icon name={hit.kind} />
            <span class="item-lines">
              <span class="one-line">{hit.title}</span>
              <span class="one-line faint small">{hit.facts}</span>
            </span>
          </div>
        ))}
        {isAsked && isSettled && found.length === 0 && <p class="search-none soft">Nothing is called that here.</p>}
      </div>
      <p class="hidden-words" role="status">
        {isAsked && isSettled && `${found.length} results`}
      </p>
    </div>
  );
}

function itemHit(item: ItemCard): Hit {
  return { kind: "item", href: itemPage(item.id), title: titleOf(item), facts: itemFacts(item) || item.id };
}

function userHit({ id, interactions }: UserEntry): Hit {
  return { kind: "user", href: userPage(id), title: id, facts: counted(interactions, "interaction") };
}
