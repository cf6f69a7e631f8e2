// Items as agents are given them: as fields, and as a line of text. Titles and descriptions come from catalogues that
// nobody vouches for, so in text they stand in quotes, on one line, and cut: data, however much they read like orders.
import { z } from "zod";
import type { ItemCard } from "../runs/item-card.ts";

export const cardSchema = z.object({
  id: z.string().describe("what the shop calls the item: the value that other tools take"),
  title: z.string().describe("from the catalogue"),
  brand: z.string().optional().describe("from the catalogue"),
  category: z.string().optional().describe('from the catalogue, widest first: "Outdoor > Camping"'),
  price: z.number().optional().describe("in the shop's currency"),
});

export type Card = z.output<typeof cardSchema>;

export function cardOf({ itemId, title, brand, category, price }: ItemCard): Card {
  return { id: itemId, title, brand, category, price };
}

/** Longest catalogue text in a line for reading; fields hold the whole. */
const LONGEST = 160;

/** Control characters, line ends, and what hides letters or turns them around; joiners are letters' business. */
const HIDDEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** In quotes, on one line, with quotes and hidden characters spelled out. */
export function quoted(text: string, longest = LONGEST): string {
  const signs = [...text];
  const shown = signs.length > longest ? `${signs.slice(0, longest - 1).join("")}…` : text;
  return JSON.stringify(shown).replace(HIDDEN, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** `B001 "Green tea", brand "Opal", category "Tea", price 5`. */
export function cardLine({ id, title, brand, category, price }: Card): string {
  return [
    `${plainId(id)} ${quoted(title)}`,
    brand === undefined ? "" : `brand ${quoted(brand)}`,
    category === undefined ? "" : `category ${quoted(category)}`,
    price === undefined ? "" : `price ${price}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** Ids come from files, too: one that is not plain is quoted. */
export function plainId(id: string): string {
  return /^[\w.:/@+#-]{1,100}$/.test(id) ? id : quoted(id);
}
