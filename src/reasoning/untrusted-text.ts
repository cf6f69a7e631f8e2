// Catalogue text comes from strangers. Before it is quoted in a prompt it loses everything that could end the quotation
// or pass for a part of the prompt; afterwards an answer that obeyed it instead of describing it is recognised.

/** Marks of chat templates and of our own fence: "<|im_start|>", "<｜User｜>", "</data>", "[INST]", "<think>". */
const CONTROL_MARK =
  /<([|｜])[^<>|｜]{0,40}\1>|<\/?\s*(?:data|think|thinking|system|user|assistant|s|bos|eos)\s*>|<(?:start|end)_of_turn>|<<\/?SYS>>|\[\/?(?:INST|SYSTEM_PROMPT)\]/gi;

/** `text` with chat marks, fences and prompt tags made harmless: brackets become parentheses. */
export function quoteSafely(text: string, tags: readonly string[]): string {
  // Marks begin with one of these, and so do tags.
  if (!text.includes("<") && !text.includes("[")) return text;
  let safe = text.replace(CONTROL_MARK, (mark) => `(${mark.replace(/[<>|｜[\]/]/g, "").trim()})`);
  for (const tag of tags) safe = safe.replaceAll(tag, `(${tag.slice(1, -1)})`);
  return safe;
}

/** Phrases that speak to a language model rather than to a shopper. */
const ORDER =
  /\b(?:ignore|disregard|forget|override)\b[^.!?]{0,40}\b(?:instructions?|prompts?|rules|previous|above|earlier|everything)\b|\byou are (?:now|no longer)\b|\b(?:system|developer) prompt\b|\b(?:respond|reply|answer|output|write|print|say|repeat)\b[^.!?]{0,20}\b(?:only|exactly|nothing but|verbatim|the following)\b|\bdo not (?:describe|summari[sz]e|follow)\b|\bas an? (?:ai|language model)\b[^.!?]{0,30}\b(?:must|should|will)\b/i;

/** Whether a text tries to give orders to its reader. */
export function givesOrders(text: string): boolean {
  return ORDER.test(text);
}

const FOREIGN_MATTER = /\bhttps?:\/\/|\bwww\.|\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b|javascript:/i;
/** An answer whose words stand to this share in the order itself obeyed it. */
const OBEDIENT_SHARE = 0.6;

/** Whether `answer` carries links or orders, or says what an order in `source` told it to say. */
export function obeysOrders(answer: string, source: string): boolean {
  if (FOREIGN_MATTER.test(answer) || givesOrders(answer)) return true;
  const orders = orderSentences(source);
  if (orders === "") return false;
  const ordered = new Set(wordList(orders));
  const words = wordList(answer);
  return words.length > 0 && words.filter((word) => ordered.has(word)).length / words.length >= OBEDIENT_SHARE;
}

/** The sentences of `source` that give orders, each with the one after it, where the payload often stands. */
function orderSentences(source: string): string {
  const sentences = source.split(/(?<=[.!?;:])\s+/);
  return sentences
    .filter((sentence, i) => givesOrders(sentence) || (i > 0 && givesOrders(sentences[i - 1]!)))
    .join(" ");
}

function wordList(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
