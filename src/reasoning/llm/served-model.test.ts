import { expect, it } from "vitest";
import { serves } from "./served-model.ts";

it.each([
  ["gpt-4.1-mini", "gpt-4.1-mini"],
  ["gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"],
  ["openai/gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"],
  ["gpt-3.5-turbo", "gpt-3.5-turbo-0125"],
  ["gemini-2.0-flash", "models/gemini-2.0-flash-001"],
  ["claude-3-5-sonnet-latest", "claude-3-5-sonnet-20241022"],
  ["claude-3-haiku-20240307", "claude-3-haiku-20240307-v1:0"],
  ["mistral-large", "mistral-large-latest"],
  ["deepseek/deepseek-r1:free", "deepseek/deepseek-r1"],
  ["qwen3", "qwen3:latest"],
  ["deepseek-r1:14b", "deepseek-r1:14b"],
  ["Qwen/Qwen2.5-7B-Instruct", "/models/qwen2.5-7b-instruct-q4_k_m.gguf"],
  ["Qwen/Qwen2.5-7B-Instruct", "C:\\models\\Qwen2.5-7B-Instruct-Q4_K_M-00001-of-00002.gguf"],
  ["Qwen3-8B", "unsloth/Qwen3-8B-GGUF:Q4_K_M"],
  ["Qwen2.5-7B-Instruct-Q4_K_M.gguf", "Qwen2.5-7B-Instruct"],
  ["Qwen2.5-7B-Instruct-AWQ", "Qwen2.5-7B-Instruct"],
])("%s is answered by %s", (asked, served) => {
  expect(serves([served], asked)).toBe(true);
});

it.each([
  ["gpt-4.1-mini", "gpt-4.1"],
  ["gpt-4.1", "gpt-4.1-mini-2025-04-14"],
  ["gpt-4o", "gpt-4o-mini"],
  ["gpt-4o-2024-05-13", "gpt-4o-2024-08-06"],
  ["Qwen2.5-7B", "Qwen2.5-7B-Instruct"],
  ["Qwen2.5-7B-Instruct", "qwen2.5-7b-q4_k_m.gguf"],
  ["llama-3", "llama-3-8b"],
  ["qwen3", "qwen3:30b"],
  ["deepseek-r1:14b", "deepseek-r1:7b"],
  ["model-1", "model-10"],
])("%s is another model than %s", (asked, served) => {
  expect(serves([served], asked)).toBe(false);
});
