// Answers that are given again, as long as nothing changes what they were made of: bounded by number and by bytes, as
// one with all reasons takes the room of hundreds without.
import { LRUCache } from "lru-cache";

export interface KeptOptions<T> {
  /** At most so many; 0 keeps none. */
  readonly count: number;
  /** Of all of them together. */
  readonly bytes: number;
  readonly sizeOf: (answer: T) => number;
}

/** Of its own, so that one that is made anew is told from the one before. */
interface Entry<T> {
  readonly answer: Promise<T>;
}

/** Of an answer that is being made, and of what a map needs for each. */
const SLOT_BYTES = 500;

export class KeptAnswers<T> {
  private readonly kept: LRUCache<string, Entry<T>> | undefined;
  private readonly sizeOf: (answer: T) => number;

  constructor({ count, bytes, sizeOf }: KeptOptions<T>) {
    this.kept = count > 0 ? new LRUCache({ max: count, maxSize: bytes }) : undefined;
    this.sizeOf = sizeOf;
  }

  /** The answer of `key`, which `make` makes where none is kept. What failed is made anew the next time. */
  orMake(key: string, make: () => Promise<T>): { readonly answer: Promise<T>; readonly isKept: boolean } {
    const known = this.kept?.get(key);
    if (known !== undefined) return { answer: known.answer, isKept: true };
    const entry = { answer: make() };
    this.kept?.set(key, entry, { size: SLOT_BYTES });
    entry.answer.then(
      (answer) => this.replace(key, entry, { answer: entry.answer }, SLOT_BYTES + key.length + this.sizeOf(answer)),
      () => this.replace(key, entry, undefined, 0),
    );
    return { answer: entry.answer, isKept: false };
  }

  /** Unless it has made room for others meanwhile. */
  private replace(key: string, before: Entry<T>, now: Entry<T> | undefined, size: number): void {
    if (this.kept?.peek(key) !== before) return;
    if (now === undefined) this.kept.delete(key);
    // One that is larger than all together is not kept.
    else this.kept.set(key, now, { size });
  }
}
