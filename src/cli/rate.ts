// Rate and time left of a stage that reports steps.

const WINDOW_MS = 30_000;

/**
 * Steps per second over the last half minute: a slow start or a resumed run that begins at step 900 does not
 * distort it.
 */
export class RateMeter {
  private readonly samples: { readonly atMs: number; readonly done: number }[] = [];

  /** Steps per second; undefined until time and steps have passed. */
  add(done: number, atMs: number): number | undefined {
    this.samples.push({ atMs, done });
    while (this.samples.length > 2 && this.samples[1]!.atMs <= atMs - WINDOW_MS) this.samples.shift();
    const oldest = this.samples[0]!;
    const seconds = (atMs - oldest.atMs) / 1000;
    return seconds > 0 && done > oldest.done ? (done - oldest.done) / seconds : undefined;
  }
}

/** `45s`, `3m 07s`, `2h 05m`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  const two = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}

/** `12.3 users/s`; slow work as seconds for one, `4.0 s per epoch` style: `0.25 epochs/s`. */
export function formatRate(perSecond: number, unit: string): string {
  const figure =
    perSecond >= 100 ? perSecond.toFixed(0) : perSecond >= 10 ? perSecond.toFixed(1) : perSecond.toFixed(2);
  return `${figure} ${unit}/s`;
}
