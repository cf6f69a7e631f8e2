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

/** Lower-case words of letters and digits without accents; apostrophes vanish ("L'Oréal's" -> "loreals"). */
export function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/[\p{M}'’]/gu, "");
  return plain.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
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
