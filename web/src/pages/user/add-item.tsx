// A field that finds an item of the catalogue and adds it.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { isSettled } from "../../asking/answer.ts";
import { Combobox } from "../../search/combobox.tsx";
import { itemOffer } from "../../search/offers.ts";
import { useItemSearch, useSettled } from "../../search/use-search.ts";

const SHOWN = 6;

export function AddItem({ onAdd }: { readonly onAdd: (id: string) => void }): JSX.Element {
  const [words, setWords] = useState("");
  const settled = useSettled(words);
  const answer = useItemSearch(settled, SHOWN);
  const items = answer.kind === "here" ? answer.value.items : [];
  const offers = items.map((item) =>
    itemOffer(item, () => {
      setWords("");
      onAdd(item.id);
    }),
  );
  return (
    <div class="add-item">
      <Combobox
        label="Add an item to the history"
        placeholder="Add an item: what if?"
        icon="plus"
        words={words}
        onWords={setWords}
        offers={offers}
        isSettled={settled === words && isSettled(answer)}
      />
    </div>
  );
}
