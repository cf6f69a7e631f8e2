// Ids that somebody may have meant: what typing, spreadsheets and copying do to an id, and no more than that. Ids of a
// shop stand close together, so that a wider search would always find one.

/** At most this many suggestions. */
const SUGGESTIONS = 3;

/**
 * Ids of `known` that are `word` but for case, blanks, quotes, zeros in front or a `.0` behind; where there is none,
 * those that differ in one letter (one more, one less, another, or two swapped).
 */
export function nearIds(word: string, known: Iterable<string>, count = SUGGESTIONS): string[] {
  const plain = plainForm(word);
  const alike: string[] = [];
  const near: string[] = [];
  for (const id of known) {
    if (alike.length === count) break;
    if (Math.abs(id.length - word.length) > SPARE) continue;
    const other = plainForm(id);
    if (other === plain) alike.push(id);
    else if (near.length < count && isOneEdit(plain, other)) near.push(id);
  }
  return alike.length > 0 ? alike : near;
}

/** Ids whose lengths differ by more are not compared: nobody types so many blanks or zeros. */
const SPARE = 12;

function plainForm(id: string): string {
  return id
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s"'`]/g, "")
    .replace(/^(-?)0+(?=\d)/, "$1")
    .replace(/^(-?\d+)\.0+$/, "$1");
}

/** Whether one insertion, deletion, replacement or swap of neighbours makes `a` into `b`. */
function isOneEdit(a: string, b: string): boolean {
  const difference = a.length - b.length;
  if (difference > 1 || difference < -1) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const [restA, restB] = [endA - start, endB - start];
  if (restA <= 1 && restB <= 1) return true;
  return restA === 2 && restB === 2 && a[start] === b[start + 1] && a[start + 1] === b[start];
}
