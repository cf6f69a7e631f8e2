// The part of the map that is seen: dragged with the pointer, nearer and farther by buttons or a pinch.
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Sheet } from "./map-layout.ts";

interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const wholeOf = ({ width, height }: Sheet): View => ({ x: width / 2, y: height / 2, scale: 1 });
const NEAREST = 5;

export function useView(sheet: RefObject<SVGSVGElement>, page: Sheet) {
  const [view, setView] = useState(() => wholeOf(page));
  const [width, height] = [page.width / view.scale, page.height / view.scale];
  const zoom = (factor: number) => setView((seen) => within({ ...seen, scale: seen.scale * factor }, page));
  useEffect(() => {
    const { current } = sheet;
    // A pinch arrives as a wheel with ctrl; a plain wheel scrolls the page as everywhere.
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 200));
    };
    current?.addEventListener("wheel", onWheel, { passive: false });
    return () => current?.removeEventListener("wheel", onWheel);
  }, [sheet]);
  const onPointerMove = (event: PointerEvent) => {
    if (event.buttons !== 1 || view.scale === 1) return;
    const unit = width / (sheet.current?.clientWidth ?? width);
    setView((seen) =>
      within({ ...seen, x: seen.x - event.movementX * unit, y: seen.y - event.movementY * unit }, page),
    );
  };
  return {
    box: `${view.x - width / 2} ${view.y - height / 2} ${width} ${height}`,
    zoom,
    reset: () => setView(wholeOf(page)),
    handlers: { onPointerMove },
  };
}

/** Never farther than the whole, and never past its edges. */
function within({ x, y, scale }: View, page: Sheet): View {
  const near = Math.min(NEAREST, Math.max(1, scale));
  const [halfWidth, halfHeight] = [page.width / near / 2, page.height / near / 2];
  return {
    x: Math.min(page.width - halfWidth, Math.max(halfWidth, x)),
    y: Math.min(page.height - halfHeight, Math.max(halfHeight, y)),
    scale: near,
  };
}
