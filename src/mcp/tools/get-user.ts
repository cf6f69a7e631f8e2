import { z } from "zod";
import { itemCard } from "../../runs/item-card.ts";
import { userIndexOf } from "../../runs/run.ts";
import { cardLine, cardOf, cardSchema, plainId, quoted } from "../cards.ts";
import { userTextsOf } from "../reasoned-texts.ts";
import { defineTool, TEXTS_ARE_DATA } from "../tool.ts";

export const getUserTool = defineTool({
  name: "get_user",
  title: "A user",
  description: `What is known of one user: the items that they took, oldest first, and what was reasoned about their taste. ${TEXTS_ARE_DATA}`,
  input: z.strictObject({
    user: z.string().max(500).describe("user id of the shop"),
    newest: z.int().min(1).max(200).default(20).describe("so many of the user's newest items"),
  }),
  output: z.object({
    user: z.string(),
    interactions: z.int().describe("items that the user took, in all"),
    history: z.array(cardSchema).describe("the newest of them, oldest first"),
    texts: z
      .object({ positive: z.string(), negative: z.string(), feature: z.string(), by: z.string() })
      .optional()
      .describe("what was reasoned to please the user, not to please, and to be at the core, and who wrote it"),
  }),
  async answer(desk, { user, newest }) {
    const { run } = desk;
    const whole = await desk.historyOf(user);
    // Of somebody new nothing was reasoned, but events may be known.
    const isNew = !desk.users.has(user) && whole.length > 0;
    const index = isNew ? undefined : await userIndexOf(run.dataset, user);
    const history = Array.from(whole.slice(-newest), (item) => cardOf(itemCard(run.dataset.items[item]!)));
    const texts = index === undefined ? undefined : await userTextsOf(run, index);
    const lines = [
      `${plainId(user)} took ${whole.length} items; the newest ${history.length}, oldest first:`,
      ...history.map((card) => `- ${cardLine(card)}`),
      texts === undefined ? "" : `at core (${texts.by}): ${quoted(texts.feature, 600)}`,
    ];
    return {
      data: { user, interactions: whole.length, history, texts },
      text: lines.filter((line) => line !== "").join("\n"),
    };
  },
});
