// metrics.jsonl: one JSON object a line, appended while training. On resume, lines after the checkpoint are dropped,
// so that the file of an interrupted run equals that of an uninterrupted one. A checkpoint vouches for the lines before
// it.

import { appendFile, open, readFile } from "node:fs/promises";
import { type Checksum, DamageError } from "../base/checksums.ts";
import { exists, sha256, writeFileAtomic } from "../base/files.ts";

export interface MetricsLine {
  readonly kind: "train" | "validation" | "warm start" | "head start";
  readonly step: number;
  readonly epoch: number;
  readonly figures: Readonly<Record<string, number>>;
}

const TODO = "Train again, into another --out; the checkpoints of the run are apart from it.";

export class MetricsLog {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** What there is to say of a log whose end is gone. */
  get shortened(): string {
    return `${this.path}: lines before the last checkpoint are missing, perhaps lost in a power cut. The checkpoint is whole, and training goes on; figures of those steps are not shown.`;
  }

  async append(line: MetricsLine): Promise<void> {
    await appendFile(this.path, `${JSON.stringify(line)}\n`);
  }

  /** Lines in order; a half-written last line (a killed process) is left out. @throws DamageError for another one. */
  async read(): Promise<MetricsLine[]> {
    const complete = (await this.bytes()).toString("utf8").split("\n").slice(0, -1);
    return complete.map((text, index) => this.parse(text, index + 1));
  }

  /** Of all that was logged so far, which lies on the disk then: no power cut takes what a checkpoint vouches for. */
  async checksum(): Promise<Checksum> {
    await this.flush();
    const bytes = await this.bytes();
    return { bytes: bytes.length, sha256: sha256(bytes) };
  }

  /** @throws DamageError when the log does not begin with what a checkpoint vouches for. */
  async check(checkpoint: Checksum): Promise<void> {
    const bytes = await this.bytes();
    if (bytes.length < checkpoint.bytes)
      throw this.damaged(`${bytes.length} bytes`, `at least ${checkpoint.bytes}, as at the last checkpoint`);
    if (sha256(bytes.subarray(0, checkpoint.bytes)) !== checkpoint.sha256)
      throw this.damaged(`changed content in the first ${checkpoint.bytes} bytes`, "the lines that training wrote");
  }

  /** Begin an empty log. */
  async clear(): Promise<void> {
    await writeFileAtomic(this.path, "");
  }

  /**
   * Drop what was logged after a checkpoint. Where the end of the log is gone, as a power cut leaves it, whole lines
   * stay: figures that are missing hold up no training.
   * @returns false where lines are missing. @throws DamageError for other changes.
   */
  async truncateTo(checkpoint: Checksum): Promise<boolean> {
    const bytes = await this.bytes();
    const isShorter = bytes.length < checkpoint.bytes;
    if (isShorter) await this.truncateAfter(Number.POSITIVE_INFINITY);
    else {
      await this.check(checkpoint);
      await writeFileAtomic(this.path, bytes.subarray(0, checkpoint.bytes));
    }
    return !isShorter;
  }

  /** Drop what was logged after `step`. */
  async truncateAfter(step: number): Promise<void> {
    const kept = (await this.read()).filter((line) => line.step <= step);
    await writeFileAtomic(this.path, kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }

  private async flush(): Promise<void> {
    if (!(await exists(this.path))) return;
    const file = await open(this.path, "r+");
    await file.sync().finally(() => file.close());
  }

  private async bytes(): Promise<Buffer> {
    return (await exists(this.path)) ? readFile(this.path) : Buffer.alloc(0);
  }

  private parse(text: string, line: number): MetricsLine {
    try {
      return JSON.parse(text) as MetricsLine;
    } catch (cause) {
      throw this.damaged((cause as Error).message, "a line of metrics", line);
    }
  }

  private damaged(found: string, expected: string, line?: number): DamageError {
    return new DamageError({ where: this.path, line, found, expected, todo: TODO });
  }
}
