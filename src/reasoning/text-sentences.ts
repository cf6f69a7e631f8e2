// Sentences on what an item is to a user where nobody wrote any: which feature of the item meets which preference of
// the user, both in the words that were reasoned. The rule knows nothing but the texts: an item's FEATURE text and a
// user's texts, which are made from training items alone, are cut into phrases; of all pairs of phrases the one that
// shares the rarest words says it (docs/explanations.md, "Sentences without reviews").
import { hashOfTexts } from "../base/hash-of-texts.ts";
import { keywordsOf, type Sentence, type SentenceSource } from "../data/index.ts";
import type { ChainTexts } from "./reasoner.ts";

/** Longer phrases are cut: a target holds some twenty tokens. */
const PHRASE_WORDS = 8;

/** Where one phrase ends and the next begins. */
const BREAKS = /[.,;:!?()\n\u2022\u2014]+|\s[-\u2013]\s|\s(?:and|or)\s/u;

/** How reasoned texts lead up to what they say. */
const LEADS =
  /^(?:.*?\b(?:user|users|shopper|customer|person)\b.*?\b(?:likes?|loves?|prefers?|enjoys?|appreciates?|values?|interests? in|interested in|looking for|seeks?)|within|especially|favou?rs|prefers|goes with|is open to|open to|buys|for|by|with|like|such as)\s+/iu;

interface Phrase {
  readonly text: string;
  readonly words: readonly string[];
}

export function textSentences({
  items,
  users,
}: {
  readonly items: readonly ChainTexts[];
  readonly users: readonly ChainTexts[];
}): SentenceSource {
  const rarity = rarityOf(items);
  const offers = remembered((item: number) => phrasesOf(items[item]!.feature));
  const likings = remembered((user: number) => phrasesOf(`${users[user]!.feature}. ${users[user]!.positive}`));
  const hash = hashOfTexts([
    ...items.map(({ feature }) => feature),
    ...users.flatMap((user) => [user.feature, user.positive]),
  ]);
  return { kind: "texts", hash, of: (user, item) => sentenceOf(offers(item), likings(user), rarity) };
}

/** Undefined where the item's text says nothing. Equal pairs: the earlier phrase of the item, then of the user. */
function sentenceOf(
  offers: readonly Phrase[],
  likings: readonly Phrase[],
  rarity: ReadonlyMap<string, number>,
): Sentence | undefined {
  let best: { readonly offer: Phrase; readonly liking?: Phrase; readonly weight: number } | undefined;
  for (const offer of offers) {
    best ??= { offer, weight: 0 };
    for (const liking of likings) {
      const shared = offer.words.filter((word) => liking.words.includes(word));
      const weight = shared.reduce((sum, word) => sum + rarity.get(word)!, 0);
      if (weight > best.weight) best = { offer, liking, weight };
    }
  }
  if (best === undefined) return undefined;
  const { offer, liking } = best;
  const meets = liking === undefined ? "" : `, which suits a liking for ${liking.text}`;
  return { text: `It offers ${offer.text}${meets}`, feature: offer.text };
}

function phrasesOf(text: string): readonly Phrase[] {
  return text.split(BREAKS).flatMap((part): Phrase[] => {
    const cut = part.trim().replace(LEADS, "").split(/\s+/).slice(0, PHRASE_WORDS).join(" ");
    const words = keywordsOf(cut);
    return words.length === 0 ? [] : [{ text: cut, words }];
  });
}

/** ln(items / items whose FEATURE text has the word), plus a little, so that a word that all share still counts. */
function rarityOf(items: readonly ChainTexts[]): ReadonlyMap<string, number> {
  const holders = new Map<string, number>();
  for (const { feature } of items) {
    for (const word of keywordsOf(feature)) holders.set(word, (holders.get(word) ?? 0) + 1);
  }
  return new Map([...holders].map(([word, count]) => [word, Math.log(items.length / count) + 0.01]));
}

function remembered<T>(make: (index: number) => T): (index: number) => T {
  const known = new Map<number, T>();
  return (index) => {
    let value = known.get(index);
    if (value === undefined) {
      value = make(index);
      known.set(index, value);
    }
    return value;
  };
}
