// How ids of two files can be made equal: a ladder of rules, from what no shop means (blanks) to what some do (leading
// zeros). Each is a step on top of the earlier ones, as SQL over a text.

export interface IdRule {
  /** What is passed over when ids are compared by this rule. */
  readonly words: string;
  /** SQL: `text` without it. */
  readonly step: (text: string) => string;
  /** Ids that differ in it alone may be two things: joined only where each side has one such id. */
  readonly isDoubtful: boolean;
}

const BLANKS = "[\\s\\p{Z}\\x{200B}\\x{FEFF}]+";

/** Nothing that two ids of one shop differ in. */
export const SAFE_RULES: readonly IdRule[] = [
  {
    words: "blanks around them",
    step: (text) => `regexp_replace(${text}, '^${BLANKS}|${BLANKS}$', '', 'g')`,
    isDoubtful: false,
  },
  {
    words: "quotation marks around them",
    step: (text) => `regexp_replace(regexp_replace(${text}, '^=?"(.*)"$', '\\1'), '^''(.*?)''?$', '\\1')`,
    isDoubtful: false,
  },
  { words: "the Unicode form of letters", step: (text) => `nfc_normalize(${text})`, isDoubtful: false },
  {
    words: 'the ".0" of a number',
    step: (text) => `regexp_replace(${text}, '^(-?[0-9]+)\\.0+$', '\\1')`,
    isDoubtful: false,
  },
];

const LEADING_ZEROS: IdRule = {
  words: "leading zeros",
  step: (text) => `regexp_replace(${text}, '^0+([0-9]+)$', '\\1')`,
  isDoubtful: true,
};

const DOUBTFUL_RULES: readonly IdRule[] = [
  { words: "upper and lower case", step: (text) => `lower(${text})`, isDoubtful: true },
  LEADING_ZEROS,
  {
    words: "what stands before the last / : or #",
    step: (text) => `regexp_replace(${text}, '^.*[/:#]([^/:#]+)$', '\\1')`,
    isDoubtful: true,
  },
  {
    words: "letters before the number",
    step: (text) =>
      `regexp_replace(regexp_replace(${text}, '^[^0-9]*\\p{L}[^0-9]*([0-9]+)$', '\\1'), '^0+([0-9]+)$', '\\1')`,
    isDoubtful: true,
  },
];

export const ID_RULES: readonly IdRule[] = [...SAFE_RULES, ...DOUBTFUL_RULES];

/** SQL: the key of `text` under `rule` and all rules before it. */
export function idKey(text: string, rule: IdRule): string {
  return ID_RULES.slice(0, ID_RULES.indexOf(rule) + 1).reduce((key, { step }) => step(key), text);
}

/** SQL: the key under which ids are alike in all but case, zeros in front, and what nobody means. */
export function spellingKey(text: string): string {
  return idKey(text, LEADING_ZEROS);
}

/** SQL: the key under which ids are the same id. */
export function sameIdKey(text: string): string {
  return idKey(text, SAFE_RULES.at(-1)!);
}
