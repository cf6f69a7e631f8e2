import { expect, it } from "vitest";
import { thinks } from "./provider.ts";

it.each([
  ["deepseek-r1:14b", true],
  ["gpt-5-mini-2025-08-07", true],
  ["gpt-5.1", true],
  ["gpt-5-chat-latest", false],
  ["gpt-4.1-mini", false],
  ["gemini-2.5-flash", true],
  ["models/gemini-3-pro-preview", true],
  ["gemini-flash-latest", true],
  ["google/gemini-2.5-flash-lite", false],
  ["gemini-flash-lite-latest", false],
  ["gemini-2.0-flash", false],
  ["qwen3:8b", true],
  ["Qwen/Qwen3-30B-A3B-Thinking-2507", true],
  ["Qwen/Qwen3-30B-A3B-Instruct-2507", false],
  ["qwen3-coder:30b", false],
  ["Qwen2.5-Coder-0.5B-Instruct", false],
])("whether %s thinks before it answers is taken to be %s", (model, expected) => {
  expect(thinks(model, { think: "auto" })).toBe(expected);
  expect([thinks(model, { think: "on" }), thinks(model, { think: "off" })]).toEqual([true, false]);
});
