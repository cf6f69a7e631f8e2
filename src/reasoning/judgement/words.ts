// Words of a text, and how much of them two texts share.

/** Lower-case words and numbers, in order. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu) ?? [];
}

/** Runs of `length` words, in order. */
export function runsOf(words: readonly string[], length: number): string[] {
  return words.slice(length - 1).map((_, i) => words.slice(i, i + length).join(" "));
}

/** Words that say nothing of a subject, and those by which a sentence is turned into its opposite. */
const EMPTY = new Set(
  "a an the and or but of to in on for with by from as at is are was be been being it its this that these those who whom which their they them he she his her user users customer customers people person those individuals someone anyone might may can could would will should likely also more most very such like enjoy enjoys enjoyed love loves dislike dislikes disliked hate hates not no don't doesn't isn't aren't unlikely unsuitable suitable suit suits suited less least avoid prefer prefers negative positive product products".split(
    " ",
  ),
);

/** Distinct words that carry a meaning of their own. */
export function contentWords(text: string): Set<string> {
  return new Set(wordsOf(text).filter((word) => !EMPTY.has(word)));
}

/** Shared part of two sets of words: 0 nothing, 1 the same (Jaccard). */
export function sharedPart(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((word) => b.has(word)).length;
  const all = a.size + b.size - common;
  return all === 0 ? 0 : common / all;
}

/** The part of `words` that stands in `others`; 0 of none. */
export function partIn(words: ReadonlySet<string>, others: ReadonlySet<string>): number {
  return words.size === 0 ? 0 : [...words].filter((word) => others.has(word)).length / words.size;
}
