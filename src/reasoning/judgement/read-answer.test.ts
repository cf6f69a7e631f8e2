import { describe, expect, it } from "vitest";
import type { ChainTexts, Step } from "../reasoner.ts";
import type { AskedQuestion } from "./asked.ts";
import { isInLanguage } from "./language.ts";
import { readAnswer, readTogether } from "./read-answer.ts";
import { splitThinking } from "./thinking.ts";

/** A question about a tent, as prompts put it. */
function asked(step: Step = "positive", earlier: Partial<ChainTexts> = {}): AskedQuestion {
  const instruction =
    "Based on the provided [ATTRIBUTES], assist me in summarizing which types of users might enjoy a specific tent.";
  const data = "[ATTRIBUTES]: Title: Trek 2 Tent (2 Pack), light and quick; Brand: Trek; Categories: Sports > Tents";
  const prompt = ["Instruction", instruction, "Information", data, "Response", `[${step.toUpperCase()}]:`].join("\n");
  return { prompt, step, earlier };
}

const expectation = {
  request: asked(),
  isTruncated: false,
  isJson: false,
  language: "en",
} as const;
const read = (reply: string, changes: object = {}) => readAnswer(reply, { ...expectation, ...changes });
const SENTENCE = "Hikers who want a light tent for the weekend.";

describe("an answer", () => {
  it.each([
    SENTENCE,
    `[POSITIVE]: ${SENTENCE}`,
    `**[POSITIVE]:** ${SENTENCE}`,
    `"${SENTENCE}"`,
    `<think>who?</think>\n${SENTENCE}`,
    `who?</think>${SENTENCE}`,
    "Hikers who want a light\ntent for the weekend.",
  ])("is read from %j", (reply) => {
    expect(read(reply)).toMatchObject({ kind: "answer", text: SENTENCE });
  });

  it("is freed of a tag that a prompt file names itself, whatever signs it holds", () => {
    const tag = "[C++]";
    const request = { ...asked(), prompt: asked().prompt.replace("[POSITIVE]", tag) };
    expect(read(`${tag}: ${SENTENCE}`, { request })).toMatchObject({ kind: "answer", text: SENTENCE });
  });

  it.each([
    "Adults who want a lamp that is designed to help you fall asleep.",
    "Parents of children who find questions difficult to answer and want a playful way to learn.",
  ])("may help a shopper, and speak of difficulties: %s", (reply) => {
    expect(read(reply)).toMatchObject({ kind: "answer", text: reply });
  });

  it.each([
    ["about-itself", "This summary is here to help you identify the users who would like a tent."],
    ["refusing", "It is difficult to determine which users would like such a tent."],
    ["refusing", "Many would find it hard to say which users like such a tent."],
  ])("is %s all the same: %s", (flaw, reply) => {
    expect(read(reply)).toMatchObject({ kind: "flaw", flaw });
  });

  // The answers that the paper prints in Figures 6 and 7.
  it.each<[Step, string]>([
    ["feature", "The user prefers durable, practical outdoor and watersport gear for activities like camping..."],
    ["negative", "The user is likely to dislike sports such as team sports and high-intensity fitness activities..."],
    ["positive", "The user is likely to enjoy a variety of sports products geared towards outdoor activities..."],
  ])("of the paper passes: %s", (step, text) => {
    expect(read(text, { request: asked(step) })).toMatchObject({ kind: "answer", text });
  });

  it("under a schema is what the schema holds, and nothing else passes", () => {
    expect(read(`{"answer": "${SENTENCE}"}`, { isJson: true })).toMatchObject({ text: SENTENCE });
    expect(read(SENTENCE, { isJson: true })).toMatchObject({ flaw: "malformed" });
  });

  it.each([
    `Based on the provided [ATTRIBUTES], ${SENTENCE}`,
    `Based on the provided attributes, ${SENTENCE}`,
    `Positive: ${SENTENCE}`,
    `Sure! Here is the answer: ${SENTENCE}`,
    `${SENTENCE}</response>`,
  ])("is freed of what stands around it: %s", (reply) => {
    expect(read(reply)).toMatchObject({ kind: "answer", text: SENTENCE });
  });

  it("that is a short list is read as a sentence", () => {
    expect(read("- Hikers who travel light\n- Couples on a weekend trip")).toMatchObject({
      text: "Hikers who travel light; Couples on a weekend trip.",
    });
  });

  it("to a printed prompt, which asks for no form, may be long and have headings", () => {
    const long = `## Likes\n\n${SENTENCE}\n\n${"They carry it over mountains and rivers, seas and deserts. ".repeat(20)}`;
    expect(read(long)).toMatchObject({ flaw: expect.stringMatching(/malformed|repeated/) });
    const essay = Array.from({ length: 170 }, (_, at) => `word${String.fromCharCode(97 + (at % 26))}${at}`).join(" ");
    expect(read(`## Likes\n\n${essay}.`)).toMatchObject({ flaw: "malformed" });
    const request = { ...asked(), isVerbatim: true };
    expect(read(`## Likes\n\n${essay}.`, { request, language: "any" })).toMatchObject({ kind: "answer" });
  });

  it("may quote brackets and marketing of the catalogue", () => {
    const request = { ...asked(), prompt: asked().prompt.replace("Trek 2 Tent", "Trek [PRO], the answer to rain") };
    const text = "Hikers who look for the answer to rain in the Trek [PRO] line.";
    expect(read(text, { request })).toMatchObject({ kind: "answer", text });
  });
});

