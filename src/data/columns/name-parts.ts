// A column name taken apart into known words: `lineitemSKU`, `order_purchase_timestamp`, `Kundennummer`, `注文日時`.
import { type Kind, WORDS } from "./name-words.ts";

/** One word of a name. Unknown words have no kinds. */
export interface Part {
  readonly text: string;
  readonly kinds: ReadonlyMap<Kind, number>;
}

const RECBOLE_TYPE = /:(token|token_seq|float|float_seq)$/;
/** Around the record of a search index. */
const WRAPPER = /^_source[._]/;
/** Types that MongoDB's exports write as objects: `product_id.$oid`, `at.$date.$numberLong`. */
const MONGO_TYPE = /(\.\$(oid|date|number(Long|Int|Double|Decimal)))+$/;
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]+/u;
const TOKENS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]+|[a-z]+|[\p{Script=Cyrillic}]+/gu;
/** Glued words are at least so long; shorter ones only from this list. */
const SHORTEST = 3;
const SHORT_WORDS = new Set(["id", "no", "nr", "ts", "at", "ip"]);
const NOTHING: ReadonlyMap<Kind, number> = new Map();

export function partsOf(name: string): readonly Part[] {
  return joined(tokensOf(name)).flatMap(wordsIn);
}

function tokensOf(name: string): string[] {
  const spaced = name
    .replace(RECBOLE_TYPE, "")
    .replace(WRAPPER, "")
    .replace(MONGO_TYPE, "")
    .replace(/([\p{Ll}0-9])(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, "$1 $2");
  const plain = spaced
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase();
  return plain.replaceAll("ß", "ss").replaceAll("ø", "o").match(TOKENS) ?? [];
}

/** Neighbours that make one known word, `post code`, are one. */
function joined(tokens: readonly string[]): string[] {
  const out: string[] = [];
  for (const token of tokens) {
    const pair = `${out.at(-1) ?? ""}${token}`;
    if (out.length > 0 && WORDS.has(pair)) out[out.length - 1] = pair;
    else out.push(token);
  }
  return out;
}

function wordsIn(token: string): Part[] {
  const texts = WORDS.has(token) ? [token] : CJK.test(token) ? longestWords(token) : (gluedWords(token) ?? [token]);
  return texts.map((text) => ({
    text,
    kinds: new Map(WORDS.get(text)?.map(({ kind, weight }) => [kind, weight])) ?? NOTHING,
  }));
}

/** Known words from left to right, each as long as possible; signs in between belong to no word. */
function longestWords(token: string): string[] {
  const words: string[] = [];
  let unknown = "";
  for (let start = 0; start < token.length; ) {
    let end = token.length;
    while (end > start && !WORDS.has(token.slice(start, end))) end--;
    if (end === start) unknown += token[start++];
    else {
      words.push(token.slice(start, end));
      start = end;
    }
  }
  return unknown === "" ? words : [...words, unknown];
}

/** The fewest known words that make up `token`; undefined when there are none. */
function gluedWords(token: string): string[] | undefined {
  const best: (string[] | undefined)[] = [[]];
  for (let end = 1; end <= token.length; end++) {
    for (let start = 0; start < end; start++) {
      const before = best[start];
      const word = token.slice(start, end);
      if (before === undefined || !WORDS.has(word)) continue;
      if (word.length < SHORTEST && !SHORT_WORDS.has(word)) continue;
      if (before.length + 1 < (best[end]?.length ?? Number.POSITIVE_INFINITY)) best[end] = [...before, word];
    }
  }
  return best[token.length];
}
