// Recommendations, ranks and reasons.
import { explainOne, ranksOf } from "../answering/ranks.ts";
import { recommendSchema } from "../contract/recommendations.ts";
import { misfit, refusalOf } from "../request-error.ts";
import type { Services } from "../services.ts";
import { type Handlers, Prepared } from "./handler.ts";

export function recommendHandlers(services: Services): Handlers<"recommend" | "recommendBatch" | "rank" | "explain"> {
  const { answering, metrics } = services;
  const one = async (request: unknown, at: number, requestId: string): Promise<string> => {
    try {
      const parsed = recommendSchema.safeParse(request);
      if (!parsed.success) throw misfit(parsed.error, `requests[${at}]`);
      return await answering.recommend(parsed.data);
    } catch (error) {
      const { body, fault, retryAfter } = refusalOf(error, requestId);
      if (fault !== undefined) services.onFault(requestId, fault);
      const { requestId: _, ...facts } = body.error;
      metrics.refusalInBatch(facts.code);
      return JSON.stringify({ error: { ...facts, retryAfter } });
    }
  };
  return {
    recommend: async (asked) => new Prepared(await answering.recommend(asked)),
    recommendBatch: async ({ requests }, { requestId }) => {
      const answers = await Promise.all(requests.map((request, at) => one(request, at, requestId)));
      return new Prepared(`{"answers":[${answers.join(",")}]}`);
    },
    rank: (asked) => ranksOf(services, asked),
    explain: (asked) => explainOne(services, asked),
  };
}
