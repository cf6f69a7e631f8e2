// metrics.jsonl: one JSON object a line, appended while training. On resume, lines after the checkpoint are dropped,
// so that the file of an interrupted run equals that of an uninterrupted one.
import { appendFile, readFile } from "node:fs/promises";
import { exists, writeFileAtomic } from "../base/files.ts";

export interface MetricsLine {
  readonly kind: "train" | "validation" | "warm start" | "head start";
  readonly step: number;
  readonly epoch: number;
  readonly figures: Readonly<Record<string, number>>;
}

export class MetricsLog {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async append(line: MetricsLine): Promise<void> {
    await appendFile(this.path, `${JSON.stringify(line)}\n`);
  }

  /** Lines in order; a half-written last line (a killed process) is left out. */
  async read(): Promise<MetricsLine[]> {
    if (!(await exists(this.path))) return [];
    const complete = (await readFile(this.path, "utf8")).split("\n").slice(0, -1);
    return complete.map((line) => JSON.parse(line) as MetricsLine);
  }

  /** Begin an empty log. */
  async clear(): Promise<void> {
    await writeFileAtomic(this.path, "");
  }

  /** Drop what was logged after `step`. */
  async truncateAfter(step: number): Promise<void> {
    const kept = (await this.read()).filter((line) => line.step <= step);
    await writeFileAtomic(this.path, kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }
}
