// Forward and back through a long list, by the cursors that the server gives.
import type { JSX } from "preact";
import { count } from "./numbers.ts";

export function Pager({
  cursors,
  next,
  total,
  perPage,
  onTurn,
}: {
  /** Cursors of the pages behind the first, up to the present one. */
  readonly cursors: readonly string[];
  readonly next: string | undefined;
  readonly total: number;
  readonly perPage: number;
  readonly onTurn: (cursors: readonly string[]) => void;
}): JSX.Element | null {
  if (cursors.length === 0 && next === undefined) return null;
  const first = cursors.length * perPage + 1;
  return (
    <nav class="pager" aria-label="Pages of the list">
      <button type="button" class="button" disabled={cursors.length === 0} onClick={() => onTurn(cursors.slice(0, -1))}>
        Back
      </button>
      <span class="faint small numbers">
        {count(first)}–{count(Math.min(total, first + perPage - 1))} of {count(total)}
      </span>
      <button
        type="button"
        class="button"
        disabled={next === undefined}
        onClick={() => next !== undefined && onTurn([...cursors, next])}
      >
        Further
      </button>
    </nav>
  );
}
