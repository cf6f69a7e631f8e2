// What the one command says at its end: what was made, how good it is, what it recommends to some users and why, and
// what to type next.
import { percent } from "../base/written-numbers.ts";
import type { FirstRunResult, Verdict } from "../pipeline/first-run/index.ts";
import { cardText } from "./card-text.ts";
import { formatSeconds } from "./rate.ts";
import { recommendationReason } from "./recommendation-reason.ts";
import { printable } from "./text.ts";
import { cardLines, columnLines } from "./understanding-card.ts";

/** `line` gives a command line as it is typed. */
export function firstRunText(result: FirstRunResult, line: (words: readonly string[]) => string): string {
  const { dataset, training, report, next, seconds } = result;
  const counts = `${count(dataset.users)} users, ${count(dataset.items)} items, ${count(dataset.interactions)} interactions`;
  return [
    `${printable(dataset.name)}: ${counts}; ${formatSeconds(seconds)}`,
    "",
    ...columnLines(result.understood.columns, false),
    ...cardLines(result.understood),
    "",
    `trained ${training.model} (${training.why}): ${training.epochs} epochs, the best was epoch ${training.bestEpoch}`,
    `texts ${printable(result.texts.source)}, vectors ${result.vectors.encoder} of ${result.vectors.dimensions} dimensions`,
    ...costLines(result),
    "",
    ...result.verdicts.flatMap(verdictLines),
    ...answererLines(result),
    ...result.users.flatMap(userLines),
    "",
    `report: ${printable(report)}`,
    "",
    "next:",
    ...next.flatMap(({ words, what }) => [`  # ${what}`, `  ${printable(line(words))}`]),
  ].join("\n");
}

function costLines({ texts: { languageModel } }: FirstRunResult): string[] {
  if (languageModel === undefined) return [];
  const { calls, promptTokens, completionTokens } = languageModel;
  const tokens =
    promptTokens === undefined || completionTokens === undefined
      ? ""
      : `, about ${count(promptTokens)} tokens in prompts and ${count(completionTokens)} in answers`;
  return [`a language model would be called ${count(calls)} times${tokens} (--llm)`];
}

const ASKED = {
  sequential: (answers: number) => `what comes next out of ${count(Math.round(answers))} items`,
  direct: (answers: number) => `which of ${count(Math.round(answers))} items was taken`,
} as const;

function verdictLines({ task, cut, users, answers, random, model, popularity, best, outcome }: Verdict): string[] {
  const beside = [popularity, best?.name === popularity?.name ? undefined : best].filter((each) => each !== undefined);
  const others = [...beside, { name: "a random order", value: random }];
  const place = cut === 1 ? "its first" : `among its first ${cut}`;
  return [
    `asked ${ASKED[task](answers)}, the right one is ${place} for ${percent(model.value, 1)} of ${count(users)} users`,
    `  (without training: ${others.map(({ name, value }) => `${name} ${percent(value, 1)}`).join(", ")})`,
    `  ${judgement(model.name, best, outcome)}`,
  ];
}

function judgement(model: string, best: Verdict["best"], outcome: Verdict["outcome"]): string {
  if (best === undefined) return "There is nothing to compare it with.";
  if (outcome === "ahead") return `${model} is ahead of all that need no training.`;
  if (outcome === "level") return `So many users do not tell ${model} and ${best.name} apart.`;
  return `${best.name}, which needs no training, is ahead of ${model} on these data.`;
}

function answererLines({ answersBy, answerer }: FirstRunResult): string[] {
  const here = `Recommendations here are by ${answersBy}`;
  const contest = answerer?.contest;
  if (contest === undefined) return [`${here}${answerer?.why === "asked for" ? ", as asked" : ""}.`];
  const { model, best, cut, users } = contest;
  const [won, lost] = answersBy === model.name ? [model, best] : [best, model];
  const insist = won === model ? "" : ` --model ${model.name} insists on the model.`;
  return [
    `${here}, chosen by validation items (each user's last but one):`,
    `  ${percent(won.value, 1)} of ${count(users)} users have theirs among its first ${cut}, ${percent(lost.value, 1)} among those of ${lost.name}.${insist}`,
  ];
}

function userLines({ user, history, recommendations }: FirstRunResult["users"][number]): string[] {
  return [
    "",
    `for ${printable(user)}, who has ${history.length} items, last ${cardText(history.at(-1)!)}:`,
    ...recommendations.flatMap((each) => [
      `  ${each.rank}. ${cardText(each.item)}`,
      `     ${recommendationReason(each)}`,
    ]),
  ];
}

function count(value: number): string {
  return value.toLocaleString("en");
}
