import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import type { Explanation } from "../../pipeline/explain/index.ts";
import type { Recommender, SequentialRequest } from "../../recommenders/recommender.ts";
import { userIndexOf } from "../../runs/run.ts";
import { cardLine, cardSchema } from "../cards.ts";
import type { RunDesk } from "../desk.ts";
import { type Reasons, reasonsOf, reasonsSchema } from "../reasons.ts";
import { defineTool, TEXTS_ARE_DATA } from "../tool.ts";

/** An item is looked for among so many of the user's recommendations. */
const LOOKED_AT = 100;

export const explainTool = defineTool({
  name: "explain",
  title: "Why these items",
  description: `Tells what a known user's recommendations rest on: each term of the score with what it adds beside what it adds to other items, in words, and the user's own items or similar users behind it. Give an item to ask about that one, recommended or not. ${TEXTS_ARE_DATA}`,
  input: z.strictObject({
    user: z.string().max(500).describe("user id of the shop"),
    item: z.string().max(500).optional().describe("item id; default: the user's first recommendations"),
    count: z.int().min(1).max(10).default(3).describe("recommendations to explain, where no item is given"),
  }),
  output: z.object({
    user: z.string(),
    system: z.string(),
    pool: z.string().describe("the items that terms are compared with"),
    history: z.array(cardSchema).describe("what the answer read of the user, oldest first; the newest 20"),
    items: z.array(reasonsSchema).describe("best first"),
  }),
  async answer(desk, { user, item, count }, signal) {
    const userIndex = await userIndexOf(desk.run.dataset, user);
    const history = await desk.historyOf(desk.run.dataset.users[userIndex]!);
    const explainer = await desk.explanations();
    if (item === undefined) return told(await explainer.explain({ userIndex, history, top: count, signal }));
    const index = await desk.itemIndex(item);
    if (history.includes(index))
      throw new UsageError(`user ${user} has item ${item} already: it is not recommended again. Ask about another.`);
    const explanation = await explainer.explain({ userIndex, history, top: 1, by: onlyOf(desk, index), signal });
    return told(explanation, await rankOf(desk, { userIndex, history }, index));
  },
});

/** The run's model, answering one item. */
function onlyOf({ run: { recommender } }: RunDesk, item: number): Recommender {
  const among = Int32Array.of(item);
  return {
    name: recommender.name,
    tasks: ["sequential"],
    rankSequential: (requests, count) =>
      recommender.rankSequential(
        requests.map((request) => ({ ...request, among })),
        count,
      ),
    rankDirect: (requests, count) => recommender.rankDirect(requests, count),
    dispose: async () => {},
  };
}

/** Undefined where it is not among the first. */
async function rankOf({ run }: RunDesk, asked: SequentialRequest, item: number): Promise<number | undefined> {
  const [list] = await run.recommender.rankSequential([asked], LOOKED_AT);
  const place = list!.items.indexOf(item);
  return place < 0 ? undefined : place + 1;
}

/** `rank`: of the one item that was asked about. */
function told(explanation: Explanation, ...rank: [(number | undefined)?]) {
  const all = reasonsOf(explanation);
  const items = rank.length === 0 ? all.items : all.items.map((one) => ({ ...one, rank: rank[0] }));
  const data = { user: explanation.user, system: explanation.system, pool: explanation.pool, ...all, items };
  return { data, text: items.map(textOfReasons).join("\n\n") };
}

function textOfReasons({ rank, item, says }: Reasons): string {
  const place = rank === undefined ? `not among the first ${LOOKED_AT}` : `rank ${rank}`;
  return [`${cardLine(item)}: ${place}`, ...says.map((words) => `- ${words}`)].join("\n");
}
