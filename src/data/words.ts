// Words of catalogue texts: shared by the rule-based reasoner and the text encoder.

/** English function words, plus words that shops put into every entry. They carry no taste. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again against all also am an and any are as at be because been before being below between both
  but by can cannot could did do does doing down during each either else etc few for from further had has have having he
  her here hers him his how i if in into is it its itself just let like may me might more most much must my myself
  neither no nor not now of off on once one only onto or other our ours out over own per perhaps quite rather same she
  should since so some such than that the their theirs them themselves then there these they this those though through
  thus to too under until up upon us use used using very via was we were what when where whether which while who whom
  whose why will with within without would yes yet you your yours new item items product products pack packs set sets
  count ct piece pieces pcs oz ounce ounces fl fluid ml inch inches lb lbs gram grams kg mm cm size quantity qty unknown
  title description brand categories category price attribute attributes keywords`.split(/\s+/),
);

export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}

/** Letters, digits and marks of scripts that put no spaces between words; "ー" belongs to no script. */
const UNSPACED = [
  ...["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"].map((script) => `\\p{Script=${script}}`),
  "ー",
].join("");
/** They turn a Japanese sign into another one: "ハック" is no "バッグ". */
const SOUND_MARKS = "\\u3099\\u309A";

const UNSPACED_SIGN = new RegExp(`[${UNSPACED}]`, "u");
/** Accents and apostrophes, but for marks that are letters of their script. */
const DROPPED = new RegExp(`[\\p{M}'’](?<![${UNSPACED}${SOUND_MARKS}])`, "gu");
const SOUNDED = new RegExp(`.[${SOUND_MARKS}]`, "gu");

/** Lower-case words of letters and digits without accents; apostrophes vanish ("L'Oréal's" -> "loreals"). */
export function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(DROPPED, "");
  const composed = plain.replace(SOUNDED, (sign) => sign.normalize("NFC"));
  return composed.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
}

/** Whether a text has signs of a script that puts no spaces between words, where `wordsOf` finds none but long ones. */
export function hasUnspacedSigns(text: string): boolean {
  return UNSPACED_SIGN.test(text.normalize("NFKD"));
}

const RUNS = new RegExp(`[${UNSPACED}][${UNSPACED}\\p{M}]*|[^${UNSPACED}]+`, "gu");

/**
 * A word as terms that texts can have in common: itself, but for a run of signs of a script without spaces, which
 * becomes its pairs of neighbours ("usbケーブル" -> "usb", "ケー", "ーブ", "ブル"). Where words end in it only a
 * dictionary knows, and those of other versions of Node differ.
 */
export function termsIn(word: string): string[] {
  if (!UNSPACED_SIGN.test(word)) return [word];
  return (word.match(RUNS) ?? []).flatMap((run) => (UNSPACED_SIGN.test(run) ? pairsOf(run) : [run]));
}

function pairsOf(run: string): string[] {
  const signs = run.match(/.\p{M}*/gu) ?? [];
  return signs.length < 2 ? signs : signs.slice(1).map((sign, at) => `${signs[at]}${sign}`);
}

/**
 * Words that say something: no stop words, no bare numbers or measures ("12", "5oz"), no single letters, no repeats.
 */
export function keywordsOf(text: string): string[] {
  const kept = wordsOf(text).filter(
    (word) => word.length > 1 && !isStopWord(word) && !/^\d+(\p{L}{1,2})?$/u.test(word),
  );
  return [...new Set(kept)];
}
