// Prompt templates as data, after the paper's Figures 6 and 7 (Instruction, Information, Response). Ours: the domain noun,
// missing fields left out, item numbers counting from 1, and one sentence that asks for the length of the figures' examples.
import type { Item } from "../data/dataset.ts";
import type { ReasonRequest, Step, Subject } from "./reasoner.ts";

interface PromptTemplate {
  /** `{domain}` and `{domains}` become the dataset's noun. */
  readonly instruction: string;
  /** Tag of the answer, also when later steps quote it. */
  readonly tag: string;
}

/** Changing any wording below needs a new version: it is stored beside every answer. */
export const PROMPT_VERSION = "figures-6-7/1";

export const PROMPTS: Readonly<Record<Subject["kind"], Readonly<Record<Step, PromptTemplate>>>> = {
  item: {
    positive: {
      instruction:
        "Based on the provided [ATTRIBUTES], assist me in summarizing which types of users might enjoy a specific {domain}.",
      tag: "[POSITIVE]",
    },
    negative: {
      instruction:
        "Based on the provided [ATTRIBUTES], [POSITIVE], assist me in summarizing which types of users might dislike a specific {domain}.",
      tag: "[NEGATIVE]",
    },
    feature: {
      instruction:
        "Based on the provided [ATTRIBUTES], [POSITIVE], [NEGATIVE], assist me in identifying the possible features of a specific {domain}.",
      tag: "[FEATURE]",
    },
  },
  user: {
    positive: {
      instruction:
        "Based on the provided [HISTORY], you will help identify which types of {domains} a specific user is likely to enjoy.",
      tag: "[POSITIVE_USER]",
    },
    negative: {
      instruction:
        "Based on the provided [HISTORY], [POSITIVE_USER], you will help identify the types of {domains} the user is likely to dislike.",
      tag: "[NEGATIVE_USER]",
    },
    feature: {
      instruction:
        "Based on the provided [HISTORY], [POSITIVE_USER], [NEGATIVE_USER], you will help identify the core interests and preferences of the user.",
      tag: "[PREFERENCE]",
    },
  },
};

const LENGTH_RULE = "Answer in one or two sentences.";
/** Longer descriptions are cut at a word: chains over thousands of items must fit small context windows. */
const DESCRIPTION_LIMIT_CHARACTERS = 600;

/** The whole prompt of one step. `domain` is the dataset's noun, e.g. "beauty product". */
export function renderPrompt(subject: Subject, step: Step, earlier: ReasonRequest["earlier"], domain: string): string {
  const templates = PROMPTS[subject.kind];
  const instruction = templates[step].instruction
    .replaceAll("{domains}", plural(domain))
    .replaceAll("{domain}", domain);
  const quoted = (["positive", "negative"] as const).flatMap((name) =>
    earlier[name] === undefined ? [] : [`${templates[name].tag}: ${oneLine(earlier[name])}`],
  );
  return [
    "Instruction",
    `${instruction} ${LENGTH_RULE}`,
    "Information",
    information(subject),
    ...quoted,
    "Response",
    `${templates[step].tag}:`,
  ].join("\n");
}

/** An item's known fields on one line, "Title: ...; Brand: ..."; empty when nothing is known. */
export function attributesText(item: Item): string {
  const fields: [string, string | undefined][] = [
    ["Title", item.title],
    ["Description", item.description === undefined ? undefined : shorten(oneLine(item.description))],
    ["Brand", item.brand],
    ["Categories", item.categories?.join(" > ")],
    ["Price", item.price?.toFixed(2)],
    ...Object.entries(item.attributes ?? {}),
  ];
  return fields
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => `${name}: ${oneLine(value!)}`)
    .join("; ");
}

function information(subject: Subject): string {
  if (subject.kind === "item") return `[ATTRIBUTES]: ${attributesText(subject.item) || "none recorded"}`;
  const items = subject.history.map(({ item, feature }, i) => {
    const known = `Item_${i + 1}: [ATTRIBUTES]: ${attributesText(item) || "none recorded"}`;
    return feature === undefined ? known : `${known}, [FEATURE]: ${oneLine(feature)}`;
  });
  return `[HISTORY]: [${items.join(",\n")}]`;
}

function plural(noun: string): string {
  return noun.endsWith("s") ? noun : `${noun}s`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function shorten(text: string): string {
  if (text.length <= DESCRIPTION_LIMIT_CHARACTERS) return text;
  const cut = text.slice(0, DESCRIPTION_LIMIT_CHARACTERS);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), 1))} ...`;
}
