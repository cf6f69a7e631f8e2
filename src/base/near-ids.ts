// Ids that somebody may have meant: what typing, spreadsheets and copying do to an id, and no more than that. Ids of a
// shop stand close together, so that a wider search would always find one.

/** At most this many suggestions. */
const SUGGESTIONS = 3;

/** Ids to compare many words with: they are brought to one form once. */
export class NearIds {
  private readonly known: readonly { readonly id: string; readonly plain: string }[];

  constructor(known: Iterable<string>) {
    this.known = Array.from(known, (id) => ({ id, plain: plainForm(id) }));
  }

  /**
   * Ids that are `word` but for case, blanks, quotes, zeros in front or a `.0` behind; where there is none, those that
   * differ in one letter (one more, one less, another, or two swapped).
   */
  of(word: string, count = SUGGESTIONS): string[] {
    const plain = plainForm(word);
    const alike: string[] = [];
    const near: string[] = [];
    for (const other of this.known) {
      if (alike.length === count) break;
      if (other.plain === plain) alike.push(other.id);
      else if (near.length < count && isOneEdit(plain, other.plain)) near.push(other.id);
    }
    return alike.length > 0 ? alike : near;
  }
}

/** As `NearIds.of`, for one word. */
export function nearIds(word: string, known: Iterable<string>, count = SUGGESTIONS): string[] {
  return new NearIds(known).of(word, count);
}

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
