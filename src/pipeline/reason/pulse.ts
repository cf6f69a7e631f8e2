// What a run says while it lasts: how far it is, by chains and by the clock, and at once when nobody answers any more.
import type { Report } from "../../base/progress.ts";
import type { Reasoner } from "../../reasoning/index.ts";

/** Chains between two looks at the event loop: commits, signals and progress get their turn. */
const TURN_CHAINS = 64;
/** Slow reasoners report by the clock. */
const REPORT_MS = 500;
const BEAT_MS = 1000;

export class Pulse implements Disposable {
  private reportedAt = Number.NEGATIVE_INFINITY;
  private trouble: string | undefined;
  private remarksTold = 0;
  private waveNote = "";
  private last: { readonly unit: string; readonly done: number; readonly total: number } | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly reasoner: Reasoner,
    private readonly report: Report,
    private readonly note: () => string,
  ) {
    this.timer = setInterval(() => this.beat(), BEAT_MS);
    this.timer.unref();
  }

  /** `done` of `total` chains are at their end. */
  async tell(unit: string, done: number, total: number): Promise<void> {
    this.last = { unit, done, total };
    this.waveNote = "";
    const isDue = performance.now() - this.reportedAt >= REPORT_MS;
    if (done % TURN_CHAINS !== 0 && done < total && !isDue) return;
    this.step();
    await new Promise(setImmediate);
  }

  /** How far a wave is: shown at once, and again while nothing changes. */
  tellWave(unit: string, done: number, total: number, note: string): void {
    this.last = { unit, done, total };
    this.waveNote = note;
    this.step();
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer);
    this.tellRemarks();
  }

  /** Each once. */
  private tellRemarks(): void {
    const { remarks = [] } = this.reasoner;
    for (const message of remarks.slice(this.remarksTold)) this.report({ kind: "warning", message });
    this.remarksTold = remarks.length;
  }

  /** Answers may take minutes, and a server may be gone: neither is a reason to be silent. */
  private beat(): void {
    const trouble = this.reasoner.trouble?.();
    if (trouble !== undefined && this.trouble === undefined) this.report({ kind: "warning", message: trouble });
    if (trouble === undefined && this.trouble !== undefined) {
      this.report({ kind: "notice", message: "The model's server answers again." });
    }
    this.trouble = trouble;
    this.tellRemarks();
    if (performance.now() - this.reportedAt >= BEAT_MS) this.step();
  }

  private step(): void {
    if (this.last === undefined) return;
    this.reportedAt = performance.now();
    const note = [this.waveNote, this.note()].filter((part) => part !== "").join("  ") || undefined;
    this.report({ kind: "step", stage: "reason", ...this.last, note });
  }
}
