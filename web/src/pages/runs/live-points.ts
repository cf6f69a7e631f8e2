// Points of a training as they are measured: server-sent events, read by fetch so that the access key goes along.
import { useEffect, useState } from "preact/hooks";
import { LIVE_CURVES } from "../../../../src/server/contract/addresses.ts";
import { accessKey } from "../../asking/access-key.ts";
import { call, type ReplyOf } from "../../asking/server.ts";
import { type Following, followTraining } from "./follow-training.ts";
import { type Point, type Series, withCurves, withPoint } from "./points.ts";

export function usePoints(
  name: string,
  known: Series,
  running: boolean,
): { readonly series: Series; readonly state: Following | undefined } {
  const [series, setSeries] = useState(known);
  const [state, setState] = useState<Following>();
  useEffect(() => setSeries(known), [known]);
  useEffect(() => {
    if (!running) return;
    const stop = new AbortController();
    setState("joining");
    void followTraining<ReplyOf<"curves">, Point>(
      {
        ask: (signal) => call("curves", { name }, signal),
        listen: (onOpen, onPoint, signal) => listen(name, onOpen, onPoint, signal),
        onCurves: (curves) => setSeries((now) => withCurves(now, curves.series)),
        onPoint: (point) => setSeries((now) => withPoint(now, point)),
        onState: setState,
      },
      stop.signal,
    );
    return () => stop.abort();
  }, [name, running]);
  return { series, state };
}

async function listen(
  name: string,
  onOpen: () => void,
  onPoint: (point: Point) => void,
  signal: AbortSignal,
): Promise<void> {
  const key = accessKey.value;
  const headers: Record<string, string> = { accept: "text/event-stream" };
  if (key !== "") headers.authorization = `Bearer ${key}`;
  const response = await fetch(LIVE_CURVES.replace("{name}", encodeURIComponent(name)), { headers, signal });
  if (!response.ok || response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("event: open")) onOpen();
      if (line.startsWith("data:")) take(line.slice("data:".length), onPoint);
    }
  }
}

function take(words: string, onPoint: (point: Point) => void): void {
  const point = JSON.parse(words) as Partial<Point>;
  if (typeof point.name === "string" && typeof point.step === "number" && typeof point.value === "number") {
    onPoint({ ...point, name: point.name, step: point.step, value: point.value });
  }
}
