// A field that offers what fits as one types: arrows walk through the offers, Enter takes one, Escape gives up. While
// the offers are still those of former words, Enter waits for those of the words that stand there.
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "../showing/icon.tsx";

export interface Offer {
  readonly key: string;
  readonly icon: IconName;
  readonly title: string;
  readonly facts: string;
  readonly take: () => void;
}

export interface ComboboxProps {
  readonly label: string;
  readonly placeholder: string;
  readonly icon: IconName;
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly offers: readonly Offer[];
  /** Whether `offers` belong to `words` already. */
  readonly isSettled: boolean;
  /** Escape was pressed. */
  readonly onLeave?: (() => void) | undefined;
  /** Takes the focus as soon as it is there. */
  readonly isFirst?: boolean | undefined;
  /** The one that the key "/" goes to. */
  readonly isMain?: boolean | undefined;
}

export function Combobox(props: ComboboxProps): JSX.Element {
  const {
    label,
    placeholder,
    icon,
    words,
    onWords,
    offers,
    isSettled,
    onLeave,
    isFirst = false,
    isMain = false,
  } = props;
  const [at, setAt] = useState(0);
  const [isHeld, setHeld] = useState(false);
  /** Enter was pressed before the offers were those of `words`. */
  const [isTaking, setTaking] = useState(false);
  const name = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isFirst) input.current?.focus();
  }, [isFirst]);
  const isAsked = isHeld && words.trim() !== "";
  const shown = isAsked ? offers : [];
  useEffect(() => {
    if (!isTaking || !isSettled) return;
    setTaking(false);
    shown[at]?.take();
  }, [isTaking, isSettled]);
  const onKey = (event: KeyboardEvent) => {
    // Enter then ends a word of an input method, and the arrows choose among its own offers.
    if (event.isComposing) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && shown.length > 0) {
      event.preventDefault();
      setAt((at + step + shown.length) % shown.length);
    }
    if (event.key === "Enter" && isAsked) setTaking(true);
    if (event.key === "Escape") {
      setTaking(false);
      onWords("");
      onLeave?.();
    }
  };
  return (
    <div class="search">
      <div class="search-field">
        <Icon name={icon} />
        <input
          ref={input}
          data-search={isMain ? "true" : undefined}
          type="text"
          inputMode="search"
          role="combobox"
          aria-label={label}
          aria-expanded={isAsked}
          aria-controls={`${name}-list`}
          aria-autocomplete="list"
          aria-activedescendant={shown[at] === undefined ? undefined : `${name}-${at}`}
          placeholder={placeholder}
          autocomplete="off"
          spellcheck={false}
          value={words}
          onInput={(event) => {
            onWords(event.currentTarget.value);
            setAt(0);
            setTaking(false);
          }}
          onFocus={() => setHeld(true)}
          onBlur={() => {
            setHeld(false);
            setTaking(false);
          }}
          onKeyDown={onKey}
        />
        {isMain && (
          <span class="key" aria-hidden="true">
            /
          </span>
        )}
      </div>
      <div class="search-results" id={`${name}-list`} role="listbox" aria-label={label} hidden={!isAsked}>
        {shown.map(({ key, icon: sign, title, facts, take }, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field hears the keys
          <div
            key={key}
            id={`${name}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            class="search-hit"
            onMouseMove={() => setAt(place)}
            // The field keeps the focus, or its list would close before the click arrives.
            onMouseDown={(event) => event.preventDefault()}
            onClick={take}
          >
            <Icon name={sign} />
            <span class="item-lines">
              <span class="one-line">{title}</span>
              <span class="one-line faint small">{facts}</span>
            </span>
          </div>
        ))}
        {isAsked && isSettled && offers.length === 0 && <p class="search-none soft">Nothing is called that here.</p>}
      </div>
      <p class="hidden-words" role="status">
        {isAsked && isSettled && `${offers.length} results`}
      </p>
    </div>
  );
}
