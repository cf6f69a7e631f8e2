// Which language a short answer is in, by its function words and its script. Made for one question only: is it the one
// that was asked for? Small models drift into the language of their training data or of the catalogue.

/** Function words that are frequent in one language and rare or absent in the others of this table. */
const FUNCTION_WORDS = {
  en: "the and of to who with for that this is are or their they may might be it which from not would users those such as prefer more likely",
  de: "der die das und mit für nicht sich ist sind ein eine oder auf von den dem zu auch könnten werden die wenn nutzer",
  fr: "le la les des et pour une qui que dans sur est sont avec ou pas plus leur ces aux du utilisateurs",
  es: "el los las y para una que con por su sus es son o más del al como usuarios quienes",
  it: "il gli le e per una che con di è sono o più della dei nel come utenti chi",
  pt: "o os as e para uma que com por seu é são ou mais do da dos não como usuários quem",
  nl: "de het een en van voor met die dat zijn niet of op aan ook worden gebruikers wie naar",
} as const satisfies Readonly<Record<string, string>>;

export type Language = keyof typeof FUNCTION_WORDS;
export const LANGUAGES = Object.keys(FUNCTION_WORDS) as Language[];

const WORD_SETS = new Map(LANGUAGES.map((language) => [language, new Set(FUNCTION_WORDS[language].split(" "))]));

/** Fewer letters of the Latin script than this share: another script, whatever the words. */
const LATIN_SHARE = 0.7;
/** Another language must win by this many function words: titles quote foreign words. */
const MARGIN_WORDS = 2;

export function isInLanguage(text: string, expected: Language): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (letters > 0 && latin / letters < LATIN_SHARE) return false;
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const hits = (language: Language) => words.filter((word) => WORD_SETS.get(language)!.has(word)).length;
  const own = hits(expected);
  return LANGUAGES.every((language) => language === expected || hits(language) < own + MARGIN_WORDS);
}

/** Whether words of another script stand among Latin ones, as small models slip; the data's own are no slip. */
export function holdsForeignWords(text: string, data: string): boolean {
  const foreign = text.match(/[^\P{L}\p{Script=Latin}]+/gu) ?? [];
  return foreign.some((word) => !data.includes(word));
}