describe("a reply is no answer", () => {
  const NO = "Users who want a roomy tent for a family may dislike it.";
  it.each<[string, string, Step, Partial<ChainTexts>]>([
    ["repeated", SENTENCE, "negative", { positive: `${SENTENCE} They do not carry much.` }],
    ["repeated", "Hikers who do not want a light tent for the weekend.", "negative", { positive: SENTENCE }],
    ["repeated", "You summarize which types of users might enjoy a specific tent.", "positive", {}],
    ["repeated", "It is light and it is light and it is light and it is light and it is light.", "positive", {}],
    ["about-itself", "An earlier answer could not be used, so it is shorter now.", "positive", {}],
    ["about-itself", "The response describes people who like tents.", "positive", {}],
    ["about-itself", "I would recommend it to hikers who like light tents.", "positive", {}],
    ["refusing", "The answer is no.", "feature", {}],
    ["refusing", "A positive answer is not possible based on the given information.", "positive", {}],
    ["refusing", "It is not possible to determine who likes this tent.", "positive", {}],
    ["placeholder", "Users named [FIRST NAME] who enjoy tents.", "positive", {}],
    ["placeholder", "The user enjoys Item_1 and Item_2.", "feature", {}],
    ["copied", "Title: Trek 2 Tent; Brand: Trek", "feature", {}],
    ["copied", "Trek 2 Tent (2 Pack), light and quick.", "feature", {}],
    ["off-step", `[NEGATIVE]: ${NO}`, "positive", {}],
    ["off-step", `Feature: ${SENTENCE}`, "positive", {}],
    ["off-step", "Campers love how quick it is.", "negative", {}],
    ["off-step", "It is not suitable for families.", "positive", {}],
    ["off-language", "Hikers who want a light 帐篷 for the weekend.", "positive", {}],
    ["malformed", `<response>${SENTENCE} <b>Light</b>`, "positive", {}],
    ["malformed", "Light.", "feature", {}],
    ["malformed", "It may not suit users who.", "negative", {}],
    ["repeated", "It may not suit hikers who want a light tent for the weekend.", "negative", { positive: SENTENCE }],
  ])("as %s: %s", (flaw, reply, step, earlier) => {
    expect(read(reply, { request: asked(step, earlier) })).toMatchObject({ flaw });
  });
});

it("a thinking block that never ends leaves no answer", () => {
  expect(splitThinking("<think>hm")).toEqual({ answer: "", thinking: "<think>hm", isUnfinished: true });
});

