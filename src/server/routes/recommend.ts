// Recommendations, ranks and reasons.
import { explainOne, ranksOf } from "../answering/ranks.ts";
import { recommendSchema } from "../contract/recommendations.ts";
import { misfit, refusalOf } from "../request-error.ts";
import type { Services } from "../services.ts";
import { type Handlers, Prepared } from "./handler.ts";

export function recommendHandlers(services: Services): Handlers<"recommend" | "recommendBatch" | "rank" | "explain"> {
  const { answering } = services;
  const one = async (request: unknown, at: number): Promise<string> => {
    try {
      const parsed = recommendSchema.safeParse(request);
      if (!parsed.success) throw misfit(parsed.error, `requests[${at}]`);
      return await answering.recommend(parsed.data);
    } catch (error) {
      const { body, fault } = refusalOf(error, "");
      if (fault !== undefined) services.onFault("", fault);
      const { requestId: _, ...facts } = body.error;
      return JSON.stringify({ error: facts });
    }
  };
  return {
    recommend: async (asked) => new Prepared(await answering.recommend(asked)),
    recommendBatch: async ({ requests }) =>
      new Prepared(`{"answers":[${(await Promise.all(requests.map(one))).join(",")}]}`),
    rank: (asked) => ranksOf(services, asked),
    explain: (asked) => explainOne(services, asked),
  };
}
