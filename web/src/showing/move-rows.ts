// Rows that change places glide to the new ones, unless the reader asked the system for less motion.
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const DURATION_MS = 420;

/** Children of `list` are told apart by `data-row`; `order` changes when they may have moved. */
export function useMovingRows(list: RefObject<HTMLElement>, order: string): void {
  const places = useRef(new Map<string, number>());
  useLayoutEffect(() => {
    const rows = [...(list.current?.children ?? [])].filter((row) => row instanceof HTMLElement);
    const before = places.current;
    places.current = new Map(rows.map((row) => [row.dataset.row ?? "", row.offsetTop]));
    if (before.size === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const row of rows) glide(row, before.get(row.dataset.row ?? ""));
  }, [order]);
}

function glide(row: HTMLElement, from: number | undefined): void {
  const options = { duration: DURATION_MS, easing: "cubic-bezier(0.2, 0, 0, 1)" };
  if (from === undefined) {
    row.animate(
      [
        { opacity: 0, transform: "translateY(12px)" },
        { opacity: 1, transform: "none" },
      ],
      options,
    );
    return;
  }
  const way = from - row.offsetTop;
  if (way !== 0) row.animate([{ transform: `translateY(${way}px)` }, { transform: "none" }], options);
}
