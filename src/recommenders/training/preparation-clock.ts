// The time before a training's first step: what each stage of it did and how long that took, and, where there is a
// limit, how much of it a stage may use.

import type { Passes } from "../../base/passes.ts";
import { type Report, silent } from "../../base/progress.ts";

export interface PreparationStage {
  readonly name: string;
  readonly seconds: number;
  /** What it did, in words, and what stopped it. */
  readonly detail: string;
}

const SECONDS_PER_MINUTE = 60;

export class PreparationClock {
  private readonly done: PreparationStage[] = [];
  private readonly startedMs: number;
  private readonly limitMs: number;
  private readonly report: Report;
  private readonly now: () => number;

  /** `minutes` 0 = no limit. */
  constructor(minutes: number, report: Report = silent, now: () => number = () => performance.now()) {
    this.startedMs = now();
    this.limitMs = minutes === 0 ? Number.POSITIVE_INFINITY : minutes * SECONDS_PER_MINUTE * 1000;
    this.report = report;
    this.now = now;
  }

  get stages(): readonly PreparationStage[] {
    return this.done;
  }

  /** Run a stage; `detail` says what it did. */
  async time<T>(name: string, work: () => Promise<T>, detail: (result: T) => string): Promise<T> {
    const started = this.now();
    const result = await work();
    const stage = { name, seconds: (this.now() - started) / 1000, detail: detail(result) };
    this.done.push(stage);
    this.report({ kind: "done", stage: name, detail: stage.detail, seconds: stage.seconds });
    return result;
  }

  /** Whether a stage that begins now and may use `share` of the time that is left has used it. */
  share(share: number): () => boolean {
    const used = this.now() - this.startedMs;
    const end = this.startedMs + used + share * Math.max(0, this.limitMs - used);
    return () => this.now() >= end;
  }
}

/** Such as "12.5 of 60 epochs, 600 steps: as many as warmStartSteps allows". */
export function passesText({ steps, epochs, stopped, best }: Passes, total: number, option: string): string {
  const words = `${short(epochs)} of ${total} epochs, ${steps} steps`;
  const kept = best === undefined ? "" : `, the best after ${short(best)}`;
  switch (stopped) {
    case undefined:
      return words + kept;
    case "time":
      return `${words}${kept}: its share of preparationMinutes is used up`;
    case "steps":
      return `${words}${kept}: as many as ${option} allows`;
    case "patience":
      return `${words}${kept}: validation items got no better answers`;
    default:
      return stopped satisfies never;
  }
}

function short(epochs: number): number {
  return Math.round(epochs * 10) / 10;
}
