import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { emptyTally, fromReasoner, walkChain } from "./chain.ts";
import { Journal } from "./journal.ts";
import { DEFAULT_PROMPTS } from "./prompt-sets/index.ts";
import type { ChainTexts, Reasoner, ReplyPart, Step, Subject } from "./reasoner.ts";

const subject: Subject = { kind: "item", id: "1", index: 0, item: { itemId: "1", title: "Lamp", sourceNumber: 1 } };
const wording = { domain: "product", prompts: DEFAULT_PROMPTS };
const spent = { promptTokens: 1, completionTokens: 1, milliseconds: 1 };

/** Writes all three texts in a call; what is empty was flawed. */
function reasonerOf(texts: ChainTexts): Reasoner {
  const part = (text: string): ReplyPart => (text === "" ? { text, flaws: ["malformed"] } : { text });
  const parts: Record<Step, ReplyPart> = {
    positive: part(texts.positive),
    negative: part(texts.negative),
    feature: part(texts.feature),
  };
  const complete = async ({ step }: { step: Step }) => ({ ...spent, ...parts[step], parts });
  return { kind: "fake", model: "m", label: "m", parameters: {}, concurrency: 1, complete };
}

it("keeps no text that was written from one that cannot be used", async () => {
  using journal = Journal.open(join(await temporaryDirectory(), "journal.db"));
  const walk = (texts: ChainTexts) => {
    const options = { journal, reasoner: reasonerOf(texts), prompts: DEFAULT_PROMPTS, attempts: 3 };
    return walkChain(subject, wording, fromReasoner({ ...options, tally: emptyTally() }));
  };
  const flawed = { positive: "", negative: "Not for bright rooms.", feature: "A dim lamp." };
  expect(await walk(flawed)).toEqual({});
  journal.flush();
  expect(journal.about("item", ["1"]).map(({ step, status }) => `${step} ${status}`)).toEqual(["positive failed"]);
  // What failed in the millisecond in which a run began is taken for the run's own, and not asked again.
  await setTimeout(2);
  const second = { positive: "For readers in bed.", negative: "Not for a workshop.", feature: "A reading lamp." };
  expect(await walk(second)).toEqual(second);
});
