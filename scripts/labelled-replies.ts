// The labelled replies that travel with the package, so that `isrf reason judge --calibrate` can put a judge to them:
// the part of test/judgement that no rule was made from, as questions of a step each. Run as a script, it writes
// src/reasoning/judgement/labelled-replies.jsonl; a test holds them equal.
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type LabelledReply, quotedData, STEPS, STEPWISE_PROMPTS } from "../src/reasoning/index.ts";
import { isGood, type Labelled, labelledAnswers } from "./rule-table.ts";

export const FILE = resolve(import.meta.dirname, "../src/reasoning/judgement/labelled-replies.jsonl");
/** What the catalogue sells, in the words of the questions. */
const DOMAIN: Readonly<Record<string, string>> = { "{domain}": "beauty product", "{domains}": "beauty products" };

/** A field of one call's answer is judged as the answer of its step, which tells the same ones before it. */
function labelledReply(labelled: Labelled): LabelledReply {
  const { kind, step, prompt, earlier, reply } = labelled;
  const quoted = quotedData(prompt).replace(/\n{2,}/g, "\n");
  const told = STEPS.flatMap((before) => {
    const line = `${STEPWISE_PROMPTS[kind][before].tag}: ${earlier[before]}`;
    return earlier[before] === undefined || quoted.includes(line) ? [] : [line];
  });
  const asked = STEPWISE_PROMPTS[kind][step].instruction.replace(/\{domains?\}/g, (word) => DOMAIN[word]!);
  return {
    data: [quoted, ...told].join("\n"),
    question: `${asked} ${STEPWISE_PROMPTS.lengthRule}`,
    reply,
    isUsable: isGood(labelled),
  };
}

/** The file's text. */
export function labelledRepliesFile(): string {
  const heldOut = labelledAnswers().filter(({ part }) => part === "held-out");
  return heldOut.map((labelled) => `${JSON.stringify(labelledReply(labelled))}\n`).join("");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await writeFile(FILE, labelledRepliesFile());
