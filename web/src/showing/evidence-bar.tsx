// A score as what it is made of: one bar, a piece a term, what speaks for the item to the right of the middle line and
// what speaks against it to the left. Each piece says more where it is pointed at or focused.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { signed } from "./numbers.ts";
import { ReasonCard } from "./reason-card.tsx";
import type { SummedReason } from "./summed.ts";
import { termClass } from "./terms.tsx";

/** What a piece is long as: beside a typical item, or as a part of the score. */
export type BarMeasure = "ahead" | "adds";

/** How far bars reach to both sides; the same for all bars of one list. */
export interface BarScale {
  readonly left: number;
  readonly right: number;
}

export function scaleOf(lists: readonly (readonly SummedReason[])[], by: BarMeasure): BarScale {
  const sums = lists.map((reasons) => ({
    left: sum(reasons.map((one) => Math.max(0, -one[by]))),
    right: sum(reasons.map((one) => Math.max(0, one[by]))),
  }));
  return { left: Math.max(0, ...sums.map(({ left }) => left)), right: Math.max(0.001, ...sums.map((s) => s.right)) };
}

interface Piece {
  readonly reason: SummedReason;
  readonly start: number;
  readonly width: number;
}

/** In shares of the whole bar. Outermost what counts least. */
function piecesOf(reasons: readonly SummedReason[], by: BarMeasure, { left, right }: BarScale): Piece[] {
  const whole = left + right;
  let [below, above] = [left, left];
  const byStrength = [...reasons].sort((a, b) => Math.abs(b[by]) - Math.abs(a[by]));
  const pieces = byStrength.map((reason) => {
    const width = Math.abs(reason[by]);
    if (reason[by] < 0) below -= width;
    const start = reason[by] < 0 ? below : above;
    if (reason[by] >= 0) above += width;
    return { reason, start: start / whole, width: width / whole };
  });
  return pieces.filter(({ width }) => width > 0.002).sort((a, b) => a.start - b.start);
}

export function EvidenceBar({
  reasons,
  by,
  scale,
  label,
}: {
  readonly reasons: readonly SummedReason[];
  readonly by: BarMeasure;
  readonly scale: BarScale;
  /** What the bar is of, for those who hear it. */
  readonly label: string;
}): JSX.Element {
  const [open, setOpen] = useState<string>();
  const [stop, setStop] = useState(0);
  const pieces = piecesOf(reasons, by, scale);
  const bar = useRef<HTMLDivElement>(null);
  const focusOn = (at: number) => {
    setStop(at);
    bar.current?.querySelectorAll<HTMLButtonElement>("button")[at]?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") setOpen(undefined);
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    focusOn(Math.min(pieces.length - 1, Math.max(0, stop + step)));
  };
  const shown = pieces.find(({ reason }) => reason.term === open);
  const held = Math.min(stop, pieces.length - 1);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears that the pointer left its buttons
    <div class="bar" onMouseLeave={() => setOpen(undefined)}>
      <div class="bar-track" role="toolbar" aria-label={label} ref={bar} onKeyDown={onKey}>
        {pieces.map(({ reason, start, width }, at) => (
          <button
            type="button"
            key={reason.term}
            class={`bar-piece ${termClass(reason.term)} ${reason[by] < 0 ? "against" : "for"}`}
            style={{ left: `${start * 100}%`, width: `${width * 100}%` }}
            tabIndex={at === held ? 0 : -1}
            aria-label={`${reason.term} ${signed(reason[by])}: ${reason.says}`}
            onMouseEnter={() => setOpen(reason.term)}
            onFocus={() => {
              setStop(at);
              setOpen(reason.term);
            }}
            onBlur={() => setOpen(undefined)}
            onClick={() => setOpen(reason.term)}
          />
        ))}
        <span class="bar-zero" style={{ left: `${(scale.left / (scale.left + scale.right)) * 100}%` }} />
      </div>
      {shown !== undefined && (
        <div class={`bar-card ${shown.start > 0.5 ? "from-right" : "from-left"}`}>
          <ReasonCard reason={shown.reason} />
        </div>
      )}
    </div>
  );
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
