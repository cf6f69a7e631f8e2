// How items and users are named everywhere. Catalogue words are text, whatever they look like.
import type { JSX } from "preact";
import { Link } from "wouter-preact";
import type { ItemCard } from "../../../src/client/index.ts";
import { itemPage, userPage } from "../asking/addresses.ts";
import { price } from "./numbers.ts";

export const titleOf = ({ title, id }: Pick<ItemCard, "title" | "id">): string => title ?? id;

export function ItemLink({ item }: { readonly item: ItemCard }): JSX.Element {
  return (
    <Link class="item-link" href={itemPage(item.id)} title={titleOf(item)}>
      {titleOf(item)}
    </Link>
  );
}

export function UserLink({ id }: { readonly id: string }): JSX.Element {
  return (
    <Link class="user-link" href={userPage(id)}>
      {id}
    </Link>
  );
}

/** Brand, deepest category and price, as far as they are known. */
export function itemFacts({ brand, categories, price: costs }: ItemCard): string {
  const facts = [brand, categories?.at(-1), costs === undefined ? undefined : price(costs)];
  return facts.filter((fact) => fact !== undefined && fact !== "").join(" · ");
}

/** Title over facts, each on one line. */
export function ItemLines({ item }: { readonly item: ItemCard }): JSX.Element {
  return (
    <span class="item-lines">
      <span class="one-line">
        <ItemLink item={item} />
      </span>
      <span class="one-line faint small">{itemFacts(item) || item.id}</span>
    </span>
  );
}
