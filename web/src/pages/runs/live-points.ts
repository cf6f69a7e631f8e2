// Points of a training as they are measured: server-sent events, read by fetch so that the access key goes along.
import { useEffect, useState } from "preact/hooks";
import { LIVE_CURVES } from "../../../../src/server/contract/addresses.ts";
import { accessKey } from "../../asking/access-key.ts";
import type { ReplyOf } from "../../asking/server.ts";

type Series = ReplyOf<"curves">["series"];
type Point = Series[number]["points"][number] & { readonly name: string };

export function usePoints(
  name: string,
  known: Series,
  running: boolean,
): { readonly series: Series; readonly isLive: boolean } {
  const [series, setSeries] = useState(known);
  const [isLive, setLive] = useState(false);
  useEffect(() => setSeries(known), [known]);
  useEffect(() => {
    if (!running) return;
    const stop = new AbortController();
    const onPoint = (point: Point) => setSeries((now) => withPoint(now, point));
    listen(name, onPoint, () => setLive(true), stop.signal)
      .catch(() => undefined)
      .finally(() => {
        if (!stop.signal.aborted) setLive(false);
      });
    return () => stop.abort();
  }, [name, running]);
  return { series, isLive };
}

/** Behind the last point of its series; what is known already is not taken twice. */
function withPoint(series: Series, { name, ...point }: Point): Series {
  if (!series.some((one) => one.name === name)) return [...series, { name, points: [point] }];
  return series.map((one) => {
    if (one.name !== name || (one.points.at(-1)?.step ?? -1) >= point.step) return one;
    return { ...one, points: [...one.points, point] };
  });
}

async function listen(
  name: string,
  onPoint: (point: Point) => void,
  onOpen: () => void,
  signal: AbortSignal,
): Promise<void> {
  const key = accessKey.value;
  const headers: Record<string, string> = { accept: "text/event-stream" };
  if (key !== "") headers.authorization = `Bearer ${key}`;
  const response = await fetch(LIVE_CURVES.replace("{name}", encodeURIComponent(name)), { headers, signal });
  if (!response.ok || response.body === null) return;
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("data:")) take(line.slice("data:".length), onPoint);
  }
}

function take(words: string, onPoint: (point: Point) => void): void {
  const point = JSON.parse(words) as Partial<Point>;
  if (typeof point.name === "string" && typeof point.step === "number" && typeof point.value === "number") {
    onPoint({ ...point, name: point.name, step: point.step, value: point.value });
  }
}
