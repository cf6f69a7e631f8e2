// Points of a training's curves as they are written, as server-sent events.
import { streamSSE } from "hono/streaming";
import { admit } from "../access/admit.ts";
import { curvePoints } from "../browsing/curves.ts";
import { directoryOf } from "../browsing/trainings.ts";
import { LIVE_CURVES } from "../contract/index.ts";
import type { App, Services } from "../services.ts";

/** Proxies end connections on which nothing comes for a minute or so; a training may be silent for longer. */
const BEAT_MS = 15_000;

export function liveCurves(app: App, services: Services, { beatMs = BEAT_MS } = {}): void {
  app.get(LIVE_CURVES.replace("{name}", ":name"), async (context) => {
    admit(services.guard, context, "read");
    const directory = await directoryOf(services.runs.all, context.req.param("name")!);
    // Nginx gathers what it passes on, unless it is told not to.
    context.header("x-accel-buffering", "no");
    return streamSSE(context, async (events) => {
      const stopped = new AbortController();
      events.onAbort(() => stopped.abort());
      // A server that stops waits for its answers: this one would not end by itself while the training goes on.
      const signal = AbortSignal.any([stopped.signal, services.stopping]);
      const points = await curvePoints(directory, signal);
      // So that a page knows at once that it is heard, and that it may now ask for the curves without missing a point.
      await events.writeSSE({ event: "open", data: "{}" });
      const beat = setInterval(() => events.write(": still there\n\n"), beatMs).unref();
      try {
        for await (const point of points) await events.writeSSE({ data: JSON.stringify(point) });
      } finally {
        clearInterval(beat);
      }
    });
  });
}
