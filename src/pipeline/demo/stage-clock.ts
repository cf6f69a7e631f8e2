import type { ReportStage } from "../report/index.ts";

/** Times stages as they run, for the report. */
export class StageClock {
  private readonly started = performance.now();
  private readonly done: ReportStage[] = [];

  /** Run one stage; `detail` says what it did. */
  async time<T>(name: string, work: () => Promise<T>, detail: (result: T) => string): Promise<T> {
    const started = performance.now();
    const result = await work();
    this.done.push({ name, seconds: (performance.now() - started) / 1000, detail: detail(result) });
    return result;
  }

  get stages(): readonly ReportStage[] {
    return this.done;
  }

  /** Since the clock was made. */
  get seconds(): number {
    return (performance.now() - this.started) / 1000;
  }
}
