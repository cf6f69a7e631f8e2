// The search field over whatever page is open.
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { SearchField } from "./search-field.tsx";

export const isSearching = signal(false);

export function SearchDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = isSearching.value;
  useEffect(() => {
    const { current } = dialog;
    if (isOpen && current?.open === false) current.showModal();
    if (!isOpen && current?.open === true) current.close();
  }, [isOpen]);
  const close = () => {
    isSearching.value = false;
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the dialog closes by Escape of itself
    <dialog
      ref={dialog}
      class="search-dialog"
      aria-label="Search"
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      {isOpen && <SearchField isFirst onLeave={close} />}
    </dialog>
  );
}
