// Watches a training to its end, over streams that may break off: it knows neither the page nor the server.
import { paused } from "../../asking/put-question.ts";

/** Pauses between two tries to be heard; doubled while tries bring nothing. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** `joining`: the training runs, and its points do not arrive yet, or no more. */
export type Following = "joining" | "live" | "ended";

export interface Watching<Curves extends { readonly running: boolean }, Point> {
  /** The curves as they are now. */
  readonly ask: (signal: AbortSignal) => Promise<Curves>;
  /** Settles when the stream ends, for whatever reason; `onOpen` once no later point can be missed. */
  readonly listen: (onOpen: () => void, onPoint: (point: Point) => void, signal: AbortSignal) => Promise<void>;
  /** Curves that were asked for; points may have overtaken them. */
  readonly onCurves: (curves: Curves) => void;
  readonly onPoint: (point: Point) => void;
  readonly onState: (state: Following) => void;
}

/** Until the training has ended, or `signal` fires. A server that does not answer is asked again. */
export async function followTraining<Curves extends { readonly running: boolean }, Point>(
  { ask, listen, onCurves, onPoint, onState }: Watching<Curves, Point>,
  signal: AbortSignal,
): Promise<void> {
  const look = async (): Promise<Curves | undefined> => {
    const curves = await ask(signal).catch(() => undefined);
    if (curves !== undefined && !signal.aborted) onCurves(curves);
    return curves;
  };
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const onOpen = () => {
      onState("live");
      // What was written since the curves were asked for.
      void look();
    };
    const take = (point: Point) => {
      pause = FIRST_PAUSE_MS;
      onPoint(point);
    };
    await listen(onOpen, take, signal).catch(() => undefined);
    const curves = await look();
    if (signal.aborted) return;
    if (curves?.running === false) return onState("ended");
    onState("joining");
    await paused(pause, signal);
  }
}
