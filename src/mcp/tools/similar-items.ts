import { z } from "zod";
import { similar } from "../../pipeline/similar/index.ts";
import { SIMILARITIES } from "../../pipeline/similar/settings.ts";
import { cardLine, cardOf, cardSchema } from "../cards.ts";
import { filterFields } from "../filter-fields.ts";
import { defineTool, TEXTS_ARE_DATA } from "../tool.ts";

export const similarItemsTool = defineTool({
  name: "similar_items",
  title: "Items like an item",
  description: `Lists the items most like one item, by what the model learnt, by who took both, or by their texts. ${TEXTS_ARE_DATA}`,
  input: z.strictObject({
    item: z.string().max(500).describe("item id; search_items finds it"),
    count: z.int().min(1).max(100).default(10).describe("items in the answer"),
    by: z
      .enum(SIMILARITIES)
      .optional()
      .describe("model: learnt vectors; co-occurrence: who took both; texts. Default: model where it has vectors"),
    ...filterFields,
  }),
  output: z.object({
    item: cardSchema,
    by: z.enum(SIMILARITIES),
    describes: z.string().describe("what the similarity is"),
    items: z.array(z.object({ rank: z.int(), similarity: z.number().describe("from -1 to 1"), item: cardSchema })),
  }),
  async answer(desk, { item, count, by, ...filters }, signal) {
    await desk.itemIndex(item);
    const [list] = await similar(desk.run, { item: [item], top: count, by, ...filters, signal });
    const data = {
      item: cardOf(list!.item),
      by: list!.by,
      describes: list!.scores,
      items: list!.similar.map(({ rank, score, item: one }) => ({ rank, similarity: score, item: cardOf(one) })),
    };
    const lines = data.items.map(
      ({ rank, similarity, item: one }) => `${rank}. ${cardLine(one)} (${similarity.toFixed(3)})`,
    );
    return { data, text: [`Like ${cardLine(data.item)}, by ${data.describes}:`, ...lines].join("\n") };
  },
});
