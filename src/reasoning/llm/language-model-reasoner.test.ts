import { expect, it } from "vitest";
import type { Clock } from "../../servers/clock.ts";
import { ProviderError, type ProviderTrouble } from "../../servers/provider-error.ts";
import type { ReasonRequest } from "../reasoner.ts";
import { BudgetReached } from "./budget.ts";
import { languageModelReasoner, REASONER_DEFAULTS, type ReasonerOptions } from "./language-model-reasoner.ts";
import type { Provider } from "./provider.ts";

const CLOCK: Clock = { now: () => 0, sleep: async () => {} };
const item = { itemId: "1", title: "Lamp", sourceNumber: 1 };
const request: ReasonRequest = {
  subject: { kind: "item", id: "1", index: 0, item },
  step: "positive",
  prompt: "Who likes this lamp?",
  earlier: {},
};
const TEXT = "People who look for soft lamps beside their bed.";

/** Fails so, one call after another, and then answers. */
function reasonerOf(troubles: ProviderTrouble[], options: Partial<ReasonerOptions> = {}) {
  const asked = { count: 0 };
  const provider: Provider = {
    kind: "fake",
    model: "fake",
    concurrency: 1,
    async generate() {
      asked.count++;
      const trouble = troubles.shift();
      if (trouble !== undefined) throw new ProviderError(trouble, trouble);
      return { text: TEXT, thinking: "", promptTokens: 20, completionTokens: 10, isTruncated: false };
    },
  };
  const settings = { ...REASONER_DEFAULTS, structured: "off", maxTokens: 100, tries: 3, ...options } as const;
  return { asked, reasoner: languageModelReasoner(provider, settings, CLOCK) };
}

it("counts calls that timed out at their worst, and others that failed not at all", async () => {
  const { reasoner } = reasonerOf(["timeout", "server"]);
  const reply = await reasoner.complete(request);
  expect(reply).toMatchObject({ text: TEXT, calls: 2, completionTokens: 110 });
  expect(reply.promptTokens).toBeGreaterThan(20 + 32);
  const never = await reasonerOf(["timeout", "timeout", "timeout"]).reasoner.complete(request);
  expect(never).toMatchObject({ text: "", flaws: ["timeout"], calls: 3, completionTokens: 300 });
});

it("sets every call aside that is made after one that timed out", async () => {
  const { reasoner, asked } = reasonerOf(["timeout", "timeout"], { budget: { calls: 2 } });
  await expect(reasoner.complete(request)).rejects.toThrow(BudgetReached);
  expect(asked.count).toBe(2);
  const tokens = reasonerOf(["timeout"], { budget: { tokens: 200 } });
  await expect(tokens.reasoner.complete(request)).rejects.toThrow(/budget of 200 tokens/);
  expect(tokens.asked.count).toBe(1);
});

it("ends where five questions in a row are rejected, but not for those that an earlier run failed at", async () => {
  const rejected = () => Array.from({ length: 5 }, (): ProviderTrouble => "rejected");
  const again = reasonerOf(rejected()).reasoner;
  for (let n = 0; n < 5; n++) expect((await again.complete({ ...request, attempt: 1 })).flaws).toEqual(["rejected"]);
  const { reasoner } = reasonerOf(rejected());
  for (let n = 0; n < 4; n++) await reasoner.complete(request);
  await expect(reasoner.complete(request)).rejects.toThrow("5 questions in a row were rejected");
});
