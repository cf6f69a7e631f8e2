// A chain of questions and answers as a person reads it: whole texts, indented under what they are.
import type { ShownChain, ShownStep } from "../pipeline/reason/index.ts";
import { formatSeconds } from "./rate.ts";
import { printable, visible } from "./text.ts";

export function shownChainText(chain: ShownChain): string {
  const { kind, id, title, source, promptVersion, shownItems, steps } = chain;
  return [
    `${kind} ${printable(id)}${title === undefined ? "" : `: ${printable(title)}`}`,
    `texts by ${printable(source)}, prompts ${printable(promptVersion)}`,
    ...(shownItems === undefined ? [] : [`history as shown: ${shownItems.map(printable).join(", ")}`]),
    ...steps.flatMap((step, i) => ["", ...stepText(step, i + 1)]),
  ].join("\n");
}

function stepText({ step, prompt, system, answer, revision }: ShownStep, number: number): string[] {
  return [
    `${number}. ${step}`,
    ...(system === undefined ? [] : ["   system message:", indented(system)]),
    "   question:",
    indented(prompt),
    ...answerText(answer),
    ...(revision === undefined
      ? []
      : [`   since ${revision.at}, ${revision.how} by ${printable(revision.by)}:`, indented(revision.text)]),
  ];
}

function answerText(answer: ShownStep["answer"]): string[] {
  if (answer === undefined) return ["   not asked yet"];
  const { provider, model, createdAt, promptTokens, cachedTokens, completionTokens, thinkingTokens } = answer;
  const { calls, flaws } = answer;
  const thinking = thinkingTokens === 0 ? "" : ` (${thinkingTokens} of them thinking)`;
  const cached = cachedTokens === 0 ? "" : ` (${cachedTokens} of them from the server's cache)`;
  const tokens = `${promptTokens}${cached} + ${completionTokens} tokens${thinking}`;
  const words = `${printable(provider)} ${printable(model)}, ${tokens}, ${timeText(answer.milliseconds)}`;
  const took = `${words}, ${calls} ${calls === 1 ? "call" : "calls"}, ${createdAt}`;
  if (answer.adaptedFrom !== "") {
    const from = `${printable(answer.adaptedFrom)} (similarity ${answer.similarity.toFixed(3)})`;
    const by = `${printable(provider)} ${printable(model)}`;
    return [
      `   adapted by rule from the text of ${from}, which is by ${by}; no call, ${createdAt}`,
      indented(answer.text),
    ];
  }
  const wrong = flaws === "" ? [] : [`   replies that could not be used: ${printable(flaws)}`];
  if (answer.status === "answered") return [`   answer: ${took}`, indented(answer.text), ...wrong];
  return [`   no usable answer: ${took}`, ...wrong, indented(answer.raw)];
}

/** Small models and answers that are replayed take less than a second. */
function timeText(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : formatSeconds(milliseconds / 1000);
}

function indented(text: string): string {
  return visible(text)
    .split("\n")
    .map((line) => `     ${line}`.trimEnd())
    .join("\n");
}
