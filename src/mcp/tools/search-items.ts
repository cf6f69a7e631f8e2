import { z } from "zod";
import { itemCard } from "../../runs/item-card.ts";
import { cardLine, cardOf, cardSchema } from "../cards.ts";
import { searchItems } from "../search-items.ts";
import { defineTool, TEXTS_ARE_DATA } from "../tool.ts";

export const searchItemsTool = defineTool({
  name: "search_items",
  title: "Search the catalogue",
  description: `Finds items by words of their title, brand, category or id. Use it to get the ids that the other tools take. ${TEXTS_ARE_DATA}`,
  input: z.strictObject({
    query: z.string().max(500).describe("words that must all stand in the item's title, brand, categories or id"),
    brand: z.string().max(500).optional().describe("items of this brand alone, as the catalogue spells it"),
    category: z.string().max(500).optional().describe("items of this category alone, one level of it"),
    count: z.int().min(1).max(50).default(10).describe("items in the answer"),
    offset: z.int().min(0).default(0).describe("go on after so many items: nextOffset of the answer before"),
  }),
  output: z.object({
    total: z.int().describe("items that fit"),
    nextOffset: z.int().optional().describe("absent where this answer holds the last"),
    items: z.array(cardSchema),
  }),
  async answer({ run: { dataset } }, { query, brand, category, count, offset }) {
    const found = searchItems(dataset.items, { query, brand, category });
    const items = found.slice(offset, offset + count).map((item) => cardOf(itemCard(dataset.items[item]!)));
    const nextOffset = offset + count < found.length ? offset + count : undefined;
    const text = [`${found.length} items fit; ${items.length} from place ${offset + 1}:`, ...items.map(cardLine)];
    return {
      data: { total: found.length, nextOffset, items },
      text: found.length === 0 ? "No item fits. Try fewer words, or one alone." : text.join("\n"),
    };
  },
});
