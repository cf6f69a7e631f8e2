// Progress events as text on stderr: on a terminal one live line, elsewhere plain lines at most every ten seconds.
import pc from "picocolors";
import type { ProgressEvent, Report } from "../base/progress.ts";
import type { TextStream } from "./io.ts";
import { formatRate, formatSeconds, RateMeter } from "./rate.ts";
import { StagesAtOnce } from "./stages-at-once.ts";
import { printable } from "./text.ts";

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 10_000;
/** Room for the name of a stage that is done. */
const DONE_WIDTH = 17;

export interface PrinterOptions {
  readonly stream: TextStream;
  /** Only warnings are shown. */
  readonly quiet: boolean;
  readonly now: () => number;
  /** The terminal draws no line a second time (TERM=dumb). */
  readonly isDumb?: boolean | undefined;
}

type Stage = Extract<ProgressEvent, { kind: "stage" }>;
type Step = Extract<ProgressEvent, { kind: "step" }>;
type Done = Extract<ProgressEvent, { kind: "done" }>;

const ERASE = "\r\u001b[2K";

export class ProgressPrinter {
  readonly report: Report = (event) => this.show(event);
  private readonly options: PrinterOptions;
  private readonly isLive: boolean;
  private readonly meters = new Map<string, RateMeter>();
  private readonly atOnce = new StagesAtOnce();
  private lastShownMs = Number.NEGATIVE_INFINITY;
  private live = "";
  private isHeld = false;
  /** Whether the live line goes when something else comes. */
  private isPart = false;

  constructor(options: PrinterOptions) {
    this.options = options;
    this.isLive = options.stream.isTTY === true && options.isDumb !== true;
  }

  /** Leave the terminal with nothing half-drawn; call before other output. */
  finish(): void {
    if (this.live !== "") this.options.stream.write(this.isPart ? ERASE : "\n");
    this.live = "";
  }

  /** Show no steps from now on: results come piece by piece on the same terminal, and would run into a live line. */
  holdSteps(): void {
    this.finish();
    this.isHeld = true;
  }

  private show(said: ProgressEvent): void {
    const event = harmless(said);
    if (event.kind === "warning") this.line(`${this.paint(pc.yellow, "warning:")} ${event.message}`);
    else if (this.options.quiet) return;
    else if (event.kind === "notice") this.line(event.message);
    else if (event.kind === "step") this.step(event);
    else if (event.kind === "done") this.done(event);
    else this.stage(event);
  }

  private stage({ stage, detail }: Stage): void {
    this.finish();
    this.meters.delete(stage);
    this.atOnce.forget(stage);
    this.lastShownMs = Number.NEGATIVE_INFINITY;
    this.line(`${this.paint(pc.bold, stage)}${detail === undefined ? "" : `  ${detail}`}`);
  }

  private done({ stage, detail, seconds }: Done): void {
    this.finish();
    this.lastShownMs = this.options.now();
    this.line(`  ${stage.padEnd(DONE_WIDTH)} ${detail}  ${formatSeconds(seconds)}`);
  }

  private step(event: Step): void {
    if (this.isHeld) return;
    const now = this.options.now();
    const meter = this.meters.get(event.stage) ?? new RateMeter();
    this.meters.set(event.stage, meter);
    const rate = meter.add(event.done, now);
    const text = stepText(event, rate);
    const isLast = event.done >= event.total;
    if (event.isPart) this.part(text, now);
    else {
      this.atOnce.hear(event.stage, shortText(event, rate), now);
      this.whole(event.stage, text, { now, isLast });
    }
    if (!isLast) return;
    this.meters.delete(event.stage);
    this.atOnce.forget(event.stage);
  }

  private whole(
    stage: string,
    text: string,
    { now, isLast }: { readonly now: number; readonly isLast: boolean },
  ): void {
    const going = this.atOnce.beside(stage, now);
    const isOneOfSeveral = going.length > 1;
    if (!isLast && !(isOneOfSeveral && !this.isLive ? this.atOnce.isDue(stage, now, PLAIN_LINE_MS) : this.isDue(now)))
      return;
    // One of several that ends says nothing of when the others are shown again.
    this.lastShownMs = isLast && !isOneOfSeveral ? Number.NEGATIVE_INFINITY : now;
    if (!this.isLive) this.line(text);
    else if (isLast || !isOneOfSeveral) this.draw(text, isLast);
    else this.draw(`  ${going.join("  |  ")}`, false);
  }

  private part(text: string, now: number): void {
    // Without a terminal a part that is over at once says nothing.
    if (!this.isLive && this.lastShownMs === Number.NEGATIVE_INFINITY) this.lastShownMs = now;
    if (!this.isDue(now)) return;
    this.lastShownMs = now;
    if (!this.isLive) this.line(text);
    else {
      this.draw(text, false);
      this.isPart = true;
    }
  }

  private isDue(now: number): boolean {
    return now - this.lastShownMs >= (this.isLive ? REDRAW_MS : PLAIN_LINE_MS);
  }

  private draw(text: string, isLast: boolean): void {
    this.live = text.slice(0, Math.max(20, (this.options.stream.columns ?? 80) - 1));
    this.isPart = false;
    this.options.stream.write(`${ERASE}${this.live}${isLast ? "\n" : ""}`);
    if (isLast) this.live = "";
  }

  /** A whole line above the live one. */
  private line(text: string): void {
    const clear = this.live === "" ? "" : ERASE;
    this.options.stream.write(`${clear}${text}\n${this.live}`);
  }

  private paint(colour: (text: string) => string, text: string): string {
    return this.isLive ? colour(text) : text;
  }
}

/** The event with every text of it `printable`: colours and line ends are added afterwards, and only here. */
function harmless(event: ProgressEvent): ProgressEvent {
  const texts = Object.entries(event).map(([key, value]) => [
    key,
    typeof value === "string" ? printable(value) : value,
  ]);
  return Object.fromEntries(texts) as ProgressEvent;
}

/** `train 15 %, 12m 19s left` */
function shortText({ stage, done, total }: Step, rate: number | undefined): string {
  const share = `${stage} ${Math.floor((100 * done) / total)} %`;
  return rate === undefined || done >= total ? share : `${share}, ${formatSeconds((total - done) / rate)} left`;
}

function stepText({ stage, done, total, unit, note }: Step, rate: number | undefined): string {
  const parts = [`  ${stage} ${done}/${total} ${unit}`];
  if (rate !== undefined) {
    parts.push(formatRate(rate, unit));
    if (done < total) parts.push(`${formatSeconds((total - done) / rate)} left`);
  }
  if (note !== undefined) parts.push(note);
  return parts.join("  ");
}
