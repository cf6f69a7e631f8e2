import { type Report, silent } from "../../base/progress.ts";
import type { ReportStage } from "../report/index.ts";

/** Times stages as they run, for the report, and tells of each when it is done. */
export class StageClock {
  private readonly started = performance.now();
  private readonly done: ReportStage[] = [];
  private readonly report: Report;

  constructor(report: Report = silent) {
    this.report = report;
  }

  /** Run one stage; `detail` says what it did. */
  async time<T>(name: string, work: () => Promise<T>, detail: (result: T) => string): Promise<T> {
    const started = performance.now();
    const result = await work();
    const stage = { name, seconds: (performance.now() - started) / 1000, detail: detail(result) };
    this.done.push(stage);
    this.report({ kind: "done", stage: name, detail: stage.detail, seconds: stage.seconds });
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
