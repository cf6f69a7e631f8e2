import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { type Recommendations, recommend } from "../../pipeline/recommend/index.ts";
import { type Card, cardLine, cardOf, cardSchema } from "../cards.ts";
import type { RunDesk } from "../desk.ts";
import { filterFields } from "../filter-fields.ts";
import { defineTool, TEXTS_ARE_DATA } from "../tool.ts";

const ids = z.array(z.string().max(500)).max(1000).optional();

export const recommendTool = defineTool({
  name: "recommend",
  title: "Recommend items",
  description: `Recommends items to a user whom the shop knows (user), or to anybody with some items (history, oldest first). With candidates it puts these alone into order. The answer says whether the model, the history alone or a fallback answered. Ask explain for reasons. ${TEXTS_ARE_DATA}`,
  input: z.strictObject({
    user: z.string().max(500).optional().describe("user id of the shop"),
    history: ids.describe("item ids, oldest first: stands for what is known of the user; alone, of somebody new"),
    add: ids.describe("item ids, oldest first, that came after what is known of the user"),
    newUser: z.boolean().default(false).describe("take an id that is near to a known one for somebody new"),
    candidates: ids.describe("choose among these item ids alone"),
    count: z.int().min(1).max(200).default(10).describe("items in the answer"),
    ...filterFields,
    favourNew: z
      .number()
      .min(0)
      .max(20)
      .optional()
      .describe("add so much to the scores of items that training never saw"),
    without: z.array(z.string()).max(20).optional().describe("answer without these terms of the score, as neighbours"),
  }),
  output: z.object({
    user: z.string().optional(),
    system: z.string().describe("whose list it is"),
    made: z
      .enum(["model", "history-only", "fallback"])
      .describe("model: the user was in training; history-only: somebody new, by the history; fallback: a simple rule"),
    answerSpace: z.string().describe("what could be answered"),
    scores: z.string().describe("what the scores are; comparable within this list only"),
    notices: z.array(z.string()).describe("what was passed over, and what else to know"),
    items: z.array(z.object({ rank: z.int(), score: z.number(), item: cardSchema })),
  }),
  async answer(desk, { count, candidates, ...asked }, signal) {
    if (asked.user === undefined && asked.history === undefined)
      throw new UsageError("Name a user, or give a history of item ids: search_items finds ids.");
    const { user, history, add = [] } = asked;
    const since = user === undefined || history !== undefined ? [] : await desk.takenSince(user);
    const notices: string[] = [];
    const answer = await recommend(desk.run, {
      ...asked,
      add: [...since, ...add],
      candidates,
      task: candidates === undefined ? "sequential" : "direct",
      top: count,
      signal,
      report: (event) => {
        if (event.kind === "warning") notices.push(event.message);
      },
    });
    const data = {
      user: answer.user,
      system: answer.system,
      made: madeBy(desk, answer),
      answerSpace: answer.answerSpace,
      scores: answer.scores,
      notices: [answer.note, answer.empty, ...notices].filter((words) => words !== undefined),
      items: answer.recommendations.map(({ rank, score, item }) => ({ rank, score, item: cardOf(item) })),
    };
    return { data, text: textOfList(data) };
  },
});

function madeBy({ users }: RunDesk, { fallback, user }: Recommendations): "model" | "history-only" | "fallback" {
  if (fallback !== undefined) return "fallback";
  return user !== undefined && users.has(user) ? "model" : "history-only";
}

interface Listed {
  readonly system: string;
  readonly made: string;
  readonly answerSpace: string;
  readonly notices: readonly string[];
  readonly items: readonly { readonly rank: number; readonly item: Card }[];
}

function textOfList({ system, made, answerSpace, notices, items }: Listed): string {
  return [
    `By ${system} (${made}), out of ${answerSpace}:`,
    ...items.map(({ rank, item }) => `${rank}. ${cardLine(item)}`),
    ...notices,
  ].join("\n");
}