it("a language is known by script and function words, and foreign names do not mislead", () => {
  expect(isInLanguage("Users who like L'Oréal and Crème de la Mer for the skin of their hands.", "en")).toBe(true);
  expect(isInLanguage("Les utilisateurs qui aiment une peau douce et des produits pour le visage.", "en")).toBe(false);
  expect(isInLanguage("Les utilisateurs qui aiment une peau douce et des produits pour le visage.", "fr")).toBe(true);
  expect(isInLanguage("это для тех, кто любит походы", "en")).toBe(false);
});

it("texts of one reply are judged beside those that the chain has, in place of the reply's own", () => {
  const known = "Hikers who carry their own shelter over the mountains in summer.";
  const negated = "Hikers who do not carry their own shelter over the mountains in summer.";
  const reply = JSON.stringify({ positive: SENTENCE, negative: negated, feature: "A tent that is quickly put up." });
  const { parts } = readTogether(reply, {
    ...expectation,
    isJson: true,
    request: asked("negative", { positive: known }),
  });
  expect(parts.positive).toEqual({ kind: "answer", text: known });
  expect(parts.negative).toEqual({ kind: "flaw", flaw: "repeated" });
});

describe("one reply with all three texts", () => {
  const prompt = asked()
    .prompt.replace(/\[POSITIVE\]:$/, "")
    .trimEnd();
  const GOOD = {
    positive: SENTENCE,
    negative: "It may not suit families of six.",
    feature: "A tent that is put up soon.",
  };
  const rule =
    'Begin "positive" with "Users who", "negative" with "It may not suit users who", "feature" with "This tent".';
  const hint = 'Write a JSON object with the text fields "positive", "negative", "feature", in this order.';
  const together = (texts: Partial<typeof GOOD>) =>
    readTogether(JSON.stringify({ ...GOOD, ...texts }), {
      ...expectation,
      isJson: true,
      request: { ...asked(), prompt },
      added: [rule, hint],
    }).parts;

  it.each([
    ["negative", "Negative: It may not suit families of six.", GOOD.negative],
    ["feature", "[FEATURE]: A tent that is put up soon.", GOOD.feature],
    ["feature", "**Feature**: A tent that is put up soon.", GOOD.feature],
    ["positive", "Answer: Hikers who want a light tent for the weekend.", SENTENCE],
    ["negative", "It may not suit users who sleep in the city.", "It may not suit users who sleep in the city."],
    ["feature", "Outputs little heat and lets rain run off.", "Outputs little heat and lets rain run off."],
    ["feature", "Response to wind is what it is made for.", "Response to wind is what it is made for."],
  ] as const)("has its own name taken off, and no more: %s, %s", (step, said, text) => {
    expect(together({ [step]: said })[step]).toEqual({ kind: "answer", text });
  });

  it("is refused under another text's name", () => {
    expect(together({ feature: "Negative: It may not suit families." }).feature).toEqual({
      kind: "flaw",
      flaw: "off-step",
    });
  });

  it.each([
    ["negative", rule],
    ["negative", 'Begin "negative" with "It may not suit users who", "feature" with "This tent".'],
    ["feature", hint],
    ["feature", "You write a JSON object with the fields of a tent."],
  ] as const)("is refused where %s says the sentences behind the prompt: %s", (step, said) => {
    expect(together({ [step]: said })[step]).toEqual({ kind: "flaw", flaw: "repeated" });
  });
});

it("the rule for first words is no answer, and an answer with them is", () => {
  const added = ['Begin with "Users who".'];
  expect(read('"Begin with "Users who"."', { added })).toMatchObject({ flaw: "repeated" });
  expect(read('"Begin with "Users who"."')).toMatchObject({ flaw: "about-itself" });
  expect(read("Users who want a light tent.", { added })).toMatchObject({ kind: "answer" });
});

it.each([
  ["適合喜歡Maybelline的年輕女性。", "answer"],
  ["资生堂Shiseido爱好者与追求自然妆容的人", "answer"],
  ["Люди, которые любят Maybelline.", "answer"],
  ["喜欢Lancôme", "flaw"],
  ["Shiseido 資生堂", "flaw"],
])("a brand's name in Latin letters makes no short answer of %s", (reply, kind) => {
  expect(read(reply, { language: "any" }).kind).toBe(kind);
});
