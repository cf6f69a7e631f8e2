// What a training measured: its metrics.jsonl as series, also while it grows.
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Curves } from "../contract/index.ts";
import { isTraining } from "./trainings.ts";

const lineSchema = z.object({
  kind: z.string(),
  step: z.number(),
  epoch: z.number().optional(),
  figures: z.record(z.string(), z.number()),
});

export interface CurvePoint {
  readonly name: string;
  readonly step: number;
  readonly epoch?: number | undefined;
  readonly value: number;
}

const POLL_MS = 1000;
/** Looks in a row that find no training before its points end: a share may fail one. */
const LAST_LOOKS = 2;

interface Watching {
  readonly pollMs?: number;
  readonly isRunning?: (directory: string) => Promise<boolean>;
}

export async function curvesOf(directory: string): Promise<Curves> {
  const text = await readFile(join(directory, "metrics.jsonl"), "utf8").catch(() => "");
  const series = new Map<string, { step: number; epoch?: number | undefined; value: number }[]>();
  for (const { name, ...point } of text.split("\n").flatMap(pointsOf)) {
    const points = series.get(name);
    if (points === undefined) series.set(name, [point]);
    else points.push(point);
  }
  return {
    series: Array.from(series, ([name, points]) => ({ name, points })),
    running: await isTraining(directory),
  };
}

/**
 * Points that are written from now on, until the training ends or `signal` fires. From now on: from when this is
 * answered, not from when the first point is asked for, so that whoever then reads the curves misses none between.
 */
export async function curvePoints(
  directory: string,
  signal: AbortSignal,
  { pollMs = POLL_MS, isRunning = isTraining }: Watching = {},
): Promise<AsyncGenerator<CurvePoint>> {
  const path = join(directory, "metrics.jsonl");
  const written = await readFile(path).catch(() => Buffer.alloc(0));
  // Behind the last whole line: the rest of one that is being written belongs to what follows.
  let at = written.lastIndexOf(10) + 1;
  return (async function* () {
    for (let quiet = 0; quiet < LAST_LOOKS; ) {
      await sleep(pollMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      // Asked before reading: what a training wrote last is read once more after it has ended.
      quiet = (await isRunning(directory)) ? 0 : quiet + 1;
      const { text, end } = await wholeLines(path, at);
      at = end;
      yield* text.split("\n").flatMap(pointsOf);
    }
  })();
}

/** What stands behind byte `at`, up to the last line end. */
async function wholeLines(path: string, at: number): Promise<{ readonly text: string; readonly end: number }> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return { text: "", end: at };
  try {
    const { size } = await file.stat();
    // A training that began anew writes from the start.
    const from = size < at ? 0 : at;
    const { buffer } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const end = buffer.lastIndexOf(10) + 1;
    return { text: buffer.subarray(0, end).toString("utf8"), end: from + end };
  } finally {
    await file.close();
  }
}

/** A figure "epoch 7" of a preparation is a point of its own curve. */
function pointsOf(line: string): CurvePoint[] {
  const parsed = lineSchema.safeParse(jsonOf(line));
  if (!parsed.success) return [];
  const { kind, step, epoch, figures } = parsed.data;
  return Object.entries(figures).map(([name, value]) => {
    const place = /^epoch (\d+)$/.exec(name)?.[1];
    return place === undefined
      ? { name: `${kind}: ${name}`, step, epoch, value }
      : { name: kind, step: Number(place), epoch: Number(place), value };
  });
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
