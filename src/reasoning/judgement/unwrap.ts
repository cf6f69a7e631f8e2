// Frees an answer of what models put around it: tags, quotes, polite openings, the first words of the question, bullets
// of a list. What stands inside is judged afterwards; taking these off loses nothing of it.

const MARK = String.raw`(?:\*\*|__)?`;
const OWN_NAMES = "(?:response|answer|output)";
const CLOSING = /\s*<\/[a-z]+>\s*$/i;
const POLITE =
  /^(?:sure|certainly|of course|okay|ok|absolutely)\b[!,.:]?\s+(?:here(?:['’]s| is| are)\b[^.:\n]{0,80}:\s*)?/i;
const HERE = /^here(?:['’]s| is| are)\b[^.:\n]{0,80}:\s*/i;
/** "Based on the provided [ATTRIBUTES], [POSITIVE]," as the question begins; up to the comma before what is said. */
const GROUNDS =
  /^(?:based on|according to|given|from|considering)\s+(?:the\s+)?(?:provided\s+|given\s+|above\s+)?(?:information|data|attributes?|history|text|details|description|\[[A-Z_]+\])(?:\s+(?:provided|given|above))?(?:,?\s*(?:and\s+)?(?:the\s+)?(?:provided\s+)?\[[A-Z_]+\])*(?:\s+(?:provided|given))?\s*,\s*/i;
const BULLET = /^\s*(?:[-*•]|\d+[.)])\s+/;
/** Longer lists are no list of features any more. */
const LONGEST_LIST = 8;

/** @param tag of the answer, such as "[POSITIVE]". */
export function unwrap(reply: string, tag: string): string {
  let text = joinList(reply.trim());
  for (let before = ""; text !== before; ) {
    before = text;
    text = text
      .replace(tagPattern(tag), "")
      .replace(CLOSING, "")
      .replace(POLITE, "")
      .replace(HERE, "")
      .replace(GROUNDS, "")
      .trim();
    text = withoutQuotes(text);
  }
  return text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

/** The answer's own tag in any dress: "[POSITIVE]:", "**Positive:**", "Response:"; a word without a colon is none. */
function tagPattern(tag: string): RegExp {
  const name = tag.slice(1, -1).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const bare = name === "" ? OWN_NAMES : `(?:${name}|${OWN_NAMES})`;
  const named = String.raw`${bare}${MARK}\s*:`;
  const own = name === "" ? named : String.raw`(?:\[${name}\]${MARK}\s*:?|${named})`;
  return new RegExp(String.raw`^${MARK}${own}${MARK}\s*${MARK}`, "i");
}

function withoutQuotes(text: string): string {
  const quoted = /^["“](.*)["”]$/s.exec(text);
  return quoted === null || /["“”]/.test(quoted[1]!) ? text : quoted[1]!.trim();
}

/** A short list as one sentence. */
function joinList(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const isList = lines.length > 1 && lines.length <= LONGEST_LIST && lines.every((line) => BULLET.test(line));
  if (!isList) return text;
  const entries = lines.map((line) =>
    line
      .replace(BULLET, "")
      .trim()
      .replace(/[.;,]$/, ""),
  );
  return `${entries.join("; ")}.`;
}
