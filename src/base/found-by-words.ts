// Records found by words, without case and accents: every word must stand in the text or the id. Browsers load this
// too: it imports nothing.

export interface Searched {
  readonly id: string;
  readonly text: string;
}

/**
 * Places in `records` that fit, best first: the id itself, then texts that begin with the query, then those in which
 * its words begin words, then the rest; within these in their order. Undefined records are passed over.
 */
export function foundByWords(records: Iterable<Searched | undefined>, query: string): number[] {
  const wanted = folded(query);
  const words = wanted.split(/\s+/).filter((word) => word !== "");
  const found: { readonly at: number; readonly rank: number }[] = [];
  let at = -1;
  for (const record of records) {
    at++;
    const rank = record && rankOf(record, wanted, words);
    if (rank !== undefined) found.push({ at, rank });
  }
  return found.sort((a, b) => a.rank - b.rank || a.at - b.at).map(({ at: place }) => place);
}

function rankOf(record: Searched, wanted: string, words: readonly string[]): number | undefined {
  const id = folded(record.id);
  if (id === wanted) return 0;
  const text = ` ${folded(record.text)}`;
  if (!words.every((word) => text.includes(word) || id.includes(word))) return undefined;
  if (text.startsWith(` ${wanted}`)) return 1;
  return words.every((word) => text.includes(` ${word}`)) ? 2 : 3;
}

/** Without case and accents. */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
