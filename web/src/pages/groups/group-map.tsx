// The map of groups: bubbles as large as the group, lines between those who are most alike. Arrow keys walk from bubble
// to bubble, Enter opens one; the list beneath says the same without a map.
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import type { Segment, Segments } from "../../../../src/client/index.ts";
import { groupPage } from "../../asking/addresses.ts";
import { groupNumber } from "../../showing/group-number.ts";
import { count } from "../../showing/numbers.ts";
import { LYING, layOut, nextSpot, type Spot, UPRIGHT } from "./map-layout.ts";
import { useView } from "./map-view.ts";

export function GroupMap({
  segments,
  links,
  shown,
  onShow,
}: {
  readonly segments: readonly Segment[];
  readonly links: Segments["links"];
  readonly shown: string | undefined;
  readonly onShow: (id: string) => void;
}): JSX.Element {
  const page = matchMedia("(max-width: 600px)").matches ? UPRIGHT : LYING;
  const spots = useMemo(() => layOut(segments, page), [segments, page]);
  const [stop, setStop] = useState(shown ?? segments[0]?.id);
  const sheet = useRef<SVGSVGElement>(null);
  const view = useView(sheet, page);
  const byId = new Map(spots.map((spot) => [spot.segment.id, spot]));
  const near = new Set(links.filter(({ a, b }) => a === shown || b === shown).flatMap(({ a, b }) => [a, b]));
  const show = ({ segment }: Spot) => {
    setStop(segment.id);
    onShow(segment.id);
  };
  const onKey = (event: KeyboardEvent, spot: Spot) => {
    const next = nextSpot(spots, spot, event.key);
    if (next === undefined) return;
    event.preventDefault();
    show(next);
    sheet.current?.querySelector<SVGAElement>(`[data-spot="${CSS.escape(next.segment.id)}"]`)?.focus();
  };
  return (
    <div class="map">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no fieldset */}
      <svg ref={sheet} viewBox={view.box} class="map-sheet" role="group" aria-label="Map of groups" {...view.handlers}>
        <g class="map-links">
          {links.map(({ a, b, similarity }) => {
            const [from, to] = [byId.get(a), byId.get(b)];
            if (from === undefined || to === undefined) return null;
            const isNear = a === shown || b === shown;
            return (
              <line
                key={`${a} ${b}`}
                class={isNear ? "is-near" : undefined}
                x1={from.x}
                y1={from.y}
                x2={to.x}
                y2={to.y}
                stroke-width={0.8 + 2.4 * Math.max(0, similarity)}
              />
            );
          })}
        </g>
        {spots.map((spot) => {
          const { segment, x, y, radius } = spot;
          const { id, title, size } = segment;
          const state = id === shown ? "is-shown" : near.has(id) ? "is-near" : "";
          return (
            <Link
              key={id}
              href={groupPage(id)}
              class={`spot ${state}`}
              data-spot={id}
              aria-label={`Group ${groupNumber(id)}: ${title}, ${count(size)} users`}
              tabIndex={id === stop ? 0 : -1}
              onFocus={() => show(spot)}
              onMouseEnter={() => onShow(id)}
              onKeyDown={(event: KeyboardEvent) => onKey(event, spot)}
            >
              <circle cx={x} cy={y} r={radius} />
              <text x={x} y={y} dy="0.36em" class="spot-number">
                {groupNumber(id)}
              </text>
            </Link>
          );
        })}
        {page.hasTitles &&
          spots.map(({ segment, x, y, radius }) => (
            <text key={segment.id} x={x} y={y + radius + 15} class="spot-title">
              {shortened(segment.title)}
            </text>
          ))}
      </svg>
      <div class="map-tools">
        <button type="button" class="icon-button" aria-label="Nearer" onClick={() => view.zoom(1.35)}>
          +
        </button>
        <button type="button" class="icon-button" aria-label="Farther" onClick={() => view.zoom(1 / 1.35)}>
          −
        </button>
        <button type="button" class="button" onClick={view.reset}>
          Whole map
        </button>
      </div>
    </div>
  );
}

const LONGEST = 18;

function shortened(title: string): string {
  return title.length <= LONGEST ? title : `${title.slice(0, LONGEST - 1).trimEnd()}…`;
}
