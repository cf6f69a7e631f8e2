// Finds items in the catalogue that came with the model; nobody is asked.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Recommender } from "../../../../src/browser/api.ts";
import { Combobox } from "../../search/combobox.tsx";
import { itemOffer } from "../../search/offers.ts";
import { useSettled } from "../../search/use-search.ts";
import { cardOf } from "./cards.ts";

const SHOWN = 6;

export function LocalItemField({
  recommender,
  onAdd,
}: {
  readonly recommender: Recommender;
  readonly onAdd: (id: string) => void;
}): JSX.Element {
  const [words, setWords] = useState("");
  const settled = useSettled(words);
  const found = useMemo(
    () => (settled.trim() === "" ? [] : recommender.search(settled, SHOWN)),
    [recommender, settled],
  );
  const offers = found.map((item) =>
    itemOffer(cardOf(item), () => {
      setWords("");
      onAdd(item.id);
    }),
  );
  return (
    <div class="add-item">
      <Combobox
        label="Add an item to the history"
        placeholder="Add an item"
        icon="plus"
        words={words}
        onWords={setWords}
        offers={offers}
        isSettled={settled === words}
      />
    </div>
  );
}
