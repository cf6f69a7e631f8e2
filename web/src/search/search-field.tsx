// One field for items and users: taking an offer opens its page.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { itemPage, userPage } from "../asking/addresses.ts";
import { isSettled } from "../asking/answer.ts";
import { Combobox } from "./combobox.tsx";
import { itemOffer, userOffer } from "./offers.ts";
import { useItemSearch, useSettled, useUserSearch } from "./use-search.ts";

const SHOWN = 6;

export function SearchField({
  onLeave,
  isFirst,
  label = "Search items and users",
  addressOf = { item: itemPage, user: userPage },
  isMain = true,
}: {
  /** Something was opened, or the field was given up. */
  readonly onLeave?: (() => void) | undefined;
  readonly isFirst?: boolean | undefined;
  readonly label?: string | undefined;
  /** What taking an offer opens. */
  readonly addressOf?: Readonly<Record<"item" | "user", (id: string) => string>> | undefined;
  /** Whether the key "/" goes to it. */
  readonly isMain?: boolean | undefined;
}): JSX.Element {
  const [words, setWords] = useState("");
  const [, navigate] = useLocation();
  const settled = useSettled(words);
  const items = useItemSearch(settled, SHOWN);
  const users = useUserSearch(settled, SHOWN);
  const open = (href: string) => () => {
    navigate(href);
    setWords("");
    onLeave?.();
  };
  const offers = [
    ...(items.kind === "here" ? items.value.items.map((item) => itemOffer(item, open(addressOf.item(item.id)))) : []),
    ...(users.kind === "here" ? users.value.users.map((user) => userOffer(user, open(addressOf.user(user.id)))) : []),
  ];
  return (
    <Combobox
      label={label}
      placeholder={label}
      icon="search"
      words={words}
      onWords={setWords}
      offers={offers}
      isSettled={settled === words && isSettled(items) && isSettled(users)}
      onLeave={onLeave}
      isFirst={isFirst}
      isMain={isMain}
    />
  );
}
