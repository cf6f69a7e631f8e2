import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { withLock } from "../../base/lock.ts";
import { RUN_LOCK } from "../../runs/run.ts";
import { type CurvePoint, curvePoints } from "./curves.ts";

const POLL_MS = 10;
const line = (step: number) => `${JSON.stringify({ kind: "train", step, figures: { loss: step / 10 } })}\n`;
const noSignal = new AbortController().signal;

/** As a training does, which holds the run's lock until it ends. */
const whileTraining = (directory: string, work: () => Promise<void>) =>
  withLock(join(directory, RUN_LOCK), { command: "isrf train" }, work);

async function steps(points: AsyncGenerator<CurvePoint>): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const { step } of points) found.push(step);
  return found;
}

describe("points of a training as they are written", () => {
  it("end with the training, and hold what it wrote last", async () => {
    const directory = await directoryWith({ "metrics.jsonl": line(1) });
    let found: Promise<readonly number[]> = Promise.resolve([]);
    await whileTraining(directory, async () => {
      found = steps(await curvePoints(directory, noSignal, { pollMs: POLL_MS }));
      await appendFile(join(directory, "metrics.jsonl"), line(2));
      await new Promise((done) => setTimeout(done, 5 * POLL_MS));
      await appendFile(join(directory, "metrics.jsonl"), line(3));
    });
    expect(await found).toEqual([2, 3]);
  });

  it("begin when they are asked for, with the line that is half written then", async () => {
    const directory = await directoryWith({ "metrics.jsonl": line(1) + line(2).slice(0, 8) });
    const points = await curvePoints(directory, noSignal, { pollMs: POLL_MS });
    await appendFile(join(directory, "metrics.jsonl"), line(2).slice(8) + line(3));
    expect(await steps(points)).toEqual([2, 3]);
  });

  it("go on when one look at the training fails", async () => {
    const directory = await directoryWith({ "metrics.jsonl": line(1) });
    const looks = [false, true, false, true, false, false, true];
    const isRunning = async () => {
      await appendFile(join(directory, "metrics.jsonl"), line(2));
      return looks.shift()!;
    };
    const points = await curvePoints(directory, noSignal, { pollMs: POLL_MS, isRunning });
    expect(await steps(points)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  it("end at once where nobody listens any more", async () => {
    const directory = await directoryWith({});
    await whileTraining(directory, async () => {
      expect(await steps(await curvePoints(directory, AbortSignal.abort(), { pollMs: 60_000 }))).toEqual([]);
    });
  });
});
