// Which items fit every one of some conditions. Each condition marks the items that it names, and looks at no others.

type Groups = readonly Iterable<number>[];

export class Marks {
  /** By item, how many conditions it fits, of those so far in their order. */
  private readonly marks: Uint8Array;
  private conditions = 0;

  /** @param items Numbers below it are items. */
  constructor(items: number) {
    this.marks = new Uint8Array(items);
  }

  /** Keep what at least one of `groups` holds. Before the first call everything is kept. At most 255 calls. */
  keep(groups: Groups): void {
    const { marks, conditions } = this;
    for (const group of groups) for (const item of group) if (marks[item] === conditions) marks[item] = conditions + 1;
    this.conditions++;
  }

  /** Drop what any of `groups` holds; to be called after `keep`. */
  drop(groups: Groups): void {
    if (this.conditions === 0) this.keepAll();
    for (const group of groups) for (const item of group) this.marks[item] = 0;
  }

  /** What is left, ascending, and `fits`. */
  left(fits: (item: number) => boolean = () => true): Int32Array {
    if (this.conditions === 0) this.keepAll();
    const { marks, conditions } = this;
    let count = 0;
    for (let item = 0; item < marks.length; item++) {
      if (marks[item] !== conditions) continue;
      if (fits(item)) count++;
      else marks[item] = 0;
    }
    const left = new Int32Array(count);
    for (let item = 0, at = 0; at < count; item++) if (marks[item] === conditions) left[at++] = item;
    return left;
  }

  private keepAll(): void {
    this.marks.fill(1);
    this.conditions = 1;
  }
}
