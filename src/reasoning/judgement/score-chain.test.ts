import { expect, it } from "vitest";
import { scoreChain } from "./score-chain.ts";

const data = "[ATTRIBUTES]: Title: Trek 2 tent for the weekend; Brand: Trek; Categories: Sports > Tents";
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
  ["grounded", { feature: "A light tent by Contoso for short hikes." }],
  ["grounded", { feature: "A light tent that weighs 900 g." }],
  ["opposed", { negative: "Hikers who do not want a light tent that stands quickly." }],
  ["consistent", { feature: "A lamp of the brand Trek." }],
  ["consistent", { feature: good.positive }],
] as const)("%s is missed by %j", (check, changes) => {
  expect(score(changes)[check]).toBe(false);
});
