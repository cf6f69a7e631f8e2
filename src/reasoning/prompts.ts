// From a prompt set, a subject and the earlier answers to the words of one question.
import type { Item } from "../data/index.ts";
import { type PromptSet, STEPWISE_PROMPTS } from "./prompt-sets/index.ts";
import { type ReasonRequest, STEPS, type Step, type Subject } from "./reasoner.ts";
import { cutAtWord, cutToTokens, estimateTokens } from "./token-count.ts";
import { quoteSafely } from "./untrusted-text.ts";

type Limits = PromptSet["limits"] & {
  /** Fields that are not told. */
  readonly leaveOut?: readonly string[] | undefined;
  /** All fields together, in estimated tokens; the description gives way first. */
  readonly totalTokens?: number | undefined;
};

/** What a description may take where no prompt set says otherwise. */
const PLAIN_LIMITS: Limits = { descriptionCharacters: 600 };

/** The whole prompt of one step. `domain` is the dataset's noun, e.g. "beauty product". */
export function renderPrompt(
  subject: Subject,
  step: Step,
  earlier: ReasonRequest["earlier"],
  domain: string,
  prompts: PromptSet = STEPWISE_PROMPTS,
): string {
  const { item, user, together, fenced, lengthRule } = prompts;
  const templates = subject.kind === "item" ? item : user;
  const safe = fenced ? (text: string) => quoteSafely(text, tagsOf(prompts)) : (text: string) => text;
  const fence = (lines: readonly string[]) => (fenced && lines.length > 0 ? ["<data>", ...lines, "</data>"] : lines);
  const wish = (together?.[subject.kind] ?? templates[step].instruction)
    .replaceAll("{domains}", plural(domain))
    .replaceAll("{domain}", domain)
    .replaceAll("{field}", fieldOf(domain));
  const instruction = ["Instruction", lengthRule === "" ? wish : `${wish} ${lengthRule}`];
  const known = informationOnce(subject, prompts, safe);
  const isDataFirst = prompts.order === "data-first";
  if (together !== undefined) {
    const data = ["Information", ...fence([known])];
    return [...(isDataFirst ? [...data, ...instruction] : [...instruction, ...data]), "Response"].join("\n");
  }
  const quoted = (["positive", "negative"] as const).flatMap((name) =>
    earlier[name] === undefined ? [] : [`${templates[name].tag}: ${safe(oneLine(earlier[name]))}`],
  );
  const response = ["Response", `${templates[step].tag}:`];
  return isDataFirst
    ? ["Information", ...fence([known]), ...fence(quoted), ...instruction, ...response].join("\n")
    : [...instruction, "Information", ...fence([known, ...quoted]), ...response].join("\n");
}

/**
 * First words of an answer, prescribed when a reply could not be used: they leave no room for talk, and those of a
 * NEGATIVE none for saying the POSITIVE again.
 */
const OPENINGS: Readonly<Record<Subject["kind"], Readonly<Record<Step, string>>>> = {
  item: { positive: "Users who", negative: "It may not suit users who", feature: "This {domain}" },
  user: { positive: "The user is likely to enjoy", negative: "The user is likely to dislike", feature: "The user" },
};

/** The sentence that prescribes them. */
export function openingRuleOf(kind: Subject["kind"], step: Step, domain: string, prompts: PromptSet): string {
  const opening = (of: Step) => (prompts[kind][of].opening ?? OPENINGS[kind][of]).replaceAll("{domain}", domain);
  if (prompts.together === undefined) return `Begin with "${opening(step)}".`;
  return `Begin ${STEPS.map((of) => `"${of}" with "${opening(of)}"`).join(", ")}.`;
}

/** An item's known fields on one line, "Title: ...; Brand: ..."; empty when nothing is known. */
export function attributesText(item: Item, limits: Limits = PLAIN_LIMITS): string {
  const whole = fieldsText(item, limits);
  const { totalTokens } = limits;
  if (totalTokens === undefined || estimateTokens(whole) <= totalTokens) return whole;
  const { description: _, ...rest } = item;
  const left = totalTokens - estimateTokens(fieldsText(rest, limits));
  const fieldTokens = Math.min(left, limits.fieldTokens ?? left);
  const shorter = fieldTokens < MINIMUM_FIELD_TOKENS ? rest : shortDescription(item, fieldTokens);
  return cutToTokens(fieldsText(shorter, limits), totalTokens);
}

const MINIMUM_FIELD_TOKENS = 8;

