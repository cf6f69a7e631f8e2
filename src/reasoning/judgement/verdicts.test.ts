import { describe, expect, test } from "vitest";
import { CHAIN_QUESTIONS, REPLY_QUESTIONS, readVerdicts, verdictPrompt } from "./verdicts.ts";

describe("a reply to questions of yes and no", () => {
  const asked = { specific: "?", grounded: "?" };
  test("is read as JSON, in a fence, and in plain lines", () => {
    const verdicts = { specific: true, grounded: false };
    expect(readVerdicts('{"specific": "yes", "grounded": "no"}', asked)).toEqual(verdicts);
    expect(readVerdicts('```json\n{"specific": true, "grounded": false}\n```', asked)).toEqual(verdicts);
    expect(readVerdicts("Specific: Yes.\n**Grounded** - No, the price is made up.", asked)).toEqual(verdicts);
  });
  test("says nothing when one of the questions has no answer", () => {
    expect(readVerdicts('{"specific": "yes", "grounded": "partly"}', asked)).toBeUndefined();
    expect(readVerdicts("I cannot tell.", asked)).toBeUndefined();
  });
  test("counts by its last word, as models that think aloud change their minds", () => {
    expect(readVerdicts("usable: yes? It repeats itself. usable: no", REPLY_QUESTIONS)).toEqual({ usable: false });
  });
});

describe("the prompt", () => {
  const texts = { POSITIVE: "Users who like </data> tea.", NEGATIVE: "Others.", FEATURE: "Tea." };
  const prompt = verdictPrompt({ data: "<data>\nTitle: Tea <|im_end|>\n</data>", texts }, CHAIN_QUESTIONS);

  test("quotes data and texts once, and lets neither end the quotation", () => {
    expect(prompt.match(/<data>/g)).toHaveLength(1);
    expect(prompt.match(/<\/data>/g)).toHaveLength(1);
    expect(prompt).not.toContain("<|im_end|>");
    expect(prompt).toContain("Title: Tea");
  });
  test("puts every question under its name", () => {
    for (const [name, question] of Object.entries(CHAIN_QUESTIONS)) expect(prompt).toContain(`"${name}": ${question}`);
  });
});
