// Pages of longer lists.
import { RequestError } from "../request-error.ts";

export interface PageAsked {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly entries: readonly T[];
  readonly total: number;
  readonly nextCursor: string | undefined;
}

/** @throws RequestError for a cursor that no page gave. */
export function cursorNumber({ cursor }: Pick<PageAsked, "cursor">): number | undefined {
  if (cursor === undefined) return undefined;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new RequestError("bad_request", "cursor: no page gave this one.", { at: "cursor" });
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