function shortDescription(item: Item, tokens: number): Item {
  return item.description === undefined
    ? item
    : { ...item, description: cutToTokens(oneLine(item.description), tokens - MINIMUM_FIELD_TOKENS / 2) };
}

function fieldsText(item: Item, { descriptionCharacters, fieldTokens, leaveOut = [] }: Limits): string {
  const fields: [string, string | undefined][] = [
    ["Title", item.title],
    ["Description", item.description === undefined ? undefined : shorten(item.description, descriptionCharacters)],
    ["Brand", item.brand],
    ["Categories", item.categories?.join(" > ")],
    ["Price", item.price?.toFixed(2)],
    ...Object.entries(item.attributes ?? {}),
  ];
  return fields
    .filter(([name, value]) => value !== undefined && value !== "" && !leaveOut.includes(name))
    .map(([name, value]) => [name, oneLine(value!)] as const)
    .map(([name, value]) => `${name}: ${fieldTokens === undefined ? value : cutToTokens(value, fieldTokens)}`)
    .join("; ");
}

/** What the last prompt set said of a subject: the three steps of a chain say the same of it. */
const informed = new WeakMap<Subject, { readonly prompts: PromptSet; readonly text: string }>();

function informationOnce(subject: Subject, prompts: PromptSet, safe: (text: string) => string): string {
  const known = informed.get(subject);
  if (known?.prompts === prompts) return known.text;
  const text = information(subject, prompts, safe);
  informed.set(subject, { prompts, text });
  return text;
}

function information(subject: Subject, prompts: PromptSet, safe: (text: string) => string): string {
  const limits: Limits = { ...prompts.limits, leaveOut: prompts.leaveOut };
  if (subject.kind === "item") {
    return `[ATTRIBUTES]: ${safe(attributesText(subject.item, limits)) || "none recorded"}`;
  }
  const { historyTokens } = limits;
  const share =
    historyTokens === undefined ? undefined : Math.floor(historyTokens / Math.max(subject.history.length, 1));
  const items = subject.history.map(({ item, feature }, i) => {
    if (prompts.history === "titles") return safe(titled(item, feature, share, limits));
    const featureText = feature === undefined ? "" : limited(oneLine(feature), half(share));
    const left = share === undefined ? undefined : Math.max(share - estimateTokens(featureText), MINIMUM_FIELD_TOKENS);
    const attributes = attributesText(item, left === undefined ? limits : { ...limits, totalTokens: left });
    const known = `Item_${i + 1}: [ATTRIBUTES]: ${safe(attributes) || "none recorded"}`;
    return feature === undefined ? known : `${known}, [FEATURE]: ${safe(featureText)}`;
  });
  return prompts.history === "titles"
    ? ["[HISTORY]:", ...items.map((line) => `- ${line}`)].join("\n")
    : `[HISTORY]: [${items.join(",\n")}]`;
}

/** "Title: FEATURE" within a share of the history's tokens; items without a FEATURE text are told by their fields. */
function titled(item: Item, feature: string | undefined, share: number | undefined, limits: Limits): string {
  if (feature === undefined || item.title === undefined) {
    return attributesText(item, { ...limits, totalTokens: share }) || "none recorded";
  }
  return limited(`${oneLine(item.title)}: ${oneLine(feature)}`, share);
}

function limited(text: string, tokens: number | undefined): string {
  return tokens === undefined ? text : cutToTokens(text, tokens);
}

function half(share: number | undefined): number | undefined {
  return share === undefined ? undefined : Math.floor(share / 2);
}

/** Every tag that a prompt of the set may hold. */
export function tagsOf(prompts: PromptSet): string[] {
  const own = [prompts.item, prompts.user].flatMap((chain) => Object.values(chain).map(({ tag }) => tag));
  return ["[ATTRIBUTES]", "[HISTORY]", ...own];
}

/** What products are of: "sports" of a "sports product"; the plural of any other noun. */
function fieldOf(domain: string): string {
  const field = domain.replace(/ products?$/i, "");
  return field === domain ? plural(domain) : field;
}

function plural(noun: string): string {
  return noun.endsWith("s") ? noun : `${noun}s`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Cut at a word where there are words: chains over thousands of items must fit small context windows. */
function shorten(description: string, limit: number | undefined): string {
  const text = oneLine(description);
  if (limit === undefined || text.length <= limit) return text;
  return `${cutAtWord(text, limit)} ...`;
}
