import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { isSettled } from "../../asking/answer.ts";
import { Combobox } from "../../search/combobox.tsx";
import { userOffer } from "../../search/offers.ts";
import { useSettled, useUserSearch } from "../../search/use-search.ts";

const SHOWN = 8;

/** Finds a user by a part of the id. */
export function UserField({ onChoose }: { readonly onChoose: (id: string) => void }): JSX.Element {
  const [words, setWords] = useState("");
  const settled = useSettled(words);
  const answer = useUserSearch(settled, SHOWN);
  const users = answer.kind === "here" ? answer.value.users : [];
  const offers = users.map((user) =>
    userOffer(user, () => {
      setWords("");
      onChoose(user.id);
    }),
  );
  return (
    <Combobox
      label="Choose a user"
      placeholder="Choose a user"
      icon="user"
      words={words}
      onWords={setWords}
      offers={offers}
      isSettled={settled === words && isSettled(answer)}
    />
  );
}
