// Items and users as offers of a field.
import type { ItemCard, UserEntry } from "../../../src/client/index.ts";
import { itemFacts, titleOf } from "../showing/item-link.tsx";
import { counted } from "../showing/numbers.ts";
import type { Offer } from "./combobox.tsx";

export function itemOffer(item: ItemCard, take: () => void): Offer {
  return { key: `item ${item.id}`, icon: "item", title: titleOf(item), facts: itemFacts(item) || item.id, take };
}

export function userOffer({ id, interactions }: UserEntry, take: () => void): Offer {
  return { key: `user ${id}`, icon: "user", title: id, facts: counted(interactions, "interaction"), take };
}
