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

export function pageOf<T>(all: readonly T[], asked: PageAsked): Page<T> {
  const from = cursorNumber(asked) ?? 0;
  const to = from + asked.limit;
  return {
    entries: all.slice(from, to),
    total: all.length,
    nextCursor: to < all.length ? String(to) : undefined,
  };
}
