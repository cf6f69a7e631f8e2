// One recommendation: its rank and where it came from, the item, its bar, and all its terms on request.
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { Recommended } from "../../../../src/client/index.ts";
import { type BarMeasure, type BarScale, EvidenceBar } from "../../showing/evidence-bar.tsx";
import { Icon } from "../../showing/icon.tsx";
import { ItemLines, titleOf } from "../../showing/item-link.tsx";
import { plain, signed } from "../../showing/numbers.ts";
import { ReasonCard } from "../../showing/reason-card.tsx";
import { type SummedReason, summed } from "../../showing/summed.ts";

export function RecommendedRow({
  one,
  before,
  by,
  scale,
}: {
  readonly one: Recommended;
  /** Its rank before the question was changed; undefined where it was not in the list. */
  readonly before: number | undefined;
  readonly by: BarMeasure;
  readonly scale: BarScale;
}): JSX.Element {
  const { rank, item, reasons = [], score } = one;
  const sum = summed(reasons);
  const [isOpen, setOpen] = useState(false);
  const name = useId();
  return (
    <li class="recommendation" data-row={item.id}>
      <div class="recommendation-head">
        <span class="rank numbers">{rank}</span>
        <Move from={before} to={rank} />
        <span class="grows min-0">
          <ItemLines item={item} />
        </span>
        <Total reasons={sum} by={by} score={score} />
        {reasons.length > 0 && (
          <button
            type="button"
            class={isOpen ? "icon-button is-open" : "icon-button"}
            aria-expanded={isOpen}
            aria-controls={name}
            aria-label={`All terms of ${titleOf(item)}`}
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name="down" />
          </button>
        )}
      </div>
      {sum.length > 0 && <EvidenceBar reasons={sum} by={by} scale={scale} label={`Why ${titleOf(item)}`} />}
      <div id={name} class="all-terms" hidden={!isOpen}>
        {isOpen &&
          (sum.length > 0 ? byWeight(sum, by) : reasons).map((reason) => (
            <ReasonCard key={reason.term} reason={reason} />
          ))}
      </div>
    </li>
  );
}

function Total({
  reasons,
  by,
  score,
}: {
  readonly reasons: readonly SummedReason[];
  readonly by: BarMeasure;
  readonly score: number;
}): JSX.Element {
  const ahead = reasons.reduce((sum, reason) => sum + reason.ahead, 0);
  const shown = by === "ahead" && reasons.length > 0 ? signed(ahead) : plain(score);
  return (
    <span class="total numbers" title={`score ${plain(score, 4)}, a typical item ${plain(score - ahead, 4)}`}>
      {shown}
    </span>
  );
}

/** How far it moved, in a sign, a number and words. */
function Move({ from, to }: { readonly from: number | undefined; readonly to: number }): JSX.Element {
  if (from === to) return <span class="move" />;
  if (from === undefined) return <span class="move up small">new</span>;
  const places = Math.abs(from - to);
  const isUp = to < from;
  return (
    <span class={`move small numbers ${isUp ? "up" : "down"}`}>
      <span aria-hidden="true">{isUp ? "▲" : "▼"}</span>
      <span class="hidden-words">{isUp ? "up " : "down "}</span>
      {places}
    </span>
  );
}

function byWeight(reasons: readonly SummedReason[], by: BarMeasure): readonly SummedReason[] {
  return [...reasons].sort((a, b) => b[by] - a[by]);
}
