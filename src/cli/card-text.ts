import type { ItemCard } from "../runs/item-card.ts";
import { printable } from "./text.ts";

/** `B001  Some Title (Category, Brand)`, safe for a terminal. */
export function cardText({ itemId, title, category, brand }: ItemCard): string {
  const facts = [category?.split(" > ").at(-1), brand].filter((fact) => fact !== undefined).map(printable);
  const name = title === itemId ? "" : `  ${printable(title)}`;
  return `${printable(itemId)}${name}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
}
