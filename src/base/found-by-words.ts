// Records found by words, without case and accents: every word must stand in the text or the id. Browsers load this
// too: it imports nothing.

export interface Searched {
  readonly id: string;
  readonly text: string;
}

/** Finds by a query among the same records. */
export type FindByWords = (query: string) => number[];

interface Folded {
  readonly at: number;
  readonly id: string;
  readonly text: string;
}

/**
 * Finds places in `records`, best first: the id itself, then texts that begin with the query, then those in which its
 * words begin words, then the rest; within these in their order. Undefined records are passed over. What takes long is
 * done here, once: whoever asks at each key keeps the finder.
 */
export function finderByWords(records: Iterable<Searched | undefined>): FindByWords {
  const all: Folded[] = [];
  let at = -1;
  for (const record of records) {
    at++;
    if (record !== undefined) all.push({ at, id: folded(record.id), text: ` ${folded(record.text)}` });
  }
  return (query) => {
    const wanted = folded(query);
    const words = wanted.split(/\s+/).filter((word) => word !== "");
    const found = all.flatMap((record) => {
      const rank = rankOf(record, wanted, words);
      return rank === undefined ? [] : [{ at: record.at, rank }];
    });
    return found.sort((a, b) => a.rank - b.rank || a.at - b.at).map(({ at: place }) => place);
  };
}

function rankOf({ id, text }: Folded, wanted: string, words: readonly string[]): number | undefined {
  if (id === wanted) return 0;
  if (!words.every((word) => text.includes(word) || id.includes(word))) return undefined;
  if (text.startsWith(` ${wanted}`)) return 1;
  return words.every((word) => text.includes(` ${word}`)) ? 2 : 3;
}

/** Without case and accents. */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
