// Pages of longer lists.

export interface PageAsked {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly entries: readonly T[];
  readonly total: number;
  readonly nextCursor: string | undefined;
}

/** A cursor is a number in digits: the contract lets no other in. */
export function cursorNumber({ cursor }: Pick<PageAsked, "cursor">): number | undefined {
  return cursor === undefined ? undefined : Number(cursor);
}

/** A list, or numbers in a typed array. */
interface Sliced<T> {
  readonly length: number;
  slice(from: number, to: number): ArrayLike<T>;
}

export function pageOf<T>(all: Sliced<T>, asked: PageAsked): Page<T> {
  const from = cursorNumber(asked) ?? 0;
  const to = from + asked.limit;
  return {
    entries: Array.from(all.slice(from, to)),
    total: all.length,
    nextCursor: to < all.length ? String(to) : undefined,
  };
}

/** Of the numbers below `total`, without a list of them. */
export function numbersPage(total: number, asked: PageAsked): Page<number> {
  const slice = (from: number, to: number) =>
    Array.from({ length: Math.max(0, Math.min(to, total) - from) }, (_, at) => from + at);
  return pageOf({ length: total, slice }, asked);
}
