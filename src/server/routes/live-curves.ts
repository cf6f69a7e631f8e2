// Points of a training's curves as they are written, as server-sent events.
import { streamSSE } from "hono/streaming";
import { admit } from "../access/admit.ts";
import { curvePoints } from "../browsing/curves.ts";
import { directoryOf } from "../browsing/trainings.ts";
import { LIVE_CURVES } from "../contract/index.ts";
import type { App, Services } from "../services.ts";

export function liveCurves(app: App, services: Services): void {
  app.get(LIVE_CURVES.replace("{name}", ":name"), async (context) => {
    admit(services.guard, context, "read");
    const directory = await directoryOf(services.runs.all, context.req.param("name")!);
    return streamSSE(context, async (stream) => {
      const stopped = new AbortController();
      stream.onAbort(() => stopped.abort());
      // A server that stops waits for its answers: this one would not end by itself while the training goes on.
      const signal = AbortSignal.any([stopped.signal, services.stopping]);
      const points = await curvePoints(directory, signal);
      // So that a page knows at once that it is heard, and that it may now ask for the curves without missing a point.
      await stream.writeSSE({ event: "open", data: "{}" });
      for await (const point of points) await stream.writeSSE({ data: JSON.stringify(point) });
    });
  });
}
