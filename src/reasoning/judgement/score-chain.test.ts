import { expect, it } from "vitest";
import { scoreChain } from "./score-chain.ts";

const data =
  "[ATTRIBUTES]: Title: Trek 2 tent for the weekend; Brand: Trek; Categories: Sports > Tents; Price: 89.00; Packed size: 40";
const prompt = (tag: string) => `Information\n<data>\n${data}\n</data>\nInstruction\nx\nResponse\n[${tag}]:`;
const prompts = { positive: prompt("POSITIVE"), negative: prompt("NEGATIVE"), feature: prompt("FEATURE") };
const good = {
  positive: "Hikers who want a light tent that stands quickly.",
  negative: "Families who need a lot of room may dislike it.",
  feature: "A light tent of Trek for short hikes.",
};
const score = (changes: Partial<typeof good>) => scoreChain({ texts: { ...good, ...changes }, prompts });

it("a good chain passes every check", () => {
  expect(score({})).toEqual({ plain: true, specific: true, grounded: true, opposed: true, consistent: true });
});

it.each([
  ["plain", { negative: "The answer is no." }],
  ["specific", { feature: "A nice thing for everybody." }],
  ["specific", { feature: "A good price for a known brand of a certain size, with attributes for everybody." }],
  ["grounded", { feature: "A light tent by Contoso for short hikes." }],
  ["grounded", { feature: "A light tent that weighs 900 g." }],
  ["opposed", { negative: "Hikers who do not want a light tent that stands quickly." }],
  ["consistent", { feature: "A lamp of the brand Trek." }],
  ["consistent", { feature: good.positive }],
] as const)("%s is missed by %j", (check, changes) => {
  expect(score(changes)[check]).toBe(false);
});

it("names of fields in a history are no words of it, and titles are", () => {
  const history = "[HISTORY]:\n- Trek 2 tent: A light shelter.\n- Title: Camp stove; Brand: Trek";
  const asked = (tag: string) => `Information\n${history}\nInstruction\nx\nResponse\n[${tag}]:`;
  const own = { positive: asked("POSITIVE_USER"), negative: asked("NEGATIVE_USER"), feature: asked("PREFERENCE") };
  const specific = (feature: string) => scoreChain({ texts: { ...good, feature }, prompts: own }).specific;
  expect(specific("The user has a history of famous names, each a brand with a title.")).toBe(false);
  expect(specific("The user likes whatever belongs to a tent.")).toBe(true);
  expect(specific("The user cooks on a stove.")).toBe(true);
});

it("answers to printed prompts may be as long as they like", () => {
  const words = Array.from({ length: 160 }, (_, at) => `w${String.fromCharCode(97 + (at % 26))}x${at}`).join(" ");
  const texts = { ...good, positive: `Hikers who want a light tent that stands quickly, with ${words}.` };
  expect(scoreChain({ texts, prompts }).plain).toBe(false);
  expect(scoreChain({ texts, prompts, isVerbatim: true }).plain).toBe(true);
});
