// Training curves, live while the training runs: one small chart a group of series, all over the same steps.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ReplyOf } from "../../asking/server.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { theme } from "../../shell/theme.ts";
import { counted } from "../../showing/numbers.ts";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";
import type { Chart } from "./line-chart.ts";
import { dashesOf, toneOf } from "./line-styles.ts";
import { usePoints } from "./live-points.ts";

type Series = ReplyOf<"curves">["series"];

export function Curves({ name }: { readonly name: string }): JSX.Element {
  const answer = useAnswer("curves", { name });
  const empty = <Empty title="No curves">This run kept no measurements of its training.</Empty>;
  return (
    <Shown answer={answer} waiting={<Skeleton rows={1} tall={300} />} missing={empty}>
      {({ series, running }) =>
        series.length === 0 && !running ? empty : <Charts name={name} series={series} running={running} />
      }
    </Shown>
  );
}

function Charts({
  name,
  series,
  running,
}: {
  readonly name: string;
  readonly series: Series;
  readonly running: boolean;
}): JSX.Element {
  const { series: now, state } = usePoints(name, series, running);
  const groups = grouped(now);
  return (
    <>
      <p class="small soft" role="status">
        {state === "live" && (
          <span class="chip good">
            <span class="live-dot" /> live: training runs
          </span>
        )}
        {state === "joining" && "The training runs; its points arrive here."}
        {state === "ended" && "The training has ended."}
      </p>
      {groups.length === 0 && (
        <p class="soft">Nothing was measured yet: the first figures come with the first steps.</p>
      )}
      <div class="curves">
        {groups.map(([title, members]) => (
          <figure key={title} class="card">
            <figcaption>
              <h3>{title}</h3> <span class="faint small">axes need not begin at 0</span>
            </figcaption>
            <Lines series={members} title={title} />
          </figure>
        ))}
      </div>
    </>
  );
}

/** By what stands before the last word, so that series of one scale share a chart. */
function grouped(series: Series): readonly (readonly [string, Series])[] {
  const groups = new Map<string, Series>();
  for (const one of series) {
    const [kind = "", figure] = one.name.includes(": ") ? one.name.split(": ", 2) : ["", one.name];
    const isLoss = !/@|MRR|accuracy/i.test(figure ?? one.name);
    const title = [kind, isLoss ? "losses" : "metrics"].filter((word) => word !== "").join(" ");
    groups.set(title, [...(groups.get(title) ?? []), { ...one, name: figure ?? one.name }]);
  }
  return [...groups];
}

function Lines({ series, title }: { readonly series: Series; readonly title: string }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart>();
  const latest = useRef(series);
  latest.current = series;
  // The theme changes the colours, which a canvas does not take over by itself.
  const colours = theme.value;
  useEffect(() => {
    let isGone = false;
    import("./line-chart.ts").then(({ drawLines }) => {
      if (isGone || place.current === null) return;
      chart.current = drawLines(place.current);
      chart.current.show(latest.current);
    });
    return () => {
      isGone = true;
      chart.current?.dispose();
      chart.current = undefined;
    };
  }, [colours]);
  useEffect(() => chart.current?.show(series), [series]);
  const points = Math.max(...series.map((one) => one.points.length));
  const last = series.map(({ name, points }) => `${name} ${points.at(-1)?.value.toPrecision(4) ?? "none"}`).join(", ");
  return (
    <>
      <div
        ref={place}
        class="chart"
        role="img"
        aria-label={`${title}, ${counted(points, "point")}, at the last step: ${last}`}
      />
      <ul class="legend small">
        {series.map(({ name, points }, at) => (
          <li key={name}>
            <svg width="26" height="8" aria-hidden="true">
              <line
                x1="0"
                y1="4"
                x2="26"
                y2="4"
                stroke={`var(${toneOf(at)})`}
                stroke-width="2.5"
                stroke-dasharray={dashesOf(at).join(" ")}
              />
            </svg>
            {name} <span class="faint numbers">{points.at(-1)?.value.toPrecision(4)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
